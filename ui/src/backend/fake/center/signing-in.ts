/** Signing in, registering, retrieving an account and resetting a password, with the counters of wrong ones. */
import type * as C from '../../center-model';
import type { EntryId } from '../../index';
import { Base, MFA, SENT } from './base';
import { alice, contact, mask, type Person } from './world';

export class SigningIn extends Base {
  protected tellAccounts(): void {
    for (const then of this.accountWatchers) then();
  }
  protected beginSession(center: string, person: Person, login_name: string): C.SignInOutcome {
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
          id: `s${++this.number}`,
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
    this.tellAccounts();
    return { outcome: 'signed-in', who: { center, account: id }, bind_mfa_first };
  }
  protected personNamed(center: string, name: string): Person | null {
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
  protected strangers = new Map<string, { wrong: number; since: number }>();

  async accounts(): Promise<C.AccountRow[]> {
    this.host.open();
    return structuredClone(this.signedIn);
  }
  async signIn(center: string, attempt: C.SignInAttempt, signal?: AbortSignal): Promise<C.SignInOutcome> {
    await this.net('signIn', signal);
    const person = this.personNamed(center, attempt.name);
    const key = attempt.name.trim().toLowerCase();
    if (!this.strangers.has(key)) this.strangers.set(key, { wrong: 0, since: 0 });
    const window = person ?? this.strangers.get(key)!;
    if (this.now >= window.since + 86_400) window.wrong = 0;
    if (window.wrong >= 10) this.fail('center_account_locked', 'locked', window.since + 86_400);
    if (window.wrong >= 3) {
      if (!attempt.code || !attempt.flow) this.fail('center_code_required', 'a code is needed');
      this.flow(attempt.flow, 'sign-in');
      this.take(attempt.flow, attempt.code, attempt.code === SENT);
      this.flows.delete(attempt.flow);
    }
    if (!person || attempt.password !== person.password) {
      if (window.wrong === 0) window.since = this.now;
      window.wrong += 1;
      if (person) this.log(person, window.wrong === 10 ? 'locked' : 'wrong-password');
      if (window.wrong >= 10) this.fail('center_account_locked', 'locked', window.since + 86_400);
      this.fail('center_wrong_credentials', 'name or password is wrong');
    }
    if (person.account.login_protection === 'off') return this.beginSession(center, person, attempt.name.trim());
    const who = { center, account: person.account.id };
    const flow = this.openFlow({ what: 'second', center, person, remember: attempt.remember });
    const methods: C.Method[] = [];
    if (person.devices.length > 0) methods.push({ factor: 'mfa' });
    if (person.recovery.length > 0) methods.push({ factor: 'recovery-code' });
    const phone = this.address(person, 'secure-phone');
    if (phone && person.account.login_protection === 'phone') methods.push({ factor: 'phone', to: mask(phone) });
    const email = this.address(person, 'security-email');
    if (email && person.account.login_protection === 'email') methods.push({ factor: 'email', to: mask(email) });
    return { outcome: 'second-step', flow, expires_at: this.now + 600, methods, vault: this.offers(who) };
  }
  async sendSignInCode(center: string, name: string, flow: string | null, signal?: AbortSignal): Promise<C.CodeFlow> {
    await this.net('sendSignInCode', signal);
    const id = flow && this.flows.has(flow) ? flow : this.openFlow({ what: 'sign-in', center });
    const person = this.personNamed(center, name);
    const { again_at } = this.sendCode(
      id,
      person ? this.address(person, 'security-email') : undefined,
      'for signing in',
    );
    return { flow: id, again_at, expires_at: this.now + 600 };
  }
  async sendSecondStep(flow: string, factor: C.Factor, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('sendSecondStep', signal);
    const { person } = this.flow(flow, 'second');
    return this.sendCode(
      flow,
      this.address(person, factor === 'phone' ? 'secure-phone' : 'security-email'),
      'for signing in',
    );
  }
  async secondStep(flow: string, factor: C.Factor, code: string, signal?: AbortSignal): Promise<C.SignInOutcome> {
    await this.net('secondStep', signal);
    const { center, person } = this.flow(flow, 'second');
    const bare = code.replace(/[\s-]/g, '').toUpperCase();
    if (factor === 'recovery-code') {
      const at = person.recovery.findIndex((one) => one.replaceAll('-', '') === bare);
      this.take(flow, code, at >= 0);
      person.recovery.splice(at, 1);
    } else this.take(flow, code, bare === (factor === 'mfa' ? MFA : SENT));
    this.flows.delete(flow);
    return this.beginSession(center, person, String(person.account.id));
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
    this.tellAccounts();
  }
  async forgetAccount(who: C.AccountRef): Promise<void> {
    this.signedIn = this.signedIn.filter((row) => row.center !== who.center || row.account !== who.account);
    this.tellAccounts();
  }
  onAccounts(then: () => void): () => void {
    this.accountWatchers.add(then);
    return () => this.accountWatchers.delete(then);
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
    const flow = this.openFlow({ what: 'register', center, kind, address: to });
    return { flow, ...this.sendCode(flow, to, 'for your new account'), expires_at: this.now + 600 };
  }
  async resendRegistrationCode(flow: string, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('resendRegistrationCode', signal);
    return this.sendCode(flow, this.flow(flow, 'register').address, 'for your new account');
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
    const { center, kind, address } = this.flow(flow, 'register');
    this.take(flow, code, code === SENT);
    if (password.length < 8) this.fail('center_weak_password', 'Add another word or two.');
    this.flows.delete(flow);
    const fresh = alice(this.now);
    const contacts = address.startsWith('+')
      ? [contact('secure-phone', address, this.now)]
      : [contact('account-email', address, this.now), contact('security-email', address, this.now)];
    const person: Person = {
      ...fresh,
      password,
      account: { ...fresh.account, id: 412_000_000 + this.number, kind, name, contacts },
    };
    this.people.get(center)!.push(person);
    return this.beginSession(center, person, address);
  }
  async beginRetrieval(center: string, phone: string, signal?: AbortSignal): Promise<C.CodeFlow> {
    await this.net('beginRetrieval', signal);
    const flow = this.openFlow({ what: 'retrieve', center, phone });
    const bound = this.people.get(center)!.some((person) => this.address(person, 'secure-phone') === phone);
    return {
      flow,
      ...this.sendCode(flow, bound ? phone : undefined, 'to see your accounts'),
      expires_at: this.now + 600,
    };
  }
  async resendRetrievalCode(flow: string, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('resendRetrievalCode', signal);
    return this.sendCode(flow, this.flow(flow, 'retrieve').phone, 'to see your accounts');
  }
  async proveRetrieval(flow: string, code: string, signal?: AbortSignal): Promise<C.Retrieved[]> {
    await this.net('proveRetrieval', signal);
    const { center, phone } = this.flow(flow, 'retrieve');
    this.take(flow, code, code === SENT);
    this.flows.delete(flow);
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
    const person = this.personNamed(center, name);
    const id = flow && this.flows.has(flow) ? flow : this.openFlow({ what: 'reset', person, proven: false });
    const to = person ? this.address(person, 'security-email') : undefined;
    return { flow: id, ...this.sendCode(id, to, 'to set a new password'), expires_at: this.now + 600 };
  }
  async provePasswordReset(flow: string, code: string, signal?: AbortSignal): Promise<void> {
    await this.net('provePasswordReset', signal);
    const open = this.flow(flow, 'reset');
    this.take(flow, code, code === SENT && open.person !== null);
    open.proven = true;
  }
  async finishPasswordReset(flow: string, password: string, signal?: AbortSignal): Promise<void> {
    await this.net('finishPasswordReset', signal);
    const open = this.flow(flow, 'reset');
    if (password.length < 8) this.fail('center_weak_password', 'Add another word or two.');
    open.person!.password = password;
    this.flows.delete(flow);
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
}
