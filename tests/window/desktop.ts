/** What is around the window on a desktop: desktop.py for other programs and the bus, xdotool for mouse and keyboard. */
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface Answer {
  bus?: string;
  done?: unknown;
  event?: string;
}

export class Desktop {
  readonly events: string[] = [];
  bus = '';
  readonly #program: ChildProcessWithoutNullStreams;
  readonly #env: NodeJS.ProcessEnv;
  #waiting: { done: (answer: Answer) => void; fail: (fault: Error) => void } | undefined;

  private constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
    // The system's own: GTK's bindings come as a system package.
    this.#program = spawn('/usr/bin/python3', [join(import.meta.dirname, 'desktop.py')], { env });
    let complaint = '';
    this.#program.stderr.on('data', (data) => (complaint += data));
    this.#program.once('exit', () => this.#waiting?.fail(new Error(`desktop.py ended. ${complaint}`)));
    createInterface(this.#program.stdout).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.event) this.events.push(answer.event);
      else this.#waiting?.done(answer);
    });
  }

  static async start(env: NodeJS.ProcessEnv): Promise<Desktop> {
    const desktop = new Desktop(env);
    desktop.bus = (await desktop.#answer()).bus!;
    return desktop;
  }

  async end(): Promise<void> {
    if (this.#program.exitCode !== null) return;
    const ended = new Promise((done) => this.#program.once('exit', done));
    this.#program.stdin.end();
    await ended;
  }

  #answer(): Promise<Answer> {
    return new Promise((done, fail) => (this.#waiting = { done, fail }));
  }

  async #order(name: string, ...values: unknown[]): Promise<unknown> {
    const answer = this.#answer();
    this.#program.stdin.write(`${JSON.stringify([name, ...values])}\n`);
    return (await answer).done;
  }

  /** The first file as a picture at that place of the screen; dragging it drags all of them. */
  async show(files: string[], x: number, y: number): Promise<void> {
    await this.#order('show', files, x, y);
  }

  async hide(): Promise<void> {
    await this.#order('hide');
  }

  /** What another program puts on the clipboard. */
  async copy(text: string): Promise<void> {
    await this.#order('copy', text);
  }

  /** A picture that another program puts there. */
  async copyPicture(file: string): Promise<void> {
    await this.#order('copy a picture', file);
  }

  /** What another program finds on the clipboard, and what it is told about keeping it. */
  async paste(): Promise<{ text: string | null; hint: string | null }> {
    return (await this.#order('paste')) as { text: string | null; hint: string | null };
  }

  async lockSession(): Promise<void> {
    await this.#order('lock the session');
  }

  async sleep(begins: boolean): Promise<void> {
    await this.#order('sleep', begins);
  }

  async screenSaver(): Promise<void> {
    await this.#order('screen saver');
  }

  /** Real mouse and keyboard, as far as the X server can tell: for what is not the page, such as the dialogs of GTK. */
  input(...words: (string | number)[]): string {
    return execFileSync('xdotool', words.map(String), { env: this.#env, encoding: 'utf8' });
  }

  /** The windows of that title, by their numbers. */
  windows(title: string): string[] {
    try {
      return this.input('search', '--onlyvisible', '--name', title).trim().split('\n');
    } catch {
      // xdotool fails when there is none.
      return [];
    }
  }
}
