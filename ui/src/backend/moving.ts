/** Moving in and out, and changes of many entries at once. */
import type * as M from './model';

export interface MovingBackend {
  /** A dialog for files to import; null when none was chosen. What was found waits in the shell. */
  pick(): Promise<M.ImportView | null>;
  /** Files that were dropped on the window. */
  files(paths: string[]): Promise<M.ImportView>;
  /** Opens an encrypted file, and others of the same app that the password fits. */
  password(file: string, password: string): Promise<M.ImportView>;
  remove(file: string): Promise<M.ImportView>;
  /** Writes what was chosen, all or nothing; null when it was stopped. */
  apply(choices: M.ImportChoice[], group: string | null): Promise<M.ImportDone | null>;
  stop(): Promise<void>;
  /** Takes the last import back. */
  undo(): Promise<number>;
  discard(): Promise<void>;

  formats(): Promise<M.ExportFormat[]>;
  /** `ids` null: all entries outside the trash. */
  preview(format: string, ids: M.EntryId[] | null): Promise<M.ExportPreview>;
  /** Asks for a place; null when none was chosen. */
  write(
    format: string,
    ids: M.EntryId[] | null,
    password: string,
    filePassword: string | null,
  ): Promise<M.ExportDone | null>;
  /** Deletes the file of the last export, unless it was changed since. */
  deleteExport(): Promise<void>;

  /** Into a group, or with null out of theirs. Answers how many changed. */
  moveEntries(ids: M.EntryId[], group: string | null): Promise<number>;
  tagEntries(ids: M.EntryId[], add: string[], remove: string[]): Promise<number>;
  /** Sets of entries that give the same codes; the first of each is the one to keep. */
  duplicates(ids: M.EntryId[]): Promise<M.EntryId[][]>;
  mergeDuplicates(ids: M.EntryId[]): Promise<M.MergedDuplicates>;
}
