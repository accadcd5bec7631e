/** What the page knows of the open vault: metadata of its entries and its settings. No secret, and codes only elsewhere. */
import { backend } from '$backend';
import type { EntryDetail, EntryRow, Failure, QuarantineRow, Settings } from '../backend';
import { asFailure } from '../errors/failure';

export class VaultState {
  entries = $state.raw<EntryRow[]>([]);
  /** Records that were found altered, set aside until a person settles each. */
  aside = $state.raw<QuarantineRow[]>([]);
  settings = $state.raw<Settings | null>(null);
  failure = $state.raw<Failure | null>(null);
  loaded = $state(false);
  /** The import that can still be taken back: the shell keeps what that needs while the vault is open. */
  lastImport = $state.raw<{ added: number; at: number } | null>(null);
  /** How often settings were changed here. */
  changes = $state(0);

  async load(): Promise<void> {
    try {
      const [settings] = await Promise.all([backend.settings(), this.reload()]);
      this.settings = settings;
      this.failure = null;
      this.loaded = true;
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  async reload(): Promise<void> {
    [this.entries, this.aside] = await Promise.all([backend.entries(), backend.quarantine()]);
  }

  /** One entry anew: thousands would take a moment to come over. */
  async refresh(id: string): Promise<EntryDetail> {
    const detail = await backend.entry(id);
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- what the list does not hold
    const { note, secret_bits, has_pin, purged_at, ...row } = detail;
    this.entries = this.entries.map((entry) => (entry.id === id ? row : entry));
    return detail;
  }

  find(id: string): EntryRow | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  /** Shows the change at once; on refusal the old value comes back and the failure is thrown. */
  async change(part: Partial<Settings>): Promise<void> {
    if (!this.settings) return;
    const before = this.settings;
    const next = { ...before, ...part };
    this.settings = next;
    try {
      await backend.setSettings(next);
      this.changes += 1;
    } catch (error) {
      this.settings = before;
      throw error;
    }
  }

  async setFavorite(id: string, favorite: boolean): Promise<void> {
    await backend.setFavorite(id, favorite);
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, favorite } : entry));
  }

  clear(): void {
    this.entries = [];
    this.aside = [];
    this.settings = null;
    this.lastImport = null;
    this.loaded = false;
  }

  get groups(): { name: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { group } of this.entries) if (group) counts.set(group, (counts.get(group) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name));
  }

  get tags(): { name: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const { tags } of this.entries) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name));
  }
}

export const vault = new VaultState();
