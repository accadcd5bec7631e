/**
 * The shell's time, stepped once a second on its whole seconds. Codes are made by the shell's clock, so the page follows
 * that one: `sync` is called with every answer that carries it.
 */
export class Clock {
  /** Milliseconds of Unix time, whole seconds. */
  now = $state(Math.floor(Date.now() / 1000) * 1000);
  #offset = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readers = 0;
  readonly #read: () => number;

  constructor(read: () => number = Date.now) {
    this.#read = read;
  }

  get seconds(): number {
    return Math.floor(this.now / 1000);
  }

  exact(): number {
    return this.#read() + this.#offset;
  }

  sync(serverNow: number): void {
    const offset = serverNow - this.#read();
    // Less than this is the time an answer takes; following it would make the countdown stutter.
    if (Math.abs(offset - this.#offset) > 400) this.#offset = offset;
    this.#step();
  }

  /** Runs while someone watches. */
  watch(): () => void {
    if (this.#readers++ === 0) this.#schedule();
    return () => {
      if (--this.#readers === 0) clearTimeout(this.#timer);
    };
  }

  #step(): void {
    this.now = Math.floor(this.exact() / 1000) * 1000;
  }

  #schedule(): void {
    this.#step();
    clearTimeout(this.#timer);
    // 5 ms past the second, so that rounding never shows the old one.
    this.#timer = setTimeout(() => this.#schedule(), 1005 - (this.exact() % 1000));
  }
}

export const clock = new Clock();

/** What the ring shows. `left` is in whole seconds. */
export interface Countdown {
  left: number;
  fraction: number;
  ending: boolean;
}

export function countdown(validUntil: number, period: number, nowSeconds: number): Countdown {
  const left = Math.max(0, Math.min(period, validUntil - nowSeconds));
  // A short period (mOTP has 10 s) would always be ending: a third of it then.
  const threshold = Math.min(10, Math.ceil(period / 3));
  return { left, fraction: period > 0 ? left / period : 0, ending: left <= threshold };
}
