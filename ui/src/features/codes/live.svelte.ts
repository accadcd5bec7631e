/**
 * The codes of the rows on screen, and no others. Asks the shell for what is wanted and stale; between answers, a code that
 * ran out gives way to the next one that came with it, so an expired code is never shown.
 */
import { backend } from '$backend';
import type { CodeRow, Failure } from '../../backend';
import { asFailure } from '../../errors/failure';
import { clock } from '../../state/clock.svelte';

export interface Shown {
  code: string | null;
  next: string | null;
  validUntil: number | null;
  period: number | null;
  counter: number | null;
}

/** What a code row means at a moment; null when neither of its codes is valid then. */
export function shownAt(row: CodeRow, seconds: number): Shown | null {
  const { code, next, valid_from: from, valid_until: until, period, counter } = row;
  if (until === null || from === null || period === null)
    return { code, next: null, validUntil: null, period: null, counter };
  if (seconds < from) return null;
  if (seconds < until) return { code, next, validUntil: until, period, counter };
  if (next !== null && seconds < until + period)
    return { code: next, next: null, validUntil: until + period, period, counter };
  return null;
}

export class LiveCodes {
  rows = $state.raw(new Map<string, CodeRow>());
  failure = $state.raw<Failure | null>(null);
  #wanted: string[] = [];
  #asking = false;
  #again = false;

  /** The ids on screen now. Codes of others are forgotten. */
  want(ids: string[]): void {
    this.#wanted = ids;
    void this.#ask();
  }

  /** Once a second. */
  tick(): void {
    void this.#ask();
  }

  at(id: string, seconds: number): Shown | null {
    const row = this.rows.get(id);
    return row ? shownAt(row, seconds) : null;
  }

  /** A code that came by another way: the next of a counter, or one made with a PIN. */
  put(row: CodeRow): void {
    this.rows = new Map(this.rows).set(row.id, row);
  }

  forget(id: string): void {
    const rows = new Map(this.rows);
    if (rows.delete(id)) this.rows = rows;
  }

  clear(): void {
    this.#wanted = [];
    this.rows = new Map();
  }

  #stale(id: string): boolean {
    const row = this.rows.get(id);
    return !row || (row.valid_until !== null && row.valid_until <= clock.seconds);
  }

  async #ask(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    const ids = this.#wanted.filter((id) => this.#stale(id));
    if (ids.length === 0) return;
    this.#asking = true;
    try {
      const answer = await backend.codes(ids);
      clock.sync(answer.server_now);
      const keep = new Set(this.#wanted);
      const rows = new Map([...this.rows].filter(([id, row]) => keep.has(id) || row.counter !== null));
      for (const row of answer.rows) rows.set(row.id, row);
      this.rows = rows;
      this.failure = null;
    } catch (error) {
      this.failure = asFailure(error);
    } finally {
      this.#asking = false;
      if (this.#again) {
        this.#again = false;
        void this.#ask();
      }
    }
  }
}
