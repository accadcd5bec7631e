/** The state of exporting: format, entries, what is lost, and what came of it. */
import { backend } from '$backend';
import type { ExportDone, ExportFormat, ExportLoss, ExportPreview, Failure } from '../../backend';
import { asFailure } from '../../errors/failure';
import { vault } from '../../state/vault.svelte';

/** `all`, `selected`, `group:NAME` or `tag:NAME`. */
export type Which = 'all' | 'selected' | `group:${string}` | `tag:${string}`;

/** Entries that lose the same thing. */
export interface LossGroup {
  what: string;
  leftOut: boolean;
  ids: string[];
}

export function grouped(losses: ExportLoss[]): LossGroup[] {
  const groups = new Map<string, LossGroup>();
  for (const { id, left_out, what } of losses) {
    const key = `${left_out} ${what}`;
    const group = groups.get(key) ?? { what, leftOut: left_out, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  // Whole entries first, then what many lose.
  return [...groups.values()].sort((a, b) => Number(b.leftOut) - Number(a.leftOut) || b.ids.length - a.ids.length);
}

export class ExportState {
  formats = $state.raw<ExportFormat[]>([]);
  format = $state('');
  which = $state<Which>('all');
  preview = $state.raw<ExportPreview | null>(null);
  failure = $state.raw<Failure | null>(null);
  done = $state.raw<(ExportDone & { encrypted: boolean; deleted: boolean }) | null>(null);
  readonly selected: string[];
  #asked = 0;

  chosen = $derived(this.formats.find((format) => format.id === this.format));
  losses = $derived(grouped(this.preview?.losses ?? []));
  ids = $derived.by<string[] | null>(() => {
    const { which } = this;
    if (which === 'all') return null;
    if (which === 'selected') return this.selected;
    const name = which.slice(which.indexOf(':') + 1);
    const rows = which.startsWith('group:')
      ? vault.entries.filter((row) => row.group === name)
      : vault.entries.filter((row) => row.tags.includes(name));
    return rows.map((row) => row.id);
  });

  constructor(selected: string[]) {
    this.selected = selected;
    if (selected.length > 0) this.which = 'selected';
  }

  async load(): Promise<void> {
    try {
      this.formats = await backend.moving.formats();
      // What is safe to keep stands first in mind.
      this.format ||= this.formats.find((format) => format.encrypted)?.id ?? this.formats[0]?.id ?? '';
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  /** What would be written and lost; an answer that comes late does not overwrite a newer one. */
  async look(): Promise<void> {
    const asked = ++this.#asked;
    if (this.format === '') return;
    try {
      const preview = await backend.moving.preview(this.format, this.ids);
      if (asked !== this.#asked) return;
      this.preview = preview;
      this.failure = null;
    } catch (error) {
      if (asked === this.#asked) this.failure = asFailure(error);
    }
  }

  /** Throws a failure, for the dialog to show. */
  async write(password: string, filePassword: string | null): Promise<void> {
    const encrypted = this.chosen?.encrypted ?? false;
    const done = await backend.moving.write(this.format, this.ids, password, encrypted ? filePassword : null);
    if (done) this.done = { ...done, encrypted, deleted: false };
  }

  /** The file did its work. */
  async delete(): Promise<void> {
    if (!this.done) return;
    this.failure = null;
    try {
      await backend.moving.deleteExport();
      this.done = { ...this.done, deleted: true };
    } catch (error) {
      this.failure = asFailure(error);
    }
  }
}
