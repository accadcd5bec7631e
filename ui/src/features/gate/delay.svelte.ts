/** The wait before the next try, by a clock that cannot be set. */
export class Delay {
  left = $state(0);
  #until = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  start(seconds: number): void {
    clearInterval(this.#timer);
    this.#until = performance.now() + seconds * 1000;
    this.left = Math.ceil(seconds);
    if (seconds <= 0) return;
    this.#timer = setInterval(() => {
      this.left = Math.max(0, Math.ceil((this.#until - performance.now()) / 1000));
      if (this.left === 0) this.stop();
    }, 250);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
