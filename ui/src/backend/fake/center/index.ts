/**
 * The account center, played in memory with its rules in small: counters of wrong passwords and codes, identity checks,
 * changes with a code to the new address. Every code that is sent is {@link SENT}; every MFA code is {@link MFA}.
 */
import type * as C from '../../center-model';
import type { CenterBackend, Failure, ErrorCode, EntryId, EntryRow } from '../../index';
import { drawQr } from '../pictures';
import { alice, contact, haiyun, lena, mask, message, trialCenter, type Person } from './world';

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

type Flow = { tries: number; sent: number | null } & (
  | { what: 'sign-in'; center: string }
  | { what: 'second'; center: string; person: Person; remember: boolean }
  | { what: 'register'; center: string; kind: C.AccountKind; address: string }
  | { what: 'retrieve'; center: string; phone: string }
  | { what: 'reset'; person: Person | null; proven: boolean }
  | { what: 'check'; person: Person; action: C.CheckedAction }
  | { what: 'contact'; person: Person; kind: C.ContactKind; address: string }
  | { what: 'qr'; who: C.AccountRef; name: string }
);

export class FakeCenter implements CenterBackend {
  /** Nobody answers. */
  offline = false;
  people = new Map<string, Person[]>();
  rows: C.CenterRow[] = [];
  signedIn: C.AccountRow[] = [];
  links: C.EntryLink[] = [];
  messages: C.DemoMessage[] = [];
  copied: string | null = null;
  kept = new Map<number, number>();
  /** What was asked of the net, for tests that count. */
  asked: string[] = [];
  #host: Host;
  #trial = false;
  #flows = new Map<string, Flow>();
  #proven = new Map<string, number>();
  #number = 0;
  #onInbox = new Set<() => void>();
  #onAccounts = new Set<() => void>();

  constructor(host: Host, scene: CenterScene) {
    this.#host = host;
    const now = this.now;
    if (scene === 'known' || scene === 'in') {
      this.rows = [haiyun(now)];
      this.people.set('center-1', [lena(now)]);
    }
    if (scene === 'in') this.#begin('center-1', this.people.get('center-1')![0]!, 'lena.hofmann@nordlicht.example');
    if (scene === 'trial') this.#beginTrial();
  }

  get now(): number {
    return Math.floor(this.#host.now() / 1000);
  }

  // what every method needs

  fail(code: ErrorCode, message: string, detail?: string | number): never {
    throw { code, message, detail: detail === undefined ? undefined : String(detail) } satisfies Failure;
  }

  /** Over the net: slow, to be called off, and sometimes without an answer. */
  async net(what: string, signal?: AbortSignal, slow = this.#host.slow()): Promise<void> {
    this.#host.open();
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
    this.messages = [message(`m${++this.#number}`, this.now, to, subject, body, links), ...this.messages];
    for (const then of this.#onInbox) then();
  }

  log(person: Person, kind: C.EventKind, detail: Record<string, string> = {}): void {
    person.log = [{ id: `n${++this.#number}`, at: this.now, kind, peer: '203.0.113.24', detail }, ...person.log];
  }

  #flow<W extends Flow['what']>(id: string, what: W): Extract<Flow, { what: W }> {
    const flow = this.#flows.get(id);
    if (!flow || flow.what !== what) this.fail('center_step_gone', 'no such step');
    return flow as Extract<Flow, { what: W }>;
  }

  #open(flow: Record<string, unknown> & { what: Flow['what'] }): string {
    const id = `f${++this.#number}`;
    this.#flows.set(id, { tries: 0, sent: null, ...flow } as unknown as Flow);
    return id;
  }

