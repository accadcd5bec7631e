/** The account, its identity checks, contacts and what protects it. */
import type * as C from '../../center-model';
import type { EntryId } from '../../index';
import { MFA, SENT } from './base';
import { Centers } from './centers';
import { contact, mask, type Person } from './world';

export class AccountPart extends Centers {
  protected seenOf(person: Person): C.AccountSeen {
    return structuredClone({ account: person.account, version: `"${person.version}"` });
  }
  async account(who: C.AccountRef, signal?: AbortSignal): Promise<C.AccountSeen> {
    await this.net('account', signal);
    return this.seenOf(this.person(who));
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
    this.tellAccounts();
    return this.seenOf(person);
  }
  async exportAccount(who: C.AccountRef, signal?: AbortSignal): Promise<string | null> {
    await this.net('exportAccount', signal);
    this.checked(who, 'export-data');
    return '/home/lena/Documents/account-1028471906.json';
  }
  async eraseAccount(who: C.AccountRef, signal?: AbortSignal): Promise<void> {
    await this.net('eraseAccount', signal);
    const person = this.checked(who, 'erase-account');
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
      flow: this.openFlow({ what: 'check', person, action }),
      factors,
      expires_at: this.now + 600,
      frozen: person.account.frozen_since !== undefined,
      vault: this.offers(who),
    };
  }
  async sendIdentityCode(flow: string, factor: C.Factor, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('sendIdentityCode', signal);
    const { person } = this.flow(flow, 'check');
    return this.sendCode(
      flow,
      this.address(person, factor === 'phone' ? 'secure-phone' : 'security-email'),
      'for your identity check',
    );
  }
  async proveIdentity(flow: string, factor: C.Factor, code: string, signal?: AbortSignal): Promise<C.IdentityProven> {
    await this.net('proveIdentity', signal);
    const { person, action } = this.flow(flow, 'check');
    const right =
      factor === 'recovery-code' ? person.recovery.includes(code) : code === (factor === 'mfa' ? MFA : SENT);
    this.take(flow, code, right);
    delete person.account.frozen_since;
    this.proven.set(`${person.account.id} ${action}`, this.now + 600);
    this.flows.delete(flow);
    return { until: this.now + 600 };
  }
  async proveIdentityFromVault(flow: string, _entry: EntryId, _onWait: (until: number) => void, signal?: AbortSignal) {
    return this.proveIdentity(flow, 'mfa', MFA, signal);
  }
  /** The check is ten minutes old. */
  forgetProofs(): void {
    this.proven.clear();
  }

  // contacts

  async beginContactChange(
    who: C.AccountRef,
    kind: C.ContactKind,
    address: string,
    signal?: AbortSignal,
  ): Promise<C.CodeFlow> {
    await this.net('beginContactChange', signal);
    const person = this.checked(
      who,
      kind === 'secure-phone'
        ? 'change-secure-phone'
        : kind === 'security-email'
          ? 'change-security-email'
          : 'change-account-email',
    );
    if (/taken/.test(address)) this.fail('center_address_taken', 'this address cannot be used');
    const flow = this.openFlow({ what: 'contact', person, kind, address });
    return { flow, ...this.sendCode(flow, address, 'to confirm this address'), expires_at: this.now + 600 };
  }
  async resendContactCode(flow: string, signal?: AbortSignal): Promise<C.CodeOut> {
    await this.net('resendContactCode', signal);
    return this.sendCode(flow, this.flow(flow, 'contact').address, 'to confirm this address');
  }
  async confirmContactChange(flow: string, code: string, signal?: AbortSignal): Promise<C.ContactChanged> {
    await this.net('confirmContactChange', signal);
    const { person, kind, address } = this.flow(flow, 'contact');
    this.take(flow, code, code === SENT);
    this.flows.delete(flow);
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
    const person = this.checked(
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
    const person = this.checked(who, 'change-protection');
    const chosen = [protections.login, protections.operation];
    if (chosen.includes('mfa') && person.devices.length === 0)
      this.fail('center_wrong_state', 'Bind an MFA device first.');
    Object.assign(person.account, { login_protection: protections.login, operation_protection: protections.operation });
    this.log(person, 'protection-changed');
    return protections;
  }
  async changeAccountPassword(who: C.AccountRef, password: string, signal?: AbortSignal): Promise<void> {
    await this.net('changeAccountPassword', signal);
    const person = this.checked(who, 'change-password');
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
}
