/**
 * The account center, as the pages see it. Its own rules for all methods:
 *
 * - They reject with a {@link Failure}; its `detail` is a time (Unix seconds) or a field where the code's own words say so,
 *   and `message` is the center's sentence, in English. Passwords and codes are strings here, sealed on their way to the shell.
 * - Tokens stay in the shell; a {@link FlowId} is a handle of the shell's, good until the vault locks.
 * - What takes a `signal` goes over the net and is given up when it is aborted (`center_cancelled`).
 * - The shell joins a request that is under way already when it is asked for the same again, and repeats one whose answer
 *   never came under the same Idempotency-Key: nothing is done twice by clicking twice.
 * - A sensitive action without a fresh identity check rejects with `center_identity_check_required` and has done nothing.
 */
import type * as C from './center-model';
import type { EntryId } from './types/EntryId';
import type { Stop } from './index';

export interface CenterBackend {
  // centers
  centers(): Promise<C.CenterRow[]>;
  /** Reads a `tessera-center:` link or a bare address; asks nobody. */
  readCenterLink(text: string): Promise<C.CenterForm>;
  /** Looks for a center's QR code; null: there is none, or the person stopped. */
  readCenterQr(source: 'screen' | 'clipboard' | 'file'): Promise<C.CenterForm | null>;
  /** A dialog for a PEM file; null: nothing was chosen. */
  pickCertificate(): Promise<C.CertificateFile | null>;
  /** Connects, compares the root key, and keeps it. */
  addCenter(form: C.CenterForm, signal?: AbortSignal): Promise<C.CenterRow>;
  /** Asks it about itself anew (name, sales, support, limits). */
  refreshCenter(center: C.CenterId, signal?: AbortSignal): Promise<C.CenterRow>;
  renameCenter(center: C.CenterId, name: string): Promise<void>;
  /** Signs its accounts out and drops what the vault keeps of it. */
  removeCenter(center: C.CenterId): Promise<void>;

  // the trial center
  trial(): Promise<C.TrialState>;
  startTrial(): Promise<C.CenterRow>;
  /** All of its data anew. Signs its accounts out. */
  resetTrial(): Promise<C.CenterRow>;
  stopTrial(): Promise<void>;
  /** The newest first. */
  inbox(): Promise<C.DemoMessage[]>;
  readInbox(messages: string[]): Promise<void>;
  /** Opens a link of such a message in the system's browser. */
  openInboxLink(message: string, link: string): Promise<void>;
  onInbox(then: () => void): Stop;

  // signing in
  accounts(): Promise<C.AccountRow[]>;
  signIn(center: C.CenterId, attempt: C.SignInAttempt, signal?: AbortSignal): Promise<C.SignInOutcome>;
  /** To the account's security contact, if there is such an account; the answer is the same for every name. */
  sendSignInCode(center: C.CenterId, name: string, flow: C.FlowId | null, signal?: AbortSignal): Promise<C.CodeFlow>;
  sendSecondStep(flow: C.FlowId, factor: C.Factor, signal?: AbortSignal): Promise<C.CodeOut>;
  secondStep(flow: C.FlowId, factor: C.Factor, code: string, signal?: AbortSignal): Promise<C.SignInOutcome>;
  /**
   * With the entry's code. A center takes each code once: when this one went there already, it waits for the next and
   * says until when.
   */
  secondStepFromVault(
    flow: C.FlowId,
    entry: EntryId,
    onWait: (until: number) => void,
    signal?: AbortSignal,
  ): Promise<C.SignInOutcome>;
  signOut(who: C.AccountRef, signal?: AbortSignal): Promise<void>;
  /** Takes a signed-out account off the list. */
  forgetAccount(who: C.AccountRef): Promise<void>;
  /** Accounts were signed in or out, or a session turned out to have ended. */
  onAccounts(then: () => void): Stop;

