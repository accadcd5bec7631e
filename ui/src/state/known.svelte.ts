/** What the net told last, and since when: a panel keeps it while the center is away. */
import type { Failure } from '../backend';
import { asFailure } from '../errors/failure';
import { clock } from './clock.svelte';

export class Known<T> {
  value = $state.raw<T | null>(null);
  /** Unix seconds. */
  at = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(false);
  /** The value is of an earlier time that the vault was open, and nothing was answered since. */
  old = $state(false);
  #running: AbortController | null = null;
  readonly #read: (signal: AbortSignal) => Promise<T>;
  readonly #keep: ((value: T, at: number) => void) | undefined;

  /** `keep` is told each answer, for the next time that the vault is open. */
  constructor(read: (signal: AbortSignal) => Promise<T>, keep?: (value: T, at: number) => void) {
    this.#read = read;
    this.#keep = keep;
  }

  /** What was known before, until the first answer. */
  remember(value: T, at: number): void {
    this.value = value;
    this.at = at;
    this.old = true;
  }

  /** Asks anew. A call while one is under way gives that one up: the newest question counts. */
  async load(): Promise<void> {
    this.#running?.abort();
    const mine = (this.#running = new AbortController());
    this.loading = true;
    try {
      const value = await this.#read(mine.signal);
      if (this.#running !== mine) return;
      this.set(value);
    } catch (error) {
      if (this.#running !== mine) return;
      this.failure = asFailure(error);
    }
    this.#running = null;
    this.loading = false;
  }

  /** An answer that came another way, such as that of an edit. */
  set(value: T): void {
    this.value = value;
    this.at = clock.seconds;
    this.old = false;
    this.failure = null;
    this.#keep?.(value, this.at);
  }

  stop(): void {
    this.#running?.abort();
  }
}
