/**
 * The one door to the shell. Features see only this interface; `tauri.ts` implements it over IPC and `fake.ts` in memory,
 * so that the whole interface runs in a plain browser and in tests. Every method rejects with a {@link Failure}.
 */
import type { BackupsBackend } from './backups';
import type { CenterBackend } from './center';
import type { DeskBackend } from './desk';
import type * as M from './model';
import type { MovingBackend } from './moving';
import type { TicketsBackend } from './tickets';

export type * from './center-model';
export type * from './model';
export type { BackupsBackend } from './backups';
export type { CenterBackend } from './center';
export type { DeskBackend } from './desk';
export type { MovingBackend } from './moving';
export type { TicketsBackend } from './tickets';

/** Stops a subscription or a running camera. */
export type Stop = () => void;

export interface Backend {
  /** The account center. */
  readonly center: CenterBackend;
  /** Its tickets, for those who file them. */
  readonly tickets: TicketsBackend;
  /** Its tickets, for the staff that decides them. */
  readonly desk: DeskBackend;
  /** Moving in and out, and changes of many entries at once. */
  readonly moving: MovingBackend;
  /** Backups and what becomes of them. */
  readonly backups: BackupsBackend;

  status(): Promise<M.Status>;
  setAppearance(appearance: M.Appearance): Promise<void>;
  setZoom(zoom: number): Promise<void>;
  /** A dialog: another vault file, or a place for a new one. Locks first. */
  chooseVault(create: boolean): Promise<boolean>;

  /** Vaults that were used on this computer, the one in use first. */
  vaults(): Promise<M.VaultRow[]>;
  /** Locks, and goes on with another of them. */
  switchVault(path: string): Promise<void>;
  /** Off the list; the file stays. */
  forgetVault(path: string): Promise<void>;
  /** Into another of them, opened with its password; here they go to the trash. */
  moveToVault(ids: M.EntryId[], path: string, password: string): Promise<number>;

  passwordStrength(password: string): Promise<M.Strength>;
  createVault(password: string): Promise<M.RecoveryShown>;
  /** The new recovery code that waits to be confirmed. */
  recoveryShow(): Promise<M.RecoveryShown>;
  recoveryConfirm(groups: M.TypedGroup[]): Promise<M.RecoveryConfirmed>;
  recoveryPrint(): Promise<void>;
  recoverySave(): Promise<string | null>;
  unlock(password: string): Promise<void>;
  unlockWithRecovery(code: string): Promise<void>;
  setNewPassword(password: string): Promise<M.RecoveryShown>;
  lock(): Promise<void>;

  entries(): Promise<M.EntryRow[]>;
  icon(id: M.EntryId): Promise<string | null>;
  codes(ids: M.EntryId[]): Promise<M.Codes>;
  advanceHotp(id: M.EntryId): Promise<M.CodeRow>;
  copyCode(id: M.EntryId): Promise<M.Copied>;
  codeWithPin(id: M.EntryId, pin: string): Promise<M.CodeRow>;
  copyCodeWithPin(id: M.EntryId, pin: string): Promise<M.Copied>;
  entry(id: M.EntryId): Promise<M.EntryDetail>;
  pickIcon(id: M.EntryId): Promise<boolean>;
  removeIcon(id: M.EntryId): Promise<void>;
  /** A PIN is kept with the entry from now on; null: asked for each time; undefined: as it was. */
  updateEntry(id: M.EntryId, edit: M.EntryEdit, pin?: string | null): Promise<void>;
  setFavorite(id: M.EntryId, favorite: boolean): Promise<void>;
  setOrder(ids: M.EntryId[]): Promise<void>;
  trash(): Promise<M.EntryRow[]>;
  trashEntries(ids: M.EntryId[]): Promise<void>;
  restoreEntries(ids: M.EntryId[]): Promise<void>;
  deleteEntries(ids: M.EntryId[]): Promise<void>;
  revealSecret(id: M.EntryId, password: string): Promise<M.SecretShown>;
  revealQr(id: M.EntryId, password: string): Promise<M.QrShown>;

  scanScreens(): Promise<M.ScreenInfo[]>;
  scanScreen(id: string | null, region: M.Region | null): Promise<M.Candidate[]>;
  scanFiles(paths: string[]): Promise<M.ScanResult[]>;
  pickFiles(): Promise<M.ScanResult[]>;
  scanBytes(bytes: Uint8Array, name: string): Promise<M.ScanResult>;
  scanClipboard(): Promise<M.Candidate[]>;
  candidateFromText(text: string): Promise<M.Candidate>;
  candidateFromForm(form: M.CandidateForm, secret: string, pin: string | null): Promise<M.Candidate>;
  cameras(): Promise<M.CameraInfo[]>;
  cameraStart(
    index: number,
    onEvent: (event: M.CameraEvent) => void,
    /** The next frame comes when this one was dealt with. */
    onFrame: (jpeg: ArrayBuffer) => Promise<void>,
  ): Promise<void>;
  cameraStop(): Promise<void>;
  saveCandidates(items: M.SaveItem[]): Promise<M.EntryId[]>;
  /** How far a transfer of several QR codes is, after something was found; the camera tells it by itself. */
  transferParts(): Promise<M.TransferRow | null>;
  discardCandidates(): Promise<void>;

  settings(): Promise<M.Settings>;
  setSettings(settings: M.Settings): Promise<void>;
  changePassword(old: string, next: string, rekey: boolean): Promise<M.RecoveryShown | null>;
  newRecoveryCode(password: string): Promise<M.RecoveryShown>;
  /** After `weak_kdf`: wraps the key anew with today's cost. */
  strengthen(password: string): Promise<void>;
  slots(): Promise<M.SlotRow[]>;
  removeSlot(id: string, password: string, rekey: boolean): Promise<M.RecoveryShown | null>;
  auditLog(newest: number): Promise<M.AuditRow[]>;
  checkVault(): Promise<M.CheckReport>;
  quarantine(): Promise<M.QuarantineRow[]>;
  settle(item: string, action: M.SettleAction): Promise<void>;
  acceptManifest(): Promise<void>;
  /** After `rolled_back` or `fork`: go on with this copy. */
  acceptAsNewest(): Promise<void>;
  mergeOpen(password: string): Promise<M.MergeRow[] | null>;
  mergeApply(picks: M.MergePick[]): Promise<number>;
  doctor(): Promise<M.DoctorRow[]>;

  /** Tells the shell that a person is there: the idle clock starts anew. */
  activity(): Promise<void>;
  onLocked(then: () => void): Stop;
  onVaultChanged(then: () => void): Stop;
  onProgress(then: (progress: M.Progress) => void): Stop;
  /** Files dragged over or dropped on the window; paths, never contents. */
  onFileDrop(then: (event: { type: 'over' | 'left' } | { type: 'drop'; paths: string[] }) => void): Stop;
  /** Codes that otpauth links from other programs brought. */
  waitingCandidates(): Promise<M.Candidate[]>;
  onCandidates(then: () => void): Stop;
}
