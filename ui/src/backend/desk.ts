/**
 * The review desk, as the page sees it: what the shell does for staff. The reviewer's key and the staff session stay in the
 * vault; a document is decrypted and decoded in the shell's memory and comes over as one page of pixels at a time.
 */
import type { BindProgress, CenterId } from './center-model';
import type { Stop } from './index';
import type { EntryId, Failure, QrShown } from './model';
import type {
  Field,
  Page,
  ReviewerKey,
  StaffMember,
  StaffTicket,
  TicketDocument,
  TicketKind,
  TicketLine,
  TicketState,
  Verdict,
} from './ticket-shapes';

/** What this vault knows of a staff account at a center, without asking it. */
export interface DeskStatus {
  /** Who is signed in; null when nobody is. */
  staff: StaffMember | null;
  /** The e-mail address that was last signed in with here. */
  email: string | null;
  /** The entry of this vault that makes the codes of the staff account. */
  code_entry: EntryId | null;
  /** The public half of the reviewer's key in this vault. */
  recipient: string | null;
}

export interface DeskFilter {
  /** Null: all that wait for staff. */
  state: TicketState | null;
  kind: TicketKind | null;
  /** Only what the caller has claimed. */
  mine: boolean;
}

/** A ticket as read, and the version that acts on it must name. */
export interface DeskTicket {
  ticket: StaffTicket;
  version: string;
  documents: TicketDocument[];
}

export interface OpenedDocument {
  document: string;
  pages: number;
}

/** A page at a zoom: never more than 4096 pixels on an edge come over. */
export interface PageRequest {
  page: number;
  /** The longer edge, in pixels. */
  edge: number;
  /** Clockwise quarter turns, 0 to 3. */
  turns: number;
}

export interface ResealProgress {
  done: number;
  total: number;
  failed: { document: string; failure: Failure }[];
}

export interface DeskBackend {
  status(center: CenterId): Promise<DeskStatus>;
  /** With `code` null the shell computes it from {@link DeskStatus.code_entry}. */
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
