/**
 * A `tessera-center` of its own beside the window: another process, with its own folder, its own database, a root key that is
 * kept where the server is not, and an outbox that is read as a person reads a mailbox.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { eventually, freePort, totp } from './harness';

const program = process.env.TESSERA_CENTER ?? resolve(import.meta.dirname, '../../target/debug/tessera-center');
/** `postgres://user@host:port`, where databases may be made. */
const postgres = process.env.TESSERA_TEST_POSTGRES;
const PASSPHRASE = 'root key of the window tests alone';
const run = promisify(execFile);

export type Database = 'SQLite' | 'PostgreSQL';
export const databases: Database[] = postgres ? ['SQLite', 'PostgreSQL'] : ['SQLite'];
if (!postgres) console.log('    skipped: the center in the window on PostgreSQL; TESSERA_TEST_POSTGRES names none');

/** Of `tessera-center demo`: everybody knows them. */
export const DEMO_PASSWORD = 'quiet lantern under the bridge';
export const alice = {
  number: 100_000_001,
  name: 'Alice Example',
  email: 'alice@example.com',
  phone: '+4915123456789',
};
export const bob = { number: 100_000_002, name: 'Bob Example', email: 'bob@example.com', phone: '+8613800138000' };
export const office = {
  number: 100_000_003,
  name: 'Example Ltd.',
  email: 'office@example.com',
  phone: '+442079460018',
};

export interface Message {
  id: string;
  at: number;
  channel: string;
  to: string;
  subject: string;
  text: string;
}

