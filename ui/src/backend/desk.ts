/**
 * The review desk, as the page sees it: what the shell does for staff. The reviewer's key and the staff session stay in the
 * vault; a document is decrypted and decoded in the shell's memory and comes over as one page of pixels at a time.
 */
import type { BindProgress, CenterId } from './center-model';
import type { Stop } from './index';
import type { EntryId, QrShown } from './model';
import type {
  Field,
  Page,
  ReviewerKey,
  StaffMember,
  StaffName,
  TicketDocument,
  TicketLine,
  Verdict,
} from './ticket-shapes';
import type { DeskFilter } from './types/center/DeskFilter';
import type { DeskStatus } from './types/center/DeskStatus';
import type { DeskTicket } from './types/center/DeskTicket';
import type { OpenedDocument } from './types/center/OpenedDocument';
import type { PageRequest } from './types/center/PageRequest';
import type { ResealProgress } from './types/center/ResealProgress';

export type { DeskFilter } from './types/center/DeskFilter';
export type { DeskStatus } from './types/center/DeskStatus';
export type { DeskTicket } from './types/center/DeskTicket';
export type { OpenedDocument } from './types/center/OpenedDocument';
export type { PageRequest } from './types/center/PageRequest';
export type { ResealProgress } from './types/center/ResealProgress';

export interface DeskBackend {
  status(center: CenterId): Promise<DeskStatus>;
  /** With `code` null the shell computes it from {@link DeskStatus.codes}. */
  signIn(
    center: CenterId,
    email: string,
    password: string,
    code: string | null,
    signal?: AbortSignal,
  ): Promise<StaffMember>;
  signOut(center: CenterId, signal?: AbortSignal): Promise<void>;

  /** The shell keeps flow and secret until the invitation is accepted or closed. */
  openInvitation(center: CenterId, token: string, signal?: AbortSignal): Promise<{ issuer: string; account: string }>;
  invitationQr(): Promise<QrShown>;
  /** Makes the entry in the vault, waits for the second code, sets the password. Sign in afterwards. */
  acceptIntoVault(
    password: string,
    onProgress: (progress: BindProgress) => void,
    signal?: AbortSignal,
  ): Promise<EntryId>;
  acceptByCodes(password: string, first: string, second: string, signal?: AbortSignal): Promise<void>;
  closeInvitation(): Promise<void>;

  /** Makes a key in the vault, if there is none yet, and registers it. Gives its public half. */
  registerKey(center: CenterId, signal?: AbortSignal): Promise<string>;
  keys(center: CenterId, signal?: AbortSignal): Promise<ReviewerKey[]>;
  /** Everybody, also those who have left: tickets and keys name staff by their numbers. */
  members(center: CenterId, signal?: AbortSignal): Promise<StaffName[]>;

  queue(center: CenterId, filter: DeskFilter, cursor: string | null, signal?: AbortSignal): Promise<Page<TicketLine>>;
  ticket(center: CenterId, id: string, signal?: AbortSignal): Promise<DeskTicket>;
  claim(center: CenterId, id: string, signal?: AbortSignal): Promise<void>;
  release(center: CenterId, id: string, signal?: AbortSignal): Promise<void>;
  mark(
    center: CenterId,
    id: string,
    version: string,
    field: Field,
    reason: string,
    signal?: AbortSignal,
  ): Promise<void>;
  confirmMark(center: CenterId, id: string, version: string, field: Field, signal?: AbortSignal): Promise<void>;
  decide(
    center: CenterId,
    id: string,
    version: string,
    verdict: Verdict,
    reason: string,
    signal?: AbortSignal,
  ): Promise<void>;

  /** Fetches, checks the digest, decrypts and decodes within limits. Rejects with `document_not_for_us` where no key fits. */
  openDocument(center: CenterId, document: string, signal?: AbortSignal): Promise<OpenedDocument>;
  /** A JPEG. */
  documentPage(document: string, page: PageRequest): Promise<ArrayBuffer>;
  /** Wipes it; also stops one that is being fetched. */
  closeDocument(document: string): Promise<void>;

  /** Documents of open tickets that are sealed to an older list. */
  stale(center: CenterId, signal?: AbortSignal): Promise<TicketDocument[]>;
  /** Seals each of them anew to the newest verified list. Ends when all were tried or it was stopped. */
  reseal(center: CenterId): Promise<ResealProgress>;
  stopReseal(): Promise<void>;
  onReseal(then: (progress: ResealProgress) => void): Stop;
}