  #sendCode(id: string, to: string | undefined, what: string): C.CodeOut {
    const flow = this.#flows.get(id) ?? this.fail('center_step_gone', 'no such step');
    if (flow.sent !== null && this.now < flow.sent + 60)
      this.fail('center_sent_lately', 'a code was sent a moment ago', flow.sent + 60);
    flow.sent = this.now;
    if (to)
      this.send(to, `Your code: ${SENT}`, `${SENT} is the code ${what}. It is good for 10 minutes. Tell it to nobody.`);
    return { again_at: this.now + 60 };
  }

  #take(id: string, code: string, right: boolean): void {
    const flow = this.#flows.get(id) ?? this.fail('center_step_gone', 'no such step');
    if (right) return;
    flow.tries += 1;
    if (flow.tries >= 5) {
      this.#flows.delete(id);
      this.fail('center_flow_ended', 'five wrong codes');
    }
    void code;
    this.fail('center_wrong_code', 'the code is wrong');
  }

  #checked(who: C.AccountRef, action: C.CheckedAction): Person {
    const person = this.person(who);
    if (person.account.frozen_since) this.fail('center_frozen', 'sensitive actions are frozen');
    if ((this.#proven.get(`${person.account.id} ${action}`) ?? 0) <= this.now)
      this.fail('center_identity_check_required', 'prove it');
    return person;
  }

  address(person: Person, kind: C.ContactKind): string | undefined {
    return person.account.contacts.find((one) => one.kind === kind)?.address;
  }

  #vault(who: C.AccountRef): C.VaultOffer[] {
    return this.links
      .filter((link) => link.who.center === who.center && link.who.account === who.account)
      .map((link) => {
        const row = this.#host.row(link.entry);
        const device = this.people
          .get(who.center)
          ?.flatMap((person) => person.devices)
          .find((one) => one.id === link.device);
        return { entry: link.entry, issuer: row.issuer, account: row.account, device: device?.name ?? null };
      });
  }

  // centers

  async centers(): Promise<C.CenterRow[]> {
    this.#host.open();
    return structuredClone(this.rows);
  }
  async readCenterLink(text: string): Promise<C.CenterForm> {
    const bare = text.trim();
    const link = /^tessera-center:\/\/([^/?#]+)\/?\?(.*)$/i.exec(bare);
    if (link)
      return {
        address: `https://${link[1]}`,
        root_fingerprint: new URLSearchParams(link[2]).get('root') ?? '',
        ca: null,
      };
    if (/^http:\/\/(?!127\.0\.0\.1|localhost|\[::1\])/i.test(bare))
      this.fail('center_address_invalid', 'Only https, but for this computer itself.');
    const address = /^https?:\/\//i.test(bare) ? bare : `https://${bare}`;
    if (!/^https?:\/\/[^\s/?#]+\.[^\s/?#]+\/?$|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/i.test(address))
      this.fail('center_address_invalid', 'A host name is needed, without a path.');
    return { address: address.replace(/\/$/, ''), root_fingerprint: '', ca: null };
  }
  async readCenterQr(): Promise<C.CenterForm | null> {
    return null;
  }
  async pickCertificate(): Promise<C.CertificateFile | null> {
    return { handle: 'ca-1', name: 'Nordlicht internal CA', expires_at: this.now + 900 * 86_400 };
  }
  async addCenter(form: C.CenterForm, signal?: AbortSignal): Promise<C.CenterRow> {
    await this.net('addCenter', signal);
    const { address } = await this.readCenterLink(form.address);
    if (this.rows.some((row) => row.address === address)) this.fail('center_exists', 'connected already');
    if (!address.includes('haiyun')) this.fail('center_bad_answer', 'The answer is a web page, not a center’s.');
    const row = { ...haiyun(this.now), address, added_at: this.now };
    const pinned = form.root_fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
    if (pinned && pinned !== row.root_fingerprint!.replace(/[^0-9A-F]/g, ''))
      this.fail('center_root_key', 'the fingerprints differ');
    if (!pinned) row.root_fingerprint = null;
    if (form.ca) row.ca = 'Nordlicht internal CA';
    this.rows = [...this.rows, row];
    this.people.set(row.id, [lena(this.now)]);
    return row;
  }
  async refreshCenter(center: string, signal?: AbortSignal): Promise<C.CenterRow> {
    await this.net('refreshCenter', signal);
    const row = this.rows.find((one) => one.id === center) ?? this.fail('center_not_found', 'no such center');
    row.about_at = this.now;
    return row;
  }
  async renameCenter(center: string, name: string): Promise<void> {
    this.rows = this.rows.map((row) => (row.id === center ? { ...row, name } : row));
  }
  async removeCenter(center: string): Promise<void> {
    this.rows = this.rows.filter((row) => row.id !== center);
    this.signedIn = this.signedIn.filter((row) => row.center !== center);
    this.links = this.links.filter((link) => link.who.center !== center);
    this.#tellAccounts();
  }

  // the trial center

  async trial(): Promise<C.TrialState> {
    return {
      running: this.#trial,
      accounts: this.#trial
        ? [{ login_name: 'alice@example.com', password: 'quiet lantern under the bridge', name: 'Alice Example' }]
        : [],
      unread: this.messages.filter((one) => !one.read).length,
    };
  }
  #beginTrial(): C.CenterRow {
    const row = trialCenter(this.now);
    this.#trial = true;
    this.rows = [...this.rows.filter((one) => !one.trial), row];
    this.people.set(row.id, [alice(this.now)]);
    return row;
  }
  async startTrial(): Promise<C.CenterRow> {
    await this.net('startTrial', undefined, this.#host.slow() * 2);
    const there = this.rows.find((row) => row.trial);
    this.#trial = true;
    return there ?? this.#beginTrial();
  }
  async resetTrial(): Promise<C.CenterRow> {
    this.signedIn = this.signedIn.filter((row) => row.center !== 'trial');
    this.messages = [];
    this.#tellAccounts();
    return this.#beginTrial();
  }
  async stopTrial(): Promise<void> {
    this.#trial = false;
    await this.removeCenter('trial');
  }
  async inbox(): Promise<C.DemoMessage[]> {
    return structuredClone(this.messages);
  }
  async readInbox(ids: string[]): Promise<void> {
    this.messages = this.messages.map((one) => (ids.includes(one.id) ? { ...one, read: true } : one));
    for (const then of this.#onInbox) then();
  }
  async openInboxLink(): Promise<void> {}
  onInbox(then: () => void): () => void {
    this.#onInbox.add(then);
    return () => this.#onInbox.delete(then);
  }

  // signing in

  #tellAccounts(): void {
    for (const then of this.#onAccounts) then();
  }
  #begin(center: string, person: Person, login_name: string): C.SignInOutcome {
    const { id, name, kind, verified_at, mfa_required } = person.account;
    const bind_mfa_first = mfa_required && person.devices.length === 0;
    this.signedIn = [
      ...this.signedIn.filter((row) => row.center !== center || row.account !== id),
      {
        center,
        account: id,
        name,
        kind,
        verified: verified_at !== undefined,
        signed_in: true,
        bind_mfa_first,
        login_name,
      },
    ];
    if (!person.sessions.some((one) => one.current))
      person.sessions = [
        {
          id: `s${++this.#number}`,
          label: 'Tessera on Linux',
          peer: '203.0.113.24',
          created_at: this.now,
          seen_at: this.now,
          current: true,
        },
        ...person.sessions,
      ];
    person.wrong = 0;
    this.log(person, 'signed-in', { device: 'Tessera on Linux' });
    this.#tellAccounts();
    return { outcome: 'signed-in', who: { center, account: id }, bind_mfa_first };
  }
  #named(center: string, name: string): Person | null {
    const bare = name.trim().toLowerCase();
    return (
      this.people
        .get(center)
        ?.find(
          ({ account }) =>
            String(account.id) === bare ||
            account.contacts.some((one) => one.kind !== 'security-email' && one.address === bare),
        ) ?? null
    );
  }
  /** Names that nobody has are counted just the same. */
  #strangers = new Map<string, { wrong: number; since: number }>();

  async accounts(): Promise<C.AccountRow[]> {
    this.#host.open();
    return structuredClone(this.signedIn);
  }
  async signIn(center: string, attempt: C.SignInAttempt, signal?: AbortSignal): Promise<C.SignInOutcome> {
    await this.net('signIn', signal);
    const person = this.#named(center, attempt.name);
    const key = attempt.name.trim().toLowerCase();
    if (!this.#strangers.has(key)) this.#strangers.set(key, { wrong: 0, since: 0 });
    const window = person ?? this.#strangers.get(key)!;
    if (this.now >= window.since + 86_400) window.wrong = 0;
    if (window.wrong >= 10) this.fail('center_account_locked', 'locked', window.since + 86_400);
    if (window.wrong >= 3) {
      if (!attempt.code || !attempt.flow) this.fail('center_code_required', 'a code is needed');
      this.#flow(attempt.flow, 'sign-in');
      this.#take(attempt.flow, attempt.code, attempt.code === SENT);
      this.#flows.delete(attempt.flow);
    }
    if (!person || attempt.password !== person.password) {
      if (window.wrong === 0) window.since = this.now;
      window.wrong += 1;
      if (person) this.log(person, window.wrong === 10 ? 'locked' : 'wrong-password');
      if (window.wrong >= 10) this.fail('center_account_locked', 'locked', window.since + 86_400);
      this.fail('center_wrong_credentials', 'name or password is wrong');
    }
    if (person.account.login_protection === 'off') return this.#begin(center, person, attempt.name.trim());
    const who = { center, account: person.account.id };
    const flow = this.#open({ what: 'second', center, person, remember: attempt.remember });
    const methods: C.Method[] = [];
    if (person.devices.length > 0) methods.push({ factor: 'mfa' });
    if (person.recovery.length > 0) methods.push({ factor: 'recovery-code' });
    const phone = this.address(person, 'secure-phone');
    if (phone && person.account.login_protection === 'phone') methods.push({ factor: 'phone', to: mask(phone) });
    const email = this.address(person, 'security-email');
    if (email && person.account.login_protection === 'email') methods.push({ factor: 'email', to: mask(email) });
    return { outcome: 'second-step', flow, expires_at: this.now + 600, methods, vault: this.#vault(who) };
  }
  async sendSignInCode(center: string, name: string, flow: string | null, signal?: AbortSignal): Promise<C.CodeFlow> {
    await this.net('sendSignInCode', signal);
    const id = flow && this.#flows.has(flow) ? flow : this.#open({ what: 'sign-in', center });
    const person = this.#named(center, name);
    const { again_at } = this.#sendCode(
      id,
      person ? this.address(person, 'security-email') : undefined,
      'for signing in',
    );
    return { flow: id, again_at, expires_at: this.now + 600 };
  }
  async sendSecondStep(flow: string, factor: C.Factor, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('sendSecondStep', signal);
    const { person } = this.#flow(flow, 'second');
    return this.#sendCode(
      flow,
      this.address(person, factor === 'phone' ? 'secure-phone' : 'security-email'),
      'for signing in',
    );
  }
  async secondStep(flow: string, factor: C.Factor, code: string, signal?: AbortSignal): Promise<C.SignInOutcome> {
    await this.net('secondStep', signal);
    const { center, person } = this.#flow(flow, 'second');
    const bare = code.replace(/[\s-]/g, '').toUpperCase();
    if (factor === 'recovery-code') {
      const at = person.recovery.findIndex((one) => one.replaceAll('-', '') === bare);
      this.#take(flow, code, at >= 0);
      person.recovery.splice(at, 1);
    } else this.#take(flow, code, bare === (factor === 'mfa' ? MFA : SENT));
    this.#flows.delete(flow);
    return this.#begin(center, person, String(person.account.id));
  }
  async secondStepFromVault(flow: string, _entry: EntryId, _onWait: (until: number) => void, signal?: AbortSignal) {
    return this.secondStep(flow, 'mfa', MFA, signal);
  }
  async signOut(who: C.AccountRef, signal?: AbortSignal): Promise<void> {
    await this.net('signOut', signal);
    const person = this.person(who);
    person.sessions = person.sessions.filter((one) => !one.current);
    this.endSessionHere(who);
  }
  /** The session is over: the shell notices, and tells. */
  endSessionHere(who: C.AccountRef): void {
    this.signedIn = this.signedIn.map((row) =>
      row.center === who.center && row.account === who.account ? { ...row, signed_in: false } : row,
    );
    this.#tellAccounts();
  }
  async forgetAccount(who: C.AccountRef): Promise<void> {
    this.signedIn = this.signedIn.filter((row) => row.center !== who.center || row.account !== who.account);
    this.#tellAccounts();
  }
  onAccounts(then: () => void): () => void {
    this.#onAccounts.add(then);
    return () => this.#onAccounts.delete(then);
  }

  // registering, retrieving, resetting

  async beginRegistration(
    center: string,
    kind: C.AccountKind,
    address: { email: string } | { phone: string },
    _language: C.Language,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow> {
    await this.net('beginRegistration', signal);
    const to = 'email' in address ? address.email : address.phone;
    if (!/^\S+@\S+\.\S+$|^\+\d{7,15}$/.test(to)) this.fail('center_invalid_value', 'no such address', '/email');
    const flow = this.#open({ what: 'register', center, kind, address: to });
    return { flow, ...this.#sendCode(flow, to, 'for your new account'), expires_at: this.now + 600 };
  }
  async resendRegistrationCode(flow: string, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('resendRegistrationCode', signal);
    return this.#sendCode(flow, this.#flow(flow, 'register').address, 'for your new account');
  }
  async completeRegistration(
    flow: string,
    code: string,
    password: string,
    name: string,
    _remember: boolean,
    signal?: AbortSignal,
  ): Promise<C.SignInOutcome> {
    await this.net('completeRegistration', signal);
    const { center, kind, address } = this.#flow(flow, 'register');
    this.#take(flow, code, code === SENT);
    if (password.length < 8) this.fail('center_weak_password', 'Add another word or two.');
    this.#flows.delete(flow);
    const fresh = alice(this.now);
    const contacts = address.startsWith('+')
      ? [contact('secure-phone', address, this.now)]
      : [contact('account-email', address, this.now), contact('security-email', address, this.now)];
    const person: Person = {
      ...fresh,
      password,
      account: { ...fresh.account, id: 412_000_000 + this.#number, kind, name, contacts },
    };
    this.people.get(center)!.push(person);
    return this.#begin(center, person, address);
  }
  async beginRetrieval(center: string, phone: string, signal?: AbortSignal): Promise<C.CodeFlow> {
    await this.net('beginRetrieval', signal);
    const flow = this.#open({ what: 'retrieve', center, phone });
    const bound = this.people.get(center)!.some((person) => this.address(person, 'secure-phone') === phone);
    return {
      flow,
      ...this.#sendCode(flow, bound ? phone : undefined, 'to see your accounts'),
      expires_at: this.now + 600,
    };
  }
  async resendRetrievalCode(flow: string, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('resendRetrievalCode', signal);
    return this.#sendCode(flow, this.#flow(flow, 'retrieve').phone, 'to see your accounts');
  }
  async proveRetrieval(flow: string, code: string, signal?: AbortSignal): Promise<C.Retrieved[]> {
    await this.net('proveRetrieval', signal);
    const { center, phone } = this.#flow(flow, 'retrieve');
    this.#take(flow, code, code === SENT);
    this.#flows.delete(flow);
    return this.people
      .get(center)!
      .filter((person) => this.address(person, 'secure-phone') === phone)
      .map(({ account }) => ({
        id: account.id,
        kind: account.kind,
        email: account.contacts.find((one) => one.kind === 'account-email')?.masked,
      }));
  }
  async beginPasswordReset(
    center: string,
    name: string,
    flow: string | null,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow> {
    await this.net('beginPasswordReset', signal);
    const person = this.#named(center, name);
    const id = flow && this.#flows.has(flow) ? flow : this.#open({ what: 'reset', person, proven: false });
    const to = person ? this.address(person, 'security-email') : undefined;
    return { flow: id, ...this.#sendCode(id, to, 'to set a new password'), expires_at: this.now + 600 };
  }
  async provePasswordReset(flow: string, code: string, signal?: AbortSignal): Promise<void> {
    await this.net('provePasswordReset', signal);
    const open = this.#flow(flow, 'reset');
    this.#take(flow, code, code === SENT && open.person !== null);
    open.proven = true;
  }
  async finishPasswordReset(flow: string, password: string, signal?: AbortSignal): Promise<void> {
    await this.net('finishPasswordReset', signal);
    const open = this.#flow(flow, 'reset');
    if (password.length < 8) this.fail('center_weak_password', 'Add another word or two.');
    open.person!.password = password;
    this.#flows.delete(flow);
  }
  async acceptSubAccount(center: string, invitation: string, password: string, signal?: AbortSignal): Promise<number> {
    await this.net('acceptSubAccount', signal);
    const sub = this.people
      .get(center)!
      .flatMap((person) => person.subs)
      .find((one) => one.state === 'invited');
    if (!sub || !invitation.includes('inv-')) this.fail('center_link_ended', 'no such invitation');
    if (password.length < 8) this.fail('center_weak_password', 'Add another word or two.');
    sub.state = 'active';
    return sub.id;
  }

  // the account

  #seen(person: Person): C.AccountSeen {
    return structuredClone({ account: person.account, version: `"${person.version}"` });
  }
  async account(who: C.AccountRef, signal?: AbortSignal): Promise<C.AccountSeen> {
    await this.net('account', signal);
    return this.#seen(this.person(who));
  }
  async editAccount(
    who: C.AccountRef,
    version: string,
    patch: C.AccountPatch,
    signal?: AbortSignal,
  ): Promise<C.AccountSeen> {
    await this.net('editAccount', signal);
    const person = this.person(who);
    if (version !== `"${person.version}"`) this.fail('center_changed', 'changed meanwhile');
    person.version += 1;
    Object.assign(person.account, Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)));
    this.signedIn = this.signedIn.map((row) =>
      row.account === who.account ? { ...row, name: person.account.name } : row,
    );
    this.#tellAccounts();
    return this.#seen(person);
  }
  async exportAccount(who: C.AccountRef, signal?: AbortSignal): Promise<string | null> {
    await this.net('exportAccount', signal);
    this.#checked(who, 'export-data');
    return '/home/lena/Documents/account-1028471906.json';
  }
  async eraseAccount(who: C.AccountRef, signal?: AbortSignal): Promise<void> {
    await this.net('eraseAccount', signal);
    const person = this.#checked(who, 'erase-account');
    if (person.subs.length > 0) this.fail('center_wrong_state', 'It has sub-accounts. Remove them first.');
    this.people.set(
      who.center,
      this.people.get(who.center)!.filter((one) => one !== person),
    );
    await this.forgetAccount(who);
  }

  // identity checks

  async beginIdentityCheck(who: C.AccountRef, action: C.CheckedAction, signal?: AbortSignal): Promise<C.IdentityCheck> {
    await this.net('beginIdentityCheck', signal);
    const person = this.person(who);
    const factors: C.FactorOffer[] = [];
    if (person.devices.length > 0) factors.push({ factor: 'mfa' });
    if (person.recovery.length > 0 && action !== 'new-recovery-codes') factors.push({ factor: 'recovery-code' });
    if (person.devices.length === 0 || action === 'unbind-mfa-device') {
      const [phone, email] = [this.address(person, 'secure-phone'), this.address(person, 'security-email')];
      if (phone && action !== 'change-secure-phone') factors.push({ factor: 'phone', address: mask(phone) });
      if (email && action !== 'change-security-email') factors.push({ factor: 'email', address: mask(email) });
    }
    if (factors.length === 0) this.fail('center_contact_too_new', 'changed too lately', this.now + 40 * 3600);
    return {
      flow: this.#open({ what: 'check', person, action }),
      factors,
      expires_at: this.now + 600,
      frozen: person.account.frozen_since !== undefined,
      vault: this.#vault(who),
    };
  }
  async sendIdentityCode(flow: string, factor: C.Factor, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('sendIdentityCode', signal);
    const { person } = this.#flow(flow, 'check');
    return this.#sendCode(
      flow,
      this.address(person, factor === 'phone' ? 'secure-phone' : 'security-email'),
      'for your identity check',
    );
  }
  async proveIdentity(flow: string, factor: C.Factor, code: string, signal?: AbortSignal): Promise<C.IdentityProven> {
    await this.net('proveIdentity', signal);
    const { person, action } = this.#flow(flow, 'check');
    const right =
      factor === 'recovery-code' ? person.recovery.includes(code) : code === (factor === 'mfa' ? MFA : SENT);
    this.#take(flow, code, right);
    delete person.account.frozen_since;
    this.#proven.set(`${person.account.id} ${action}`, this.now + 600);
    this.#flows.delete(flow);
    return { until: this.now + 600 };
  }
  async proveIdentityFromVault(flow: string, _entry: EntryId, _onWait: (until: number) => void, signal?: AbortSignal) {
    return this.proveIdentity(flow, 'mfa', MFA, signal);
  }
  /** The check is ten minutes old. */
  forgetProofs(): void {
    this.#proven.clear();
  }

  // contacts

  async beginContactChange(
    who: C.AccountRef,
    kind: C.ContactKind,
    address: string,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow> {
    await this.net('beginContactChange', signal);
    const person = this.#checked(
      who,
      kind === 'secure-phone'
        ? 'change-secure-phone'
        : kind === 'security-email'
          ? 'change-security-email'
          : 'change-account-email',
    );
    if (/taken/.test(address)) this.fail('center_address_taken', 'this address cannot be used');
    const flow = this.#open({ what: 'contact', person, kind, address });
    return { flow, ...this.#sendCode(flow, address, 'to confirm this address'), expires_at: this.now + 600 };
  }
  async resendContactCode(flow: string, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('resendContactCode', signal);
    return this.#sendCode(flow, this.#flow(flow, 'contact').address, 'to confirm this address');
  }
  async confirmContactChange(flow: string, code: string, signal?: AbortSignal): Promise<C.ContactChanged> {
    await this.net('confirmContactChange', signal);
    const { person, kind, address } = this.#flow(flow, 'contact');
    this.#take(flow, code, code === SENT);
    this.#flows.delete(flow);
    const old = this.address(person, kind);
    person.account.contacts = [
      ...person.account.contacts.filter((one) => one.kind !== kind),
      contact(kind, address, this.now),
    ];
    for (const to of [address, old])
      if (to)
        this.send(to, 'An address of your account was changed', 'If it was not you, undo it within 72 hours:', [
          'http://127.0.0.1:41877/undo/x',
        ]);
    this.log(person, 'contact-changed', { kind, to: mask(address) });
    return { undo_until: this.now + 72 * 3600 };
  }
  async removeContact(who: C.AccountRef, kind: C.ContactKind, signal?: AbortSignal): Promise<C.ContactChanged> {
    await this.net('removeContact', signal);
    const person = this.#checked(
      who,
      kind === 'secure-phone'
        ? 'change-secure-phone'
        : kind === 'security-email'
          ? 'change-security-email'
          : 'change-account-email',
    );
    person.account.contacts = person.account.contacts.filter((one) => one.kind !== kind);
    return { undo_until: this.now + 72 * 3600 };
  }

  // what protects it

  async setProtections(who: C.AccountRef, protections: C.Protections, signal?: AbortSignal): Promise<C.Protections> {
    await this.net('setProtections', signal);
    const person = this.#checked(who, 'change-protection');
    const chosen = [protections.login, protections.operation];
    if (chosen.includes('mfa') && person.devices.length === 0)
      this.fail('center_wrong_state', 'Bind an MFA device first.');
    Object.assign(person.account, { login_protection: protections.login, operation_protection: protections.operation });
    this.log(person, 'protection-changed');
    return protections;
  }
  async changeAccountPassword(who: C.AccountRef, password: string, signal?: AbortSignal): Promise<void> {
    await this.net('changeAccountPassword', signal);
    const person = this.#checked(who, 'change-password');
    if (password.length < 8) this.fail('center_weak_password', 'Add another word or two.');
    person.password = password;
    person.account.password_since = this.now;
    person.sessions = person.sessions.filter((one) => one.current);
  }
  async sessions(who: C.AccountRef, signal?: AbortSignal): Promise<C.Session[]> {
    await this.net('sessions', signal);
    return structuredClone(this.person(who).sessions);
  }
  async endSession(who: C.AccountRef, session: string, signal?: AbortSignal): Promise<void> {
    await this.net('endSession', signal);
    const person = this.person(who);
    person.sessions = person.sessions.filter((one) => one.id !== session);
  }
  async endOtherSessions(who: C.AccountRef, signal?: AbortSignal): Promise<void> {
    await this.net('endOtherSessions', signal);
    const person = this.person(who);
    person.sessions = person.sessions.filter((one) => one.current);
  }
  async trustedDevices(who: C.AccountRef, signal?: AbortSignal): Promise<C.TrustedDevice[]> {
    await this.net('trustedDevices', signal);
    return structuredClone(this.person(who).trusted);
  }
  async forgetTrustedDevice(who: C.AccountRef, device: string, signal?: AbortSignal): Promise<void> {
    await this.net('forgetTrustedDevice', signal);
    const person = this.person(who);
    person.trusted = person.trusted.filter((one) => one.id !== device);
  }
  async securityLog(who: C.AccountRef, cursor: string | null, signal?: AbortSignal): Promise<C.Page<C.SecurityEvent>> {
    await this.net('securityLog', signal);
    const { log } = this.person(who);
    const from = Number(cursor ?? 0);
    return structuredClone({
      items: log.slice(from, from + 20),
      next: log.length > from + 20 ? String(from + 20) : undefined,
    });
  }

  // MFA devices

  #row(who: C.AccountRef, device: C.MfaDevice): C.DeviceRow {
    const link = this.links.find((one) => one.device === device.id && one.who.account === who.account);
    const offer = link ? this.#vault(who).find((one) => one.entry === link.entry) : undefined;
    return structuredClone({ ...device, entry: offer ?? null });
  }
  #bind(who: C.AccountRef, person: Person, name: string, serial?: string): C.MfaDevice {
    if (person.devices.length >= 8) this.fail('center_limit_reached', 'Eight MFA devices are bound.');
    const device: C.MfaDevice = {
      id: `d${++this.#number}`,
      kind: serial ? 'hardware' : 'virtual',
      name,
      serial,
      created_at: this.now,
    };
    person.devices = [...person.devices, device];
    this.signedIn = this.signedIn.map((row) => (row.account === who.account ? { ...row, bind_mfa_first: false } : row));
    this.log(person, 'mfa-device-bound', { name });
    this.#tellAccounts();
    return device;
  }
  #link(who: C.AccountRef, entry: EntryId, device: string | null): void {
    const row = this.signedIn.find((one) => one.account === who.account && one.center === who.center);
    const center = this.rows.find((one) => one.id === who.center);
    this.links = [
      ...this.links.filter((link) => link.entry !== entry),
      { entry, who, device, account_name: row?.name ?? '', center_name: center?.name ?? '' },
    ];
  }
  async mfaDevices(who: C.AccountRef, signal?: AbortSignal): Promise<C.DeviceRow[]> {
    await this.net('mfaDevices', signal);
    return this.person(who).devices.map((device) => this.#row(who, device));
  }
  async bindIntoVault(
    who: C.AccountRef,
    name: string,
    onProgress: (progress: C.BindProgress) => void,
    signal?: AbortSignal,
  ): Promise<C.DeviceRow> {
    await this.net('bindIntoVault', signal);
    const person = this.#checked(who, 'bind-mfa-device');
    if (person.devices.length >= 8) this.fail('center_limit_reached', 'Eight MFA devices are bound.');
    const center = this.rows.find((row) => row.id === who.center);
    const entry = this.#host.keep(center?.name ?? '', this.address(person, 'account-email') ?? String(who.account));
    onProgress({ stage: 'stored', entry });
    onProgress({ stage: 'first', at: this.now });
    onProgress({ stage: 'waiting', until: (Math.floor(this.now / 30) + 1) * 30 });
    try {
      await this.net('bindIntoVault', signal, this.#host.slow() * 6);
    } catch (error) {
      await this.#host.trashEntries([entry]);
      throw error;
    }
    onProgress({ stage: 'second', at: this.now });
    const device = this.#bind(who, person, name);
    this.#link(who, entry, device.id);
    return this.#row(who, device);
  }
  async beginQrBinding(who: C.AccountRef, name: string, signal?: AbortSignal): Promise<C.QrBinding> {
    await this.net('beginQrBinding', signal);
    this.#checked(who, 'bind-mfa-device');
    const flow = this.#open({ what: 'qr', who, name });
    return { flow, svg: drawQr(flow), secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', expires_at: this.now + 600 };
  }
  async finishQrBinding(flow: string, first: string, second: string, signal?: AbortSignal): Promise<C.DeviceRow> {
    await this.net('finishQrBinding', signal);
    const { who, name } = this.#flow(flow, 'qr');
    this.#take(flow, first, first !== second && first === MFA);
    return this.#row(who, this.#bind(who, this.person(who), name));
  }
  async bindHardware(
    who: C.AccountRef,
    name: string,
    serial: string,
    first: string,
    second: string,
    signal?: AbortSignal,
  ): Promise<C.DeviceRow> {
    await this.net('bindHardware', signal);
    const person = this.#checked(who, 'bind-mfa-device');
    if (!/^[A-Z0-9]{6,}$/i.test(serial))
      this.fail('center_invalid_value', 'There is no free token of this serial number.', '/serial');
    if (first === second || first !== MFA) this.fail('center_wrong_code', 'the codes are wrong');
    return this.#row(who, this.#bind(who, person, name, serial));
  }
  #device(person: Person, id: string): C.MfaDevice {
    return person.devices.find((one) => one.id === id) ?? this.fail('center_no_such_thing', 'no such device');
  }
  async renameMfaDevice(who: C.AccountRef, device: string, name: string, signal?: AbortSignal): Promise<void> {
    await this.net('renameMfaDevice', signal);
    const person = this.#checked(who, 'unbind-mfa-device');
    person.devices = person.devices.map((one) => (one === this.#device(person, device) ? { ...one, name } : one));
  }
  async resyncMfaDevice(
    who: C.AccountRef,
    device: string,
    first: string,
    second: string,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.net('resyncMfaDevice', signal);
    this.#device(this.person(who), device);
    if (first === second || first !== MFA) this.fail('center_wrong_code', 'the codes are wrong');
  }
  async unbindMfaDevice(who: C.AccountRef, device: string, signal?: AbortSignal): Promise<void> {
    await this.net('unbindMfaDevice', signal);
    const person = this.#checked(who, 'unbind-mfa-device');
    const gone = this.#device(person, device);
    person.devices = person.devices.filter((one) => one !== gone);
    this.links = this.links.map((link) => (link.device === device ? { ...link, device: null } : link));
    this.log(person, 'mfa-device-unbound', { name: gone.name });
  }
  async recoveryCodes(who: C.AccountRef, signal?: AbortSignal): Promise<C.RecoveryCodesState> {
    await this.net('recoveryCodes', signal);
    const { recovery, recoveryMade } = this.person(who);
    return {
      left: recovery.length,
      made_at: recovery.length > 0 ? recoveryMade : null,
      kept_at: this.kept.get(who.account) ?? null,
    };
  }
  async makeRecoveryCodes(who: C.AccountRef, signal?: AbortSignal): Promise<string[]> {
    await this.net('makeRecoveryCodes', signal);
    const person = this.#checked(who, 'new-recovery-codes');
    person.recovery = Array.from({ length: 10 }, (_, n) => `7K3M-Q9TX-${String(1000 + n * 37)}-V2WD`);
    person.recoveryMade = this.now;
    this.kept.delete(who.account);
    return [...person.recovery];
  }
  async keptRecoveryCodes(who: C.AccountRef): Promise<void> {
    this.kept.set(who.account, this.now);
  }
  async printPage(): Promise<void> {
    window.print();
  }

  // members

  async subAccounts(who: C.AccountRef, _cursor: string | null, signal?: AbortSignal): Promise<C.Page<C.SubAccount>> {
    await this.net('subAccounts', signal);
    return structuredClone({ items: this.person(who).subs });
  }
  async createSubAccount(who: C.AccountRef, sub: C.NewSubAccount, signal?: AbortSignal): Promise<C.SubAccount> {
    await this.net('createSubAccount', signal);
    const person = this.#checked(who, 'manage-members');
    if (/taken/.test(sub.email)) this.fail('center_address_taken', 'this address cannot be used');
    const made: C.SubAccount = {
      id: 2_207_110_500 + ++this.#number,
      name: sub.name,
      email: sub.email,
      state: 'invited',
      mfa_required: sub.mfa_required,
      mfa_devices: [],
      protection: { login: 'off', operation: 'off' },
      created_at: this.now,
    };
    person.subs = [...person.subs, made];
    this.send(sub.email, 'You were invited', `Your invitation: inv-${made.id}`);
    return structuredClone(made);
  }
  #sub(who: C.AccountRef, sub: number): C.SubAccount {
    const person = this.#checked(who, 'manage-members');
    return person.subs.find((one) => one.id === sub) ?? this.fail('center_no_such_thing', 'no such sub-account');
  }
  async inviteSubAccountAgain(who: C.AccountRef, sub: number, email: string, signal?: AbortSignal): Promise<void> {
    await this.net('inviteSubAccountAgain', signal);
    this.#sub(who, sub).email = email;
    this.send(email, 'You were invited', `Your invitation: inv-${sub}`);
  }
  async removeSubAccount(who: C.AccountRef, sub: number, signal?: AbortSignal): Promise<void> {
    await this.net('removeSubAccount', signal);
    const gone = this.#sub(who, sub);
    const person = this.person(who);
    person.subs = person.subs.filter((one) => one !== gone);
  }
  async requireSubAccountMfa(who: C.AccountRef, sub: number, required: boolean, signal?: AbortSignal): Promise<void> {
    await this.net('requireSubAccountMfa', signal);
    this.#sub(who, sub).mfa_required = required;
  }
  async unbindSubAccountDevice(who: C.AccountRef, sub: number, device: string, signal?: AbortSignal): Promise<void> {
    await this.net('unbindSubAccountDevice', signal);
    const row = this.#sub(who, sub);
    row.mfa_devices = row.mfa_devices.filter((one) => one.id !== device);
  }
  async setSubAccountProtections(
    who: C.AccountRef,
    sub: number,
    protections: C.Protections,
    signal?: AbortSignal,
  ): Promise<C.Protections> {
    await this.net('setSubAccountProtections', signal);
    this.#sub(who, sub).protection = protections;
    return protections;
  }
  async collaborators(who: C.AccountRef, signal?: AbortSignal): Promise<C.Collaborator[]> {
    await this.net('collaborators', signal);
    return structuredClone(this.person(who).collaborators);
  }
  async inviteCollaborator(
    who: C.AccountRef,
    email: string,
    mfa_required: boolean,
    signal?: AbortSignal,
  ): Promise<C.Collaborator> {
    await this.net('inviteCollaborator', signal);
    const person = this.#checked(who, 'manage-members');
    const made: C.Collaborator = {
      id: `c${++this.#number}`,
      email,
      state: 'invited',
      mfa_required,
      access: false,
      invited_at: this.now,
    };
    person.collaborators = [...person.collaborators, made];
    return structuredClone(made);
  }
  async requireCollaboratorMfa(
    who: C.AccountRef,
    collaborator: string,
    required: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.net('requireCollaboratorMfa', signal);
    const person = this.#checked(who, 'manage-members');
    person.collaborators = person.collaborators.map((one) =>
      one.id === collaborator ? { ...one, mfa_required: required } : one,
    );
  }
  async endCollaborator(who: C.AccountRef, collaborator: string, signal?: AbortSignal): Promise<void> {
    await this.net('endCollaborator', signal);
    const person = this.#checked(who, 'manage-members');
    person.collaborators = person.collaborators.filter((one) => one.id !== collaborator);
  }
  async invitations(who: C.AccountRef, signal?: AbortSignal): Promise<C.Invitation[]> {
    await this.net('invitations', signal);
    return structuredClone(this.person(who).invitations);
  }
  async acceptInvitation(who: C.AccountRef, invitation: string, signal?: AbortSignal): Promise<void> {
    await this.net('acceptInvitation', signal);
    const person = this.person(who);
    const row =
      person.invitations.find((one) => one.id === invitation) ??
      this.fail('center_no_such_thing', 'no such invitation');
    if (row.mfa_required && person.devices.length === 0)
      this.fail('center_wrong_state', 'This invitation asks for an MFA device. Bind one, then take it.');
    row.state = 'active';
  }
  async declineInvitation(who: C.AccountRef, invitation: string, signal?: AbortSignal): Promise<void> {
    await this.net('declineInvitation', signal);
    const person = this.person(who);
    person.invitations = person.invitations.filter((one) => one.id !== invitation);
  }

  // the two halves

  async entryLinks(): Promise<C.EntryLink[]> {
    this.#host.open();
    return structuredClone(this.links);
  }
  async linkEntry(entry: EntryId, who: C.AccountRef, device: string | null): Promise<void> {
    this.#host.row(entry);
    this.#link(who, entry, device);
  }
  async unlinkEntry(entry: EntryId): Promise<void> {
    this.links = this.links.filter((link) => link.entry !== entry);
  }
  async copyText(text: string): Promise<void> {
    this.copied = text;
  }
}
