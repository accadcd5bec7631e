/**
 * The account center, played in memory with its rules in small: counters of wrong passwords and codes, identity checks,
 * changes with a code to the new address. Every code that is sent is {@link SENT}; every MFA code is {@link MFA}.
 */
import type * as C from '../../center-model';
import type { CenterBackend } from '../../index';
import type { CenterScene, Host } from './base';
import { Devices } from './devices';
import { haiyun, lena } from './world';

export { MFA, SENT, type CenterScene } from './base';

export class FakeCenter extends Devices implements CenterBackend {
  constructor(host: Host, scene: CenterScene) {
    super(host);
    const now = this.now;
    if (scene === 'known' || scene === 'in') {
      this.rows = [haiyun(now)];
      this.people.set('center-1', [lena(now)]);
    }
    if (scene === 'in')
      this.beginSession('center-1', this.people.get('center-1')![0]!, 'lena.hofmann@nordlicht.example');
    if (scene === 'trial') this.beginTrial();
  }

  // members

  async subAccounts(who: C.AccountRef, _cursor: string | null, signal?: AbortSignal): Promise<C.Page<C.SubAccount>> {
    await this.net('subAccounts', signal);
    return structuredClone({ items: this.person(who).subs });
  }
  async createSubAccount(who: C.AccountRef, sub: C.NewSubAccount, signal?: AbortSignal): Promise<C.SubAccount> {
    await this.net('createSubAccount', signal);
    const person = this.checked(who, 'manage-members');
    if (/taken/.test(sub.email)) this.fail('center_address_taken', 'this address cannot be used');
    const made: C.SubAccount = {
      id: 2_207_110_500 + ++this.number,
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
  protected subOf(who: C.AccountRef, sub: number): C.SubAccount {
    const person = this.checked(who, 'manage-members');
    return person.subs.find((one) => one.id === sub) ?? this.fail('center_no_such_thing', 'no such sub-account');
  }
  async inviteSubAccountAgain(who: C.AccountRef, sub: number, email: string, signal?: AbortSignal): Promise<void> {
    await this.net('inviteSubAccountAgain', signal);
    this.subOf(who, sub).email = email;
    this.send(email, 'You were invited', `Your invitation: inv-${sub}`);
  }
  async removeSubAccount(who: C.AccountRef, sub: number, signal?: AbortSignal): Promise<void> {
    await this.net('removeSubAccount', signal);
    const gone = this.subOf(who, sub);
    const person = this.person(who);
    person.subs = person.subs.filter((one) => one !== gone);
  }
  async requireSubAccountMfa(who: C.AccountRef, sub: number, required: boolean, signal?: AbortSignal): Promise<void> {
    await this.net('requireSubAccountMfa', signal);
    this.subOf(who, sub).mfa_required = required;
  }
  async unbindSubAccountDevice(who: C.AccountRef, sub: number, device: string, signal?: AbortSignal): Promise<void> {
    await this.net('unbindSubAccountDevice', signal);
    const row = this.subOf(who, sub);
    row.mfa_devices = row.mfa_devices.filter((one) => one.id !== device);
  }
  async setSubAccountProtections(
    who: C.AccountRef,
    sub: number,
    protections: C.Protections,
    signal?: AbortSignal,
  ): Promise<C.Protections> {
    await this.net('setSubAccountProtections', signal);
    this.subOf(who, sub).protection = protections;
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
    const person = this.checked(who, 'manage-members');
    const made: C.Collaborator = {
      id: `c${++this.number}`,
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
    const person = this.checked(who, 'manage-members');
    person.collaborators = person.collaborators.map((one) =>
      one.id === collaborator ? { ...one, mfa_required: required } : one,
    );
  }
  async endCollaborator(who: C.AccountRef, collaborator: string, signal?: AbortSignal): Promise<void> {
    await this.net('endCollaborator', signal);
    const person = this.checked(who, 'manage-members');
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
}
