/** Backups: where they go, drills, restoring. A part of {@link Backend}. */
import type * as M from './model';

export interface BackupsBackend {
  targets(): Promise<M.BackupTarget[]>;
  /** A dialog; null when none was chosen. */
  pickFolder(): Promise<string | null>;
  /** `passphrase` for that way in; `password` is the vault's. */
  add(edit: M.BackupTargetEdit, passphrase: string | null, password: string): Promise<string>;
  /** Without a passphrase the kept one stays. */
  edit(id: string, edit: M.BackupTargetEdit, passphrase: string | null, password: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Makes one now; done when it was proved. */
  make(id: string): Promise<void>;
  copies(id: string): Promise<M.BackupCopy[]>;
  /** With a passphrase, with a file of keys that a dialog asks for, or with the vault's own key. */
  drill(id: string, passphrase: string | null, keyFile: boolean): Promise<M.DrillReport | null>;
  putOffDrill(id: string): Promise<void>;

  /** A dialog; also before there is a vault. */
  pick(): Promise<M.RestoreFile | null>;
  /** One of the copies in the folder of a target. */
  choose(id: string, file: string): Promise<M.RestoreFile>;
  open(passphrase: string | null, keyFile: boolean): Promise<M.RestorePreview | null>;
  apply(take: M.EntryId[]): Promise<M.RestoreDone>;
  /** A new vault of it: where the vault should be and is not, or at a place that a dialog asks for. */
  intoNew(password: string, elsewhere: boolean): Promise<M.RecoveryShown | null>;
  drop(): Promise<void>;

  /** Something about targets is different. */
  onChange(then: () => void): () => void;
}