export class CenterServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'tessera-center-'));
  fingerprint = '';
  #port = 0;
  #process: ChildProcess | undefined;
  #database: string | undefined;
  #settings: Record<string, string> = {};
  /** Messages that somebody has read: no code is typed twice. */
  #read = new Set<string>();

  private constructor(readonly database: Database) {}

  /** Where it answers, once it was started. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What whoever runs the center gives out. */
  linkAt(port = this.#port): string {
    return `tessera-center://127.0.0.1:${port}/?root=${this.fingerprint.replaceAll(/[\s-]/g, '')}&plain`;
  }

  /** With the demo's people in it, who wait for nothing that a person in a test cannot wait for. */
  static async start(database: Database, settings: Record<string, string> = {}): Promise<CenterServer> {
    if (!existsSync(program)) throw new Error(`${program} is missing: build it first (cargo build -p tessera-center)`);
    const center = new CenterServer(database);
    try {
      await center.#prepare(settings);
    } catch (error) {
      await center.end();
      throw error;
    }
    return center;
  }

  async #prepare(settings: Record<string, string>): Promise<void> {
    this.#port = await freePort();
    if (this.database === 'PostgreSQL') {
      this.#database = `window_${process.pid}_${this.#port}`;
      execFileSync('createdb', [`--maintenance-db=${postgres}/postgres`, this.#database], { stdio: 'pipe' });
      this.#settings.DATABASE__URL = `${postgres}/${this.#database}`;
    }
    Object.assign(this.#settings, {
      SERVER__LISTEN: `127.0.0.1:${this.#port}`,
      NAME: 'Harbor Center',
      CONTACT_US__SUPPORT: 'support@harbor.example',
      PASSWORDS__MEMORY_KIB: '7168',
      PASSWORDS__PASSES: '1',
      RULES__STAFF_AGE: '0',
      RULES__CODE_PAUSE: '1',
      RULES__CODES_PER_ADDRESS: '1000',
      RULES__ANONYMOUS_CODES_PER_ADDRESS: '1000',
      RULES__ANONYMOUS_CODES_PER_PEER: '10000',
      ...settings,
    });
    // The root key is made and kept where the server's data are not.
    writeFileSync(join(this.folder, 'passphrase'), PASSPHRASE);
    const made = await this.run('root', 'new', 'root.age', '--passphrase-file', 'passphrase');
    this.#settings.ROOT_KEY = /root-key = "([^"]+)"/.exec(made)![1]!;
    this.fingerprint = /Fingerprint: (.+)/.exec(made)![1]!.trim();
    await this.run('demo');
    await this.serve();
  }

  get #env(): NodeJS.ProcessEnv {
    const named = Object.entries(this.#settings).map(([name, value]) => [`TESSERA_CENTER__${name}`, value]);
    return Object.fromEntries(named) as NodeJS.ProcessEnv;
  }

  /** A command that its operator types beside it. */
  async run(...words: string[]): Promise<string> {
    const { stdout } = await run(program, words, { cwd: this.folder, env: this.#env, maxBuffer: 1 << 26 });
    return stdout;
  }

  /** Starts it; it answers afterwards. */
  async serve(): Promise<void> {
    const child = spawn(program, ['serve'], { cwd: this.folder, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let said = '';
    child.stderr.on('data', (data) => (said += data));
    await new Promise<void>((done, fail) => {
      child.once('exit', (code) => fail(new Error(`tessera-center ended with ${code}: ${said}`)));
      createInterface(child.stdout).on('line', (line) => line.includes(' answers at ') && done());
    });
  }

  /** Ends it as a loss of power would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  /** As after an upgrade. What fell due meanwhile is done at the start. */
  async restart(): Promise<void> {
    await this.kill('SIGTERM');
    await this.serve();
  }

  async end(): Promise<void> {
    await this.kill();
    if (this.#database)
      execFileSync('dropdb', [`--maintenance-db=${postgres}/postgres`, '--force', this.#database], { stdio: 'pipe' });
    rmSync(this.folder, { recursive: true, force: true });
  }

  async messages(): Promise<Message[]> {
    const lines = (await this.run('outbox', '--json')).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Message);
  }

  /** The newest message to an address that nobody has read and in which something is found; it is read then. */
  async #find(to: string, what: string, look: RegExp): Promise<string> {
    return eventually(
      `${what} to ${to}`,
      async () => {
        const unread = (await this.messages()).filter((one) => one.to === to && !this.#read.has(one.id));
        for (const message of unread.reverse()) {
          const found = look.exec(message.text);
          if (!found) continue;
          this.#read.add(message.id);
          return found[0];
        }
        return null;
      },
      30,
    );
  }

  /** The code of the newest message to this address. */
  code(to: string): Promise<string> {
    return this.#find(to, 'a code', /\b\d{6}\b/);
  }

  /** What is pasted to take an invitation to a sub-account: a line of its own. */
  invitation(to: string): Promise<string> {
    return this.#find(to, 'an invitation', /^[\w-]{40,}$/m);
  }

  /** The newest link to this address whose path begins so. */
  link(to: string, path: string): Promise<string> {
    return this.#find(to, `a link ${path}`, new RegExp(`http://127\\.0\\.0\\.1:\\d+${path}\\S+`));
  }

  /** Makes a staff member: the token of its first sign-in. */
  async addStaff(email: string, name: string): Promise<string> {
    const said = await this.run('staff', 'add', email, '--name', name, '--roles', 'reviewer');
    return said.trim().split('\n').at(-1)!;
  }

  /** What the holder of the root key does elsewhere: signs who may open documents. */
  async signList(): Promise<void> {
    // Of an escrow that nobody here holds.
    const escrow = 'age1gkg9uu027ghvckg5tpw2kqh3gwpz7exuk98v2nsqr07snxq97yzqcp38tu';
    writeFileSync(join(this.folder, 'draft'), await this.run('root', 'draft', '--escrow', escrow));
    const words = ['root', 'sign', 'root.age', 'draft', '--yes', '--passphrase-file', 'passphrase'];
    writeFileSync(join(this.folder, 'signed'), await this.run(...words));
    await this.run('root', 'publish', 'signed');
  }

  /** A list with a reviewer that no window plays, so that documents are taken. */
  async listOneReviewer(): Promise<void> {
    const token = await this.addStaff('reviewer@harbor.example', 'Nobody in sight');
    const opened = (await this.post('/v1/staff/invitations', { token })) as { flow: string; secret: string };
    const at = (step: number) => totp(opened.secret, Date.now() / 1000 + step * 30);
    const password = 'seven gulls over the quay';
    // One step of drift is taken each way, and each step once.
    await this.post('/v1/staff/invitations/acceptance', { flow: opened.flow, password, codes: [at(-1), at(0)] });
    const login = { email: 'reviewer@harbor.example', password, code: at(1) };
    const { token: session } = (await this.post('/v1/staff/session', login)) as { token: string };
    const recipient = 'age1lzhlpjz4pc3ajf5h6gtckvuutv6k7zhrg4zjmqzk96cnandnk3ksrvuc6y';
    await this.post('/v1/staff/reviewer-keys', { recipient }, session);
    await this.signList();
  }

  /** Everything that the server keeps: each file of its data folder, and on PostgreSQL a dump with the rows' bytes. */
  kept(): Map<string, Buffer> {
    const data = join(this.folder, 'tessera-center-data');
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const kept = new Map(
      files.map((file) => {
        const path = join(file.parentPath, file.name);
        return [path.slice(data.length + 1), readFileSync(path)] as const;
      }),
    );
    if (this.#database)
      kept.set(
        'dump',
        execFileSync('pg_dump', ['--data-only', `${postgres}/${this.#database}`], {
          maxBuffer: 1 << 28,
          stdio: 'pipe',
        }),
      );
    return kept;
  }

  /** What a program without a window sends. */
  async post(path: string, body: unknown, token?: string): Promise<unknown> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(`${this.address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  }
}
