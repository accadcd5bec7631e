/** One thing under way at a time: a second click does nothing while the first is being answered. */
import { asFailure } from '../errors/failure';
import type { Failure } from '../backend';

export class Once {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #stop: AbortController | null = null;

  /** Resolves with whether it was done. What the person stopped is no failure. */
  async run(work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    const stop = new AbortController();
    this.#stop = stop;
    this.busy = true;
    this.failure = null;
    try {
      await work(stop.signal);
      return true;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== 'center_cancelled') this.failure = failure;
      return false;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    this.#stop?.abort();
  }
}
