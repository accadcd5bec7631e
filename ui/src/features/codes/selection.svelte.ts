/** Which entries are selected for doing something with many at once. */
import type { EntryRow } from '../../backend';

export class Selection {
  /** The list selects instead of copying. */
  on = $state(false);
  ids = $state.raw<ReadonlySet<string>>(new Set());
  /** Where a range begins. */
  #anchor: string | null = null;

  has(id: string): boolean {
    return this.ids.has(id);
  }

  start(): void {
    this.on = true;
  }

  toggle(id: string): void {
    this.on = true;
    const next = new Set(this.ids);
    if (!next.delete(id)) next.add(id);
    this.ids = next;
    this.#anchor = id;
  }

  /** From where the last one was chosen to this one, as Shift does. */
  extend(items: EntryRow[], id: string): void {
    this.on = true;
    const to = items.findIndex((row) => row.id === id);
    const from = items.findIndex((row) => row.id === this.#anchor);
    if (to < 0) return;
    if (from < 0) return this.toggle(id);
    const range = items.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.ids = new Set([...this.ids, ...range.map((row) => row.id)]);
  }

  /** A range that is drawn with the keyboard begins here. */
  anchorAt(id: string): void {
    if (this.#anchor === null || !this.on) {
      this.#anchor = id;
      this.ids = new Set([...this.ids, id]);
    }
    this.on = true;
  }

  all(items: EntryRow[]): void {
    this.on = true;
    this.ids = new Set([...this.ids, ...items.map((row) => row.id)]);
  }

  none(): void {
    this.ids = new Set();
    this.#anchor = null;
  }

  clear(): void {
    this.none();
    this.on = false;
  }
}
