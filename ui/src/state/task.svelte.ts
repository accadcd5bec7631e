/** One thing that a person asked for: done once however often it is clicked, can be stopped, and says what went wrong. */
import type { Failure } from '../backend';
import { asFailure } from '../errors/failure';

export class Task {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #running: AbortController | null = null;

  /** Whether it was done. False, too, while another one runs and when it was stopped. */
  async run(work: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    const mine = (this.#running = new AbortController());
    try {
      await work(mine.signal);
      return true;
    } catch (error) {
      const failure = asFailure(error);
      // Stopped by the person, who knows it.
      if (failure.code !== 'center_cancelled') this.failure = failure;
      return false;
    } finally {
      this.busy = false;
      this.#running = null;
    }
  }

  stop(): void {
    this.#running?.abort();
  }
}
