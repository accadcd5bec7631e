/** A hardware token: it shows a code that is computed here, by a clock of its own. */
import { eventually, totp } from './harness';
import { NEXT_CODE } from './person';

export class Token {
  /** Steps of half a minute that its clock is ahead. */
  ahead = 0;
  /** Of the last code that was read from it. */
  #read = 0;

  constructor(
    readonly serial: string,
    readonly secret: string,
  ) {}

  /** What stands in the file of whoever sold it. */
  get line(): string {
    return `${this.serial},${this.secret},totp,6,30,SHA1`;
  }

  get #step(): number {
    return Math.floor(Date.now() / 30_000) + this.ahead;
  }

  #shown(step: number): string {
    return totp(this.secret, step * 30);
  }

  /** The code that it shows, once that is another than the one before: each is taken once. */
  async code(): Promise<string> {
    await eventually('the next code', async () => this.#step > this.#read, NEXT_CODE);
    this.#read = this.#step;
    return this.#shown(this.#read);
  }

  /** The code before the one that it shows, and that one. */
  async two(): Promise<[string, string]> {
    await this.code();
    return [this.#shown(this.#read - 1), this.#shown(this.#read)];
  }
}
