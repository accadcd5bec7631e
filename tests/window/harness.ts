/**
 * Drives the real program: its own X server (Xvfb), its own home and vault, through WebKitWebDriver. Nothing of the person
 * who runs the tests is read or written.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createHmac } from 'node:crypto';
import { By, Capabilities, Key, WebDriver, WebElement, type Locator } from 'selenium-webdriver';
import { Executor, HttpClient } from 'selenium-webdriver/http';
import { Desktop } from './desktop';
import { readXwd, toPng } from './picture';

export { By, Key, WebElement };

const repository = resolve(import.meta.dirname, '../..');
export const binary = process.env.TESSERA_DESKTOP ?? join(repository, 'target/debug/tessera-desktop');
const cli = process.env.TESSERA_CLI ?? join(repository, 'target/debug/tessera');
export const fixtures = join(import.meta.dirname, 'fixtures');
/** The words of an element, as an XPath: without what keeps "e-mail" on one line. */
export const words = "translate(normalize-space(.), '\u2060', '')";
/** Emulated machines are many times slower. */
const patience = Number(process.env.TESSERA_PATIENCE ?? 1);
export const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Tries until it neither throws nor gives nothing; the last fault is the one that is told. */
export async function eventually<T>(what: string, attempt: () => Promise<T>, seconds = 20): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000 * patience;
  let fault: unknown;
  do {
    try {
      const value = await attempt();
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<T>;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    await sleep(150);
  } while (Date.now() < end);
  throw new Error(`${what}: not within ${seconds} s`, { cause: fault });
}

export interface Options {
  /** Of the screen; the window is 1100 x 720, in its middle. */
  width?: number;
  height?: number;
  /** With other programs beside the window, and a bus. */
  desktop?: boolean;
  /** Reuse the home and vault of an earlier window. */
  home?: string;
  /**
   * The environment names no vault: it lies where the app puts it by itself, and a person can choose, make and switch to
   * others.
   */
  unnamed?: boolean;
}

export class Window {
  readonly home: string;
  driver!: WebDriver;
  #desktop: Desktop | undefined;
  #processes: ChildProcess[] = [];
  #keepHome = false;
  readonly #unnamed: boolean;

  private constructor({ home, unnamed = false }: Options) {
    this.home = home ?? mkdtempSync(join(tmpdir(), 'tessera-window-'));
    this.#unnamed = unnamed;
  }

