/** What the page knows of backups: the targets as the shell tells them, again whenever something is different. */
import { backend } from '$backend';
import type { BackupTarget, Failure } from '../../backend';
import { asFailure } from '../../errors/failure';

export class BackupsState {
  targets = $state.raw<BackupTarget[]>([]);
  failure = $state.raw<Failure | null>(null);
  loaded = $state(false);

  async load(): Promise<void> {
    try {
      this.targets = await backend.backups.targets();
      this.failure = null;
      this.loaded = true;
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  clear(): void {
    this.targets = [];
    this.failure = null;
    this.loaded = false;
  }

  find(id: string): BackupTarget | undefined {
    return this.targets.find((target) => target.id === id);
  }

  /** The target whose drill is the most overdue: one is asked for at a time. */
  get due(): BackupTarget | undefined {
    return [...this.targets].filter((one) => one.drill_due).sort((a, b) => (a.drill?.at ?? 0) - (b.drill?.at ?? 0))[0];
  }

  /** Those that could not be made, or not looked at. */
  get failing(): BackupTarget[] {
    return this.targets.filter((target) => target.failed !== null);
  }

  /** A drill opened a backup, not so long ago, as a person would have to after a loss; none failed since. */
  isProved(nowSeconds: number): boolean {
    return this.targets.some(
      ({ drill, drill_failed }) =>
        drill !== null && drill_failed === null && drill.proof !== 'own_key' && nowSeconds - drill.at < PROVED_FOR,
    );
  }
}

/** A drill every 90 days, and a month for putting it off. */
const PROVED_FOR = 120 * 86_400;

/** The last part of a folder's path, by which a person knows it. */
export const folderName = (folder: string): string => folder.split(/[\\/]/).filter(Boolean).pop() ?? folder;

export const backups = new BackupsState();
