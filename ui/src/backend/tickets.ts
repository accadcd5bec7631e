/**
 * Tickets, as the page sees them: what the shell does for their applicants. The rules of {@link CenterBackend} hold here too.
 * Secrets stay on the other side: sessions, the tokens of filings, links and uploads, and the secret of a new device.
 * Documents never come over but as bounded pictures.
 *
 * A command that creates or moves something carries its intent (the draft; the ticket and its step): the shell uses one
 * Idempotency-Key an intent until the center has answered.
 */
import type { BindProgress, CenterId, Language } from './center-model';
import type { Stop } from './index';
import type { EntryId, Failure, QrShown } from './model';
import type { CodeSent, DocumentKind, OldFactor, Page, Statement, Ticket, TicketLine } from './ticket-shapes';
import type { Crop } from './types/center/Crop';
import type { FiledTicket } from './types/center/FiledTicket';
import type { FollowedTicket } from './types/center/FollowedTicket';
import type { LinkOutcome } from './types/center/LinkOutcome';
import type { OwnDocument } from './types/center/OwnDocument';
import type { SealingList } from './types/center/SealingList';
import type { TicketDraft } from './types/center/TicketDraft';
import type { TicketDraftEdit } from './types/center/TicketDraftEdit';
import type { TicketLink } from './types/center/TicketLink';
import type { TicketPlace } from './types/center/TicketPlace';
import type { TicketRef } from './types/center/TicketRef';

export type * from './ticket-shapes';
export type { Crop } from './types/center/Crop';
export type { FiledTicket } from './types/center/FiledTicket';
export type { FollowedTicket } from './types/center/FollowedTicket';
export type { LinkOutcome } from './types/center/LinkOutcome';
export type { OwnDocument } from './types/center/OwnDocument';
export type { OwnDocumentState } from './types/center/OwnDocumentState';
export type { SealingList } from './types/center/SealingList';
export type { TicketDraft } from './types/center/TicketDraft';
export type { TicketDraftEdit } from './types/center/TicketDraftEdit';
export type { TicketLink } from './types/center/TicketLink';
export type { TicketPlace } from './types/center/TicketPlace';
export type { TicketRef } from './types/center/TicketRef';

export interface TicketsBackend {
  drafts(): Promise<TicketDraft[]>;
  saveDraft(draft: TicketDraftEdit): Promise<TicketDraft>;
  dropDraft(id: string): Promise<void>;

  /**
   * Begins the ticket at the center from a signed-in account. The vault's draft goes when the center has the ticket (as a
   * draft there: nobody looks at it before it is submitted).
   */
  file(draft: string, signal?: AbortSignal): Promise<Ticket>;
  /** Without an account: a code goes to the contact. The shell keeps the flow with the draft. */
  beginFiling(draft: string, language: Language, signal?: AbortSignal): Promise<CodeSent>;
  resendFiling(draft: string, signal?: AbortSignal): Promise<CodeSent>;
  /**
   * Proves the contact. The query code comes to the page this once; the vault keeps it. The vault's draft goes.
   */
  proveFiling(draft: string, code: string, signal?: AbortSignal): Promise<FiledTicket>;

  list(place: TicketPlace, cursor: string | null, signal?: AbortSignal): Promise<Page<TicketLine>>;
  read(ref: TicketRef, signal?: AbortSignal): Promise<Ticket>;
  followed(): Promise<FollowedTicket[]>;
  /** Looks a ticket up by its query code; with `keep` the vault follows it from then on. */
  query(center: CenterId, code: string, keep: boolean, signal?: AbortSignal): Promise<Ticket>;
  /** Forgets a followed ticket and its query code. */
  unfollow(ref: TicketRef): Promise<void>;
  /** The query code that the vault keeps, to show, print or copy it once more (printPage, copyText). */
  queryCode(ref: TicketRef): Promise<string>;

  restate(ref: TicketRef, statement: Statement, signal?: AbortSignal): Promise<Ticket>;
  sendContactCode(ref: TicketRef, signal?: AbortSignal): Promise<CodeSent>;
  proveContact(ref: TicketRef, code: string, signal?: AbortSignal): Promise<void>;
  sendFactorCode(ref: TicketRef, factor: OldFactor, signal?: AbortSignal): Promise<CodeSent>;
  proveFactor(ref: TicketRef, factor: OldFactor, code: string, signal?: AbortSignal): Promise<void>;
  submit(ref: TicketRef, signal?: AbortSignal): Promise<Ticket>;
  withdraw(ref: TicketRef, signal?: AbortSignal): Promise<Ticket>;

  /** Fetches the list and verifies it. Rejects with `center_key_list` when it does not verify: then nothing is uploaded. */
  sealingList(center: CenterId, signal?: AbortSignal): Promise<SealingList>;
  documents(ref: TicketRef): Promise<OwnDocument[]>;
  /** A dialog; null when it was closed. */
  pickDocument(ref: TicketRef, kind: DocumentKind): Promise<OwnDocument | null>;
  /** A file that was dropped on the window. */
  addDocument(ref: TicketRef, kind: DocumentKind, path: string): Promise<OwnDocument>;
  /** The camera's frames are shown until a photograph is taken or it is stopped. */
  startPhoto(
    index: number,
    onEvent: (event: { type: 'started'; name: string } | { type: 'error'; failure: Failure }) => void,
    onFrame: (jpeg: ArrayBuffer) => Promise<void>,
  ): Promise<void>;
  takePhoto(ref: TicketRef, kind: DocumentKind): Promise<OwnDocument>;
  stopPhoto(): Promise<void>;
  /** A page, turned and (unless `whole`) cropped, as a JPEG no wider or higher than `edge` pixels (at most 1600). */
  documentPreview(document: string, page: number, edge: number, whole: boolean): Promise<ArrayBuffer>;
  editDocument(document: string, turns: number, crop: Crop | null): Promise<OwnDocument>;
  /** Encodes anew, seals to the verified list, announces and sends. Returns at once; {@link onDocument} tells how it goes on. */
  uploadDocument(document: string): Promise<void>;
  pauseUpload(document: string): Promise<void>;
  /** Goes on after a pause or a failure, from where the center has it. */
  resumeUpload(document: string): Promise<void>;
  /** Stops what is under way and takes it out of the ticket, here and at the center. */
  removeDocument(ref: TicketRef, document: string, signal?: AbortSignal): Promise<void>;
  /** Each change of a document, at most ten times a second. */
  onDocument(then: (document: OwnDocument) => void): Stop;

  /** Rejects with `center_address_invalid` for what is no link of a ticket and `center_not_found` when no connected center has its address. Asks nobody. */
  readLink(text: string): Promise<TicketLink>;
  object(link: string, reason: string, signal?: AbortSignal): Promise<void>;
  openLink(link: string, password: string, signal?: AbortSignal): Promise<LinkOutcome>;
  /** Makes the entry in the vault and sends two consecutive codes of it; the second has to be waited for. */
  bindLinkIntoVault(onProgress: (progress: BindProgress) => void, signal?: AbortSignal): Promise<EntryId>;
  /** For another authenticator: the secret as a picture, then two codes as typed. */
  linkQr(): Promise<QrShown>;
  bindLinkByCodes(first: string, second: string, signal?: AbortSignal): Promise<void>;
  /** Drops flow and secret. */
  closeLink(): Promise<void>;
}