  static async open(options: Options = {}): Promise<Window> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: build it first (cargo build -p tessera-desktop)`);
    const window = new Window(options);
    try {
      await window.#start(options.width ?? 1100, options.height ?? 720, options.desktop ?? false);
    } catch (error) {
      await window.close();
      throw error;
    }
    return window;
  }

  get vault(): string {
    return join(this.home, this.#unnamed ? 'data/tessera' : '', 'vault.tessera');
  }

  /** The other programs of this window's desktop. */
  get desktop(): Desktop {
    if (!this.#desktop) throw new Error('this window was opened without a desktop');
    return this.#desktop;
  }

  async #start(width: number, height: number, desktop: boolean): Promise<void> {
    const display = await this.#xvfb(width, height);
    const port = await freePort();
    for (const dir of ['data', 'state', 'config', 'cache', 'run'])
      mkdirSync(join(this.home, dir), { recursive: true, mode: 0o700 });
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      DISPLAY: display,
      HOME: this.home,
      XDG_DATA_HOME: join(this.home, 'data'),
      XDG_STATE_HOME: join(this.home, 'state'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_CACHE_HOME: join(this.home, 'cache'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
      ...(this.#unnamed ? {} : { TESSERA_VAULT: this.vault }),
      GDK_BACKEND: 'x11',
      NO_AT_BRIDGE: '1',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Without these two the web view takes no orders.
      TAURI_AUTOMATION: 'true',
      TAURI_WEBVIEW_AUTOMATION: 'true',
    };
    if (desktop) {
      this.#desktop = await Desktop.start(env);
      env.DBUS_SYSTEM_BUS_ADDRESS = env.DBUS_SESSION_BUS_ADDRESS = this.#desktop.bus;
    }
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
      env,
      // Where the system's dialogs propose to save.
      cwd: this.home,
      stdio: process.env.TESSERA_SHOW_LOG ? 'inherit' : 'ignore',
    });
    this.#processes.push(driver);
    const server = `http://127.0.0.1:${port}`;
    await eventually('WebKitWebDriver answers', async () => (await fetch(`${server}/status`)).ok);
    const capabilities = new Capabilities().set('webkitgtk:browserOptions', {
      binary,
      args: [],
    });
    this.driver = WebDriver.createSession(new Executor(new HttpClient(server)), capabilities);
    await this.driver.getSession();
    await this.driver.manage().setTimeouts({ script: 20_000 * patience, implicit: 0 });
  }

  async #xvfb(width: number, height: number): Promise<string> {
    const xvfb = spawn(
      'Xvfb',
      [
        '-displayfd',
        '3',
        '-screen',
        '0',
        `${width}x${height}x24`,
        '-fbdir',
        this.home,
        '-nolisten',
        'tcp',
        '-nocursor',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      },
    );
    this.#processes.push(xvfb);
    return new Promise((done, fail) => {
      xvfb.once('error', fail);
      xvfb.once('exit', () => fail(new Error('Xvfb ended')));
      xvfb.stdio[3]!.once('data', (number) => done(`:${String(number).trim()}`));
    });
  }

  /** Ends the program but keeps home and vault for the next window. */
  async leave(): Promise<void> {
    this.#keepHome = true;
    await this.close();
  }

  async close(): Promise<void> {
    await this.driver?.quit().catch(() => {});
    await this.#desktop?.end();
    this.#desktop = undefined;
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill();
      await Promise.race([ended, sleep(3000)]);
      if (child.exitCode === null) child.kill('SIGKILL');
    }
    this.#processes = [];
    if (!this.#keepHome) rmSync(this.home, { recursive: true, force: true });
  }

  /**
   * What stands on the screen, pixel by pixel, as a PNG. WebDriver's own screenshot waits for the page's next repaint, which
   * a page that lies still (the recovery code) never makes.
   */
  screen(): Buffer {
    return toPng(readXwd(readFileSync(join(this.home, 'Xvfb_screen0'))));
  }

  async find(locator: Locator | string, seconds?: number): Promise<WebElement> {
    const by = typeof locator === 'string' ? By.css(locator) : locator;
    return eventually(`find ${by}`, async () => (await this.driver.findElements(by))[0], seconds);
  }

  async see(text: string, seconds?: number): Promise<void> {
    await eventually(`see “${text}”`, async () => (await this.text()).includes(text), seconds);
  }

  async text(): Promise<string> {
    return ((await this.driver.executeScript('return document.body.innerText')) as string).replaceAll('\u2060', '');
  }

  /** A button by its words or its label. */
  async press(label: string): Promise<void> {
    const quoted = label.includes("'") ? `"${label}"` : `'${label}'`;
    const button = By.xpath(
      `//button[not(@aria-disabled='true')][contains(${words}, ${quoted}) or @aria-label=${quoted}]`,
    );
    await eventually(`press “${label}”`, async () => {
      const element = (await this.driver.findElements(button))[0];
      if (!element || !(await this.lies(element))) return false;
      await element.click();
      return true;
    });
  }

  /** Whether it stays where it is for a moment. A click on what still moves, as a page does that is filling up, meets its neighbor. */
  async lies(element: WebElement): Promise<boolean> {
    return (await this.driver.executeAsyncScript(
      `const [element, done] = arguments;
       const place = () => { const { x, y } = element.getBoundingClientRect(); return x + ',' + y; };
       element.scrollIntoView({ block: 'nearest' });
       const before = place();
       setTimeout(() => requestAnimationFrame(() => done(place() === before)), 50);`,
      element,
    )) as boolean;
  }

  async fill(name: string, text: string): Promise<WebElement> {
    return eventually(`fill ${name}`, async () => {
      const field = (await this.driver.findElements(By.css(`[name="${name}"]`)))[0];
      if (!field) return null;
      // The driver itself brings it to the edge, where a bar of buttons may lie over it.
      await this.driver.executeScript(`arguments[0].scrollIntoView({ block: 'center' })`, field);
      await field.clear();
      if (text !== '') await field.sendKeys(text);
      return field;
    });
  }

  async keys(...keys: string[]): Promise<void> {
    const actions = this.driver.actions();
    for (const key of keys) actions.sendKeys(key);
    await actions.perform();
  }

  /** Ctrl and a letter, as a person presses them. */
  async control(letter: string): Promise<void> {
    await this.driver.actions().keyDown(Key.CONTROL).sendKeys(letter).keyUp(Key.CONTROL).perform();
  }

  /** Creates a vault up to the open, empty list; returns its recovery code. */
  async createVault(password: string): Promise<string[]> {
    await this.fill('new-password', password);
    await this.fill('new-password-again', password);
    await this.press('Create vault');
    const groups = await this.keepRecovery();
    await this.see('No codes yet', 60);
    return groups;
  }

  /** A new recovery code is read, kept and asked back; returns it. */
  async keepRecovery(): Promise<string[]> {
    const code = await this.find('[data-testid="recovery-code"]', 90);
    const groups = await eventually('recovery code', async () => {
      const spans = await code.findElements(By.css('span'));
      return spans.length > 0 ? Promise.all(spans.map((span) => span.getText())) : null;
    });
    await this.press('I have it on paper');
    await this.confirmRecovery(groups);
    return groups;
  }

  async confirmRecovery(groups: string[]): Promise<void> {
    await this.find('[name^="recovery-group-"]');
    const fields = await this.driver.findElements(By.css('[name^="recovery-group-"]'));
    for (const field of fields) {
      const name = await field.getAttribute('name');
      await field.sendKeys(groups[Number(name!.replace('recovery-group-', '')) - 1]!);
    }
    await this.press('Confirm');
  }

  async unlock(password: string): Promise<void> {
    await this.fill('password', password);
    await this.press('Unlock');
  }

  async lock(): Promise<void> {
    await (await this.find('[data-testid="lock"]')).click();
    await this.see('Unlock vault.tessera', 60);
  }

  /** Pastes a picture into the page, as the web view does with an image on the clipboard. */
  async pasteImage(png: Buffer, name = 'picture.png'): Promise<void> {
    await this.driver.executeScript(
      `const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));
       const data = new DataTransfer();
       data.items.add(new File([bytes], arguments[1], { type: 'image/png' }));
       const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data });
       if (!event.clipboardData) Object.defineProperty(event, 'clipboardData', { value: data });
       document.body.dispatchEvent(event);`,
      png.toString('base64'),
      name,
    );
  }

  /** What a person does with a vault in a terminal on another computer: nothing that this one remembers is touched. */
  tessera(vault: string, password: string, ...words: string[]): string {
    return execFileSync(cli, ['--vault', vault, '--password-stdin', ...words], {
      env: { PATH: process.env.PATH, HOME: this.home, XDG_STATE_HOME: join(this.home, 'elsewhere') },
      input: `${password}\n`,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  /** The entries of a vault with everything that they are, by the command line, from a copy: the file itself is not touched. */
  entriesOf(vault: string, password: string): unknown[] {
    const copy = join(this.home, 'looked-at.tessera');
    copyFileSync(vault, copy);
    try {
      const addresses = this.tessera(copy, password, 'export', '--format', 'otpauth', '--in-clear', '--yes', '-o', '-');
      const rows = JSON.parse(this.tessera(copy, password, '--json', 'list')) as Record<string, unknown>[];
      const kept = rows.map(({ issuer, account, type, counter, group, tags, favorite }) => [
        ...[issuer, account, type, counter, group, tags, favorite],
      ]);
      return [...addresses.trim().split('\n').sort(), ...kept];
    } finally {
      rmSync(copy);
    }
  }

  /** Answers the system's dialog for a file, as a person does who types the path. */
  async chooseFile(path: string): Promise<void> {
    await this.#choose('File$', path);
  }

  /** The same with the dialog for a folder for backups. */
  async chooseFolder(path: string): Promise<void> {
    await this.#choose('Folder for backups', path);
  }

  async #choose(title: string, path: string): Promise<void> {
    const { desktop } = this;
    const dialog = await eventually('a file dialog', async () => desktop.windows(title)[0]);
    // What a window manager would do.
    desktop.input('windowfocus', dialog);
    // The dialog takes keys a moment after it is seen, and shows its line for paths a moment after it was asked to.
    await sleep(400);
    desktop.input('key', 'ctrl+l');
    await sleep(400);
    // Pasted: the dialog completes what is typed, in the middle of it.
    await desktop.copy(path);
    desktop.input('key', 'ctrl+a', 'ctrl+v');
    await sleep(400);
    desktop.input('key', 'Return');
    await eventually('the file dialog is gone', async () => desktop.windows(title).length === 0);
  }

  /** The digits of the first code that is shown, without their gaps. */
  async code(): Promise<string> {
    return eventually('a code', async () => {
      const shown = (await this.driver.executeScript(
        `return document.querySelector('[data-testid="code"]:not(.is-hidden) .vh')?.textContent ?? ''`,
      )) as string;
      return shown.replaceAll(' ', '') || null;
    });
  }

  async addByHand(issuer: string, account: string, secret: string): Promise<void> {
    await this.control('n');
    await this.press('By hand');
    await this.fill('issuer', issuer);
    await this.fill('account', account);
    await this.fill('secret', secret);
    await this.press('Look at it and save');
    await this.see('Look at it, then save');
    await (await this.find('[data-testid="save"]')).click();
    await this.find('[data-testid="search"]');
  }
}

/** RFC 6238 with the usual numbers, written here so that nothing of the program proves itself. */
export function totp(base32: string, seconds: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...base32].map((char) => alphabet.indexOf(char).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[mac.length - 1]! & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The codes that are right now or were a moment ago, for the time between reading and comparing. */
export const codesAround = (base32: string): string[] => {
  const now = Date.now() / 1000;
  return [totp(base32, now - 5), totp(base32, now)];
};