  // registering, retrieving, resetting
  beginRegistration(
    center: C.CenterId,
    kind: C.AccountKind,
    address: { email: string } | { phone: string },
    language: C.Language,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow>;
  resendRegistrationCode(flow: C.FlowId, signal?: AbortSignal): Promise<C.CodeOut>;
  completeRegistration(
    flow: C.FlowId,
    code: string,
    password: string,
    name: string,
    remember: boolean,
    signal?: AbortSignal,
  ): Promise<C.SignInOutcome>;
  beginRetrieval(center: C.CenterId, phone: string, signal?: AbortSignal): Promise<C.CodeFlow>;
  resendRetrievalCode(flow: C.FlowId, signal?: AbortSignal): Promise<C.CodeOut>;
  proveRetrieval(flow: C.FlowId, code: string, signal?: AbortSignal): Promise<C.Retrieved[]>;
  beginPasswordReset(
    center: C.CenterId,
    name: string,
    flow: C.FlowId | null,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow>;
  provePasswordReset(flow: C.FlowId, code: string, signal?: AbortSignal): Promise<void>;
  finishPasswordReset(flow: C.FlowId, password: string, signal?: AbortSignal): Promise<void>;
  /** The invitation is what the message has: a link or the bare token. Resolves with the account's number. */
  acceptSubAccount(center: C.CenterId, invitation: string, password: string, signal?: AbortSignal): Promise<number>;

  // the account
  account(who: C.AccountRef, signal?: AbortSignal): Promise<C.AccountSeen>;
  editAccount(who: C.AccountRef, version: string, patch: C.AccountPatch, signal?: AbortSignal): Promise<C.AccountSeen>;
  /** A dialog for the place, then the download. Where it lies; null: nothing was chosen. */
  exportAccount(who: C.AccountRef, signal?: AbortSignal): Promise<string | null>;
  eraseAccount(who: C.AccountRef, signal?: AbortSignal): Promise<void>;

  // identity checks
  beginIdentityCheck(who: C.AccountRef, action: C.CheckedAction, signal?: AbortSignal): Promise<C.IdentityCheck>;
  sendIdentityCode(flow: C.FlowId, factor: C.Factor, signal?: AbortSignal): Promise<C.CodeOut>;
  proveIdentity(flow: C.FlowId, factor: C.Factor, code: string, signal?: AbortSignal): Promise<C.IdentityProven>;
  /** As {@link secondStepFromVault}. */
  proveIdentityFromVault(
    flow: C.FlowId,
    entry: EntryId,
    onWait: (until: number) => void,
    signal?: AbortSignal,
  ): Promise<C.IdentityProven>;

  // contacts
  beginContactChange(
    who: C.AccountRef,
    kind: C.ContactKind,
    address: string,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow>;
  resendContactCode(flow: C.FlowId, signal?: AbortSignal): Promise<C.CodeOut>;
  confirmContactChange(flow: C.FlowId, code: string, signal?: AbortSignal): Promise<C.ContactChanged>;
  removeContact(who: C.AccountRef, kind: C.ContactKind, signal?: AbortSignal): Promise<C.ContactChanged>;

  // what protects it
  setProtections(who: C.AccountRef, protections: C.Protections, signal?: AbortSignal): Promise<C.Protections>;
  changeAccountPassword(who: C.AccountRef, password: string, signal?: AbortSignal): Promise<void>;
  sessions(who: C.AccountRef, signal?: AbortSignal): Promise<C.Session[]>;
  endSession(who: C.AccountRef, session: string, signal?: AbortSignal): Promise<void>;
  endOtherSessions(who: C.AccountRef, signal?: AbortSignal): Promise<void>;
  trustedDevices(who: C.AccountRef, signal?: AbortSignal): Promise<C.TrustedDevice[]>;
  forgetTrustedDevice(who: C.AccountRef, device: string, signal?: AbortSignal): Promise<void>;
  securityLog(who: C.AccountRef, cursor: string | null, signal?: AbortSignal): Promise<C.Page<C.SecurityEvent>>;

  // MFA devices
  mfaDevices(who: C.AccountRef, signal?: AbortSignal): Promise<C.DeviceRow[]>;
  /**
   * The secret goes from the center into the vault; the shell computes two consecutive codes and sends them. An entry
   * whose binding came to nothing is moved to the trash.
   */
  bindIntoVault(
    who: C.AccountRef,
    name: string,
    onProgress: (progress: C.BindProgress) => void,
    signal?: AbortSignal,
  ): Promise<C.DeviceRow>;
  /** For another authenticator: the secret is on the screen. */
  beginQrBinding(who: C.AccountRef, name: string, signal?: AbortSignal): Promise<C.QrBinding>;
  finishQrBinding(flow: C.FlowId, first: string, second: string, signal?: AbortSignal): Promise<C.DeviceRow>;
  bindHardware(
    who: C.AccountRef,
    name: string,
    serial: string,
    first: string,
    second: string,
    signal?: AbortSignal,
  ): Promise<C.DeviceRow>;
  renameMfaDevice(who: C.AccountRef, device: string, name: string, signal?: AbortSignal): Promise<void>;
  resyncMfaDevice(
    who: C.AccountRef,
    device: string,
    first: string,
    second: string,
    signal?: AbortSignal,
  ): Promise<void>;
  unbindMfaDevice(who: C.AccountRef, device: string, signal?: AbortSignal): Promise<void>;
  recoveryCodes(who: C.AccountRef, signal?: AbortSignal): Promise<C.RecoveryCodesState>;
  /** A new set; the one before is void. They come this once. */
  makeRecoveryCodes(who: C.AccountRef, signal?: AbortSignal): Promise<string[]>;
  /** The person has them on paper. */
  keptRecoveryCodes(who: C.AccountRef): Promise<void>;
  /** The system's print dialog for what the page shows. */
  printPage(): Promise<void>;

  // members
  subAccounts(who: C.AccountRef, cursor: string | null, signal?: AbortSignal): Promise<C.Page<C.SubAccount>>;
  createSubAccount(who: C.AccountRef, sub: C.NewSubAccount, signal?: AbortSignal): Promise<C.SubAccount>;
  inviteSubAccountAgain(who: C.AccountRef, sub: number, email: string, signal?: AbortSignal): Promise<void>;
  removeSubAccount(who: C.AccountRef, sub: number, signal?: AbortSignal): Promise<void>;
  requireSubAccountMfa(who: C.AccountRef, sub: number, required: boolean, signal?: AbortSignal): Promise<void>;
  unbindSubAccountDevice(who: C.AccountRef, sub: number, device: string, signal?: AbortSignal): Promise<void>;
  setSubAccountProtections(
    who: C.AccountRef,
    sub: number,
    protections: C.Protections,
    signal?: AbortSignal,
  ): Promise<C.Protections>;
  collaborators(who: C.AccountRef, signal?: AbortSignal): Promise<C.Collaborator[]>;
  inviteCollaborator(
    who: C.AccountRef,
    email: string,
    mfaRequired: boolean,
    signal?: AbortSignal,
  ): Promise<C.Collaborator>;
  requireCollaboratorMfa(
    who: C.AccountRef,
    collaborator: string,
    required: boolean,
    signal?: AbortSignal,
  ): Promise<void>;
  endCollaborator(who: C.AccountRef, collaborator: string, signal?: AbortSignal): Promise<void>;
  invitations(who: C.AccountRef, signal?: AbortSignal): Promise<C.Invitation[]>;
  acceptInvitation(who: C.AccountRef, invitation: string, signal?: AbortSignal): Promise<void>;
  declineInvitation(who: C.AccountRef, invitation: string, signal?: AbortSignal): Promise<void>;

  // what centers last told, for panels that open without a connection
  /** Of the accounts that are signed in, as this version of the program put it. */
  lastKnown(): Promise<C.LastKnown[]>;
  /** Takes an answer over, in place of an earlier one of that name; it is in the vault once that is locked. */
  keepKnown(known: C.LastKnown): Promise<void>;

  // the two halves
  entryLinks(): Promise<C.EntryLink[]>;
  linkEntry(entry: EntryId, who: C.AccountRef, device: string | null): Promise<void>;
  unlinkEntry(entry: EntryId): Promise<void>;

  /** An account number or a query code: no secret, so it stays in the clipboard. */
  copyText(text: string): Promise<void>;
}
