/**
 * The review desk, as the page sees it: what the shell does for staff. The reviewer's key and the staff session stay in the
 * vault; a document is decrypted and decoded in the shell's memory and comes over as one page of pixels at a time.
 */
import type { Stop } from './index';
import type { EntryId, Failure, QrShown } from './model';
import type { SealingList } from './tickets';
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

export type BindingProgress = { codes: number; wait_s: number | null };

export interface DeskBackend {
  status(center: string): Promise<DeskStatus>;
  /** With `code` null the shell computes it from {@link DeskStatus.code_entry}. */
  signIn(center: string, email: string, password: string, code: string | null): Promise<StaffMember>;
  signOut(center: string): Promise<void>;

  /** The shell keeps flow and secret until the invitation is accepted or closed. */
  openInvitation(center: string, token: string): Promise<{ issuer: string; account: string }>;
  invitationQr(): Promise<QrShown>;
  /** Makes the entry in the vault, waits for the second code, sets the password. Sign in afterwards. */
  acceptIntoVault(password: string, onProgress: (progress: BindingProgress) => void): Promise<EntryId>;
  acceptByCodes(password: string, first: string, second: string): Promise<void>;
  closeInvitation(): Promise<void>;

  /** Makes a key in the vault, if there is none yet, and registers it. Gives its public half. */
  registerKey(center: string): Promise<string>;
  keys(center: string): Promise<ReviewerKey[]>;
  /** As {@link TicketsBackend.sealingList}. */
  sealingList(center: string): Promise<SealingList>;

  queue(center: string, filter: DeskFilter, cursor: string | null): Promise<Page<TicketLine>>;
  ticket(center: string, id: string): Promise<DeskTicket>;
  claim(center: string, id: string): Promise<void>;
  release(center: string, id: string): Promise<void>;
  mark(center: string, id: string, version: string, field: Field, reason: string): Promise<void>;
  confirmMark(center: string, id: string, version: string, field: Field): Promise<void>;
  decide(center: string, id: string, version: string, verdict: Verdict, reason: string): Promise<void>;

  /** Fetches, checks the digest, decrypts and decodes within limits. Rejects with `not_sealed_to_me` where no key fits. */
  openDocument(center: string, document: string): Promise<OpenedDocument>;
  /** A JPEG. */
  documentPage(document: string, request: PageRequest): Promise<ArrayBuffer>;
  /** Wipes it; also stops one that is being fetched. */
  closeDocument(document: string): Promise<void>;

  /** Documents of open tickets that are sealed to an older list. */
  stale(center: string): Promise<TicketDocument[]>;
  /** Seals each of them anew to the newest verified list. Ends when all were tried or it was stopped. */
  reseal(center: string): Promise<ResealProgress>;
  stopReseal(): Promise<void>;
  onReseal(then: (progress: ResealProgress) => void): Stop;
}
