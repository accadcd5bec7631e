/** What a center last said, kept while it does not answer: the page shows it with its time. */
import { asFailure } from '../errors/failure';
import type { Failure } from '../backend';

export class Known<T> {
  value = $state.raw<T | null>(null);
  /** Unix seconds; when `value` was heard. */
  at = $state(0);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  #stop: AbortController | null = null;

  constructor(private now: () => number) {}

  /** A newer call takes the place of one that is still under way. */
  async load(ask: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.busy = true;
    try {
      const value = await ask(stop.signal);
      if (this.#stop === stop) this.set(value);
    } catch (error) {
      if (this.#stop === stop) this.failure = asFailure(error);
    } finally {
      if (this.#stop === stop) this.busy = false;
    }
  }

  set(value: T): void {
    this.value = value;
    this.at = this.now();
    this.failure = null;
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.busy = false;
  }
}
