/** Stands between the window and its center, and can be slow, lie, or be gone. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTls, type Server as TlsServer } from 'node:https';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './harness';

export type Mood = 'honest' | 'slow' | 'not JSON' | 'other JSON' | 'redirecting';
const SLOW = 5000;

export class Relay {
  mood: Mood = 'honest';
  /** What came, as "POST /v1/login"; and of POSTs, their Idempotency-Keys. */
  readonly heard: { what: string; key: string | undefined }[] = [];
  port = 0;
  /** So many pieces of documents are let through; those after them wait until they are let go. */
  pieces = Infinity;
  #held: (() => void)[] = [];
  #server: Server | undefined;

  constructor(readonly to: string) {}

  /** Of what is held, what its sender still waits for goes on, and nothing is held any more. */
  letGo(): void {
    this.pieces = Infinity;
    for (const pass of this.#held.splice(0)) pass();
  }

  async open(): Promise<void> {
    this.port ||= await freePort();
    const server = createServer((asked, answer) => this.#take(asked, answer));
    this.#server = server;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(this.port, '127.0.0.1', done);
    });
  }

  /** Nobody answers there any more. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#held = [];
    server?.closeAllConnections();
    await new Promise((done) => (server ? server.close(done) : done(null)));
  }

  sent(what: string): number {
    return this.heard.filter((one) => one.what === what).length;
  }

  #take(asked: IncomingMessage, answer: ServerResponse): void {
    const key = asked.headers['idempotency-key'];
    this.heard.push({ what: `${asked.method} ${asked.url}`, key: typeof key === 'string' ? key : undefined });
    const json = { 'content-type': 'application/json' };
    if (this.mood === 'not JSON')
      return void answer.writeHead(200, json).end('<html>Please log in to the hotel’s network</html>');
    if (this.mood === 'other JSON') return void answer.writeHead(200, json).end('{"answer": 42}');
    if (this.mood === 'redirecting')
      return void answer.writeHead(302, { location: `http://localhost:${this.port}/elsewhere` }).end();
    const pass = () => this.#pass(asked, answer);
    if (asked.method === 'PUT' && asked.url?.includes('begins_at=') && this.pieces-- <= 0) {
      this.#held.push(() => asked.socket.destroyed || pass());
      return;
    }
    if (this.mood === 'slow') setTimeout(pass, SLOW);
    else pass();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const onward = request(`${this.to}${asked.url}`, { method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    asked.pipe(onward);
  }
}

/** Speaks TLS with a certificate that nobody vouches for; counts what is asked of it nevertheless. */
export class Stranger {
  asked = 0;
  port = 0;
  #server: TlsServer | undefined;

  async open(folder: string): Promise<void> {
    const [key, certificate] = [join(folder, 'stranger.key'), join(folder, 'stranger.pem')];
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync(
      'openssl',
      [
        ...words,
        '-subj',
        '/CN=127.0.0.1',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
      { stdio: 'pipe' },
    );
    const server = createTls({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, answer) => {
      this.asked += 1;
      answer.end('{}');
    });
    this.#server = server;
    this.port = await freePort();
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}
