/** What every part of the played center needs: its people, its flows and codes, and the net that can fail. */
import type * as C from '../../center-model';
import type { EntryId, EntryRow, ErrorCode, Failure } from '../../index';
import { message, type Person } from './world';

export const SENT = '482913';
export const MFA = '738204';

/** What the fake shell lends to the fake center. */
export interface Host {
  now: () => number;
  /** Milliseconds that an answer takes. */
  slow: () => number;
  open(): void;
  row(id: EntryId): EntryRow;
  /** A new entry, as if it had been saved. */
  keep(issuer: string, account: string): EntryId;
  trashEntries(ids: EntryId[]): Promise<void>;
}

/** known: signed out; in: signed in; trial: the trial center runs. */
export type CenterScene = '' | 'known' | 'in' | 'trial';

export type Flow = { tries: number; sent: number | null } & (
  | { what: 'sign-in'; center: string }
  | { what: 'second'; center: string; person: Person; remember: boolean }
  | { what: 'register'; center: string; kind: C.AccountKind; address: string }
  | { what: 'retrieve'; center: string; phone: string }
  | { what: 'reset'; person: Person | null; proven: boolean }
  | { what: 'check'; person: Person; action: C.CheckedAction }
  | { what: 'contact'; person: Person; kind: C.ContactKind; address: string }
  | { what: 'qr'; who: C.AccountRef; name: string }
);

export class Base {
  /** Nobody answers. */
  offline = false;
  people = new Map<string, Person[]>();
  rows: C.CenterRow[] = [];
  signedIn: C.AccountRow[] = [];
  links: C.EntryLink[] = [];
  messages: C.DemoMessage[] = [];
  copied: string | null = null;
  kept = new Map<number, number>();
  told = new Map<string, C.LastKnown>();
  /** What was asked of the net, for tests that count. */
  asked: string[] = [];
  protected readonly host: Host;
  protected trialRuns = false;
  protected flows = new Map<string, Flow>();
  protected proven = new Map<string, number>();
  protected number = 0;
  protected inboxWatchers = new Set<() => void>();
  protected accountWatchers = new Set<() => void>();

  constructor(host: Host) {
    this.host = host;
  }

  get now(): number {
    return Math.floor(this.host.now() / 1000);
  }

  fail(code: ErrorCode, message: string, detail?: string | number): never {
    throw { code, message, detail: detail === undefined ? undefined : String(detail) } satisfies Failure;
  }

  /** Over the net: slow, to be called off, and sometimes without an answer. */
  async net(what: string, signal?: AbortSignal, slow = this.host.slow()): Promise<void> {
    this.host.open();
    this.asked.push(what);
    if (slow > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, slow);
        signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    if (signal?.aborted) this.fail('center_cancelled', 'the request was called off');
    if (this.offline) this.fail('center_unreachable', 'no route to accounts.haiyun.example');
  }

  person(who: C.AccountRef): Person {
    const there = this.signedIn.find((row) => row.center === who.center && row.account === who.account);
    if (!there?.signed_in) this.fail('center_not_signed_in', 'the session has ended');
    return this.people.get(who.center)!.find((person) => person.account.id === who.account)!;
  }

  send(to: string, subject: string, body: string, links: string[] = []): void {
    this.messages = [message(`m${++this.number}`, this.now, to, subject, body, links), ...this.messages];
    for (const then of this.inboxWatchers) then();
  }

  log(person: Person, kind: C.EventKind, detail: Record<string, string> = {}): void {
    person.log = [{ id: `n${++this.number}`, at: this.now, kind, peer: '203.0.113.24', detail }, ...person.log];
  }

  protected flow<W extends Flow['what']>(id: string, what: W): Extract<Flow, { what: W }> {
    const flow = this.flows.get(id);
    if (!flow || flow.what !== what) this.fail('center_step_gone', 'no such step');
    return flow as Extract<Flow, { what: W }>;
  }

  protected openFlow(flow: Record<string, unknown> & { what: Flow['what'] }): string {
    const id = `f${++this.number}`;
    this.flows.set(id, { tries: 0, sent: null, ...flow } as unknown as Flow);
    return id;
  }

  protected sendCode(id: string, to: string | undefined, what: string): C.CodeOut {
    const flow = this.flows.get(id) ?? this.fail('center_step_gone', 'no such step');
    if (flow.sent !== null && this.now < flow.sent + 60)
      this.fail('center_sent_lately', 'a code was sent a moment ago', flow.sent + 60);
    flow.sent = this.now;
    if (to)
      this.send(to, `Your code: ${SENT}`, `${SENT} is the code ${what}. It is good for 10 minutes. Tell it to nobody.`);
    return { again_at: this.now + 60 };
  }

  protected take(id: string, code: string, right: boolean): void {
    const flow = this.flows.get(id) ?? this.fail('center_step_gone', 'no such step');
    if (right) return;
    flow.tries += 1;
    if (flow.tries >= 5) {
      this.flows.delete(id);
      this.fail('center_flow_ended', 'five wrong codes');
    }
    void code;
    this.fail('center_wrong_code', 'the code is wrong');
  }

  protected checked(who: C.AccountRef, action: C.CheckedAction): Person {
    const person = this.person(who);
    if (person.account.frozen_since) this.fail('center_frozen', 'sensitive actions are frozen');
    if ((this.proven.get(`${person.account.id} ${action}`) ?? 0) <= this.now)
      this.fail('center_identity_check_required', 'prove it');
    return person;
  }

  address(person: Person, kind: C.ContactKind): string | undefined {
    return person.account.contacts.find((one) => one.kind === kind)?.address;
  }

  protected offers(who: C.AccountRef): C.VaultOffer[] {
    return this.links
      .filter((link) => link.who.center === who.center && link.who.account === who.account)
      .map((link) => {
        const row = this.host.row(link.entry);
        return { entry: link.entry, issuer: row.issuer, account: row.account };
      });
  }
}
