import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, bob, DEMO_PASSWORD, type CenterServer } from './center-server';
import type { Person } from './person';
import { company, inEach, scenes, type Company } from './together';

const MEMBER = 'builds@harbor.example';
const PASSWORD = 'nine herons cross the estuary';
const FIRST = 'An MFA device comes first';
const LET_GO = 'it is an account of your own now';

describe('who works for the owner of an account', () => {
  let walks: Company[] = [];
  beforeAll(async () => {
    walks = await scenes((center) => company(center, {}, {}));
  });
  afterAll(() => Promise.all(walks.map((walk) => walk.end())));

  const each = (step: (owner: Person, member: Person, center: CenterServer) => Promise<void>) =>
    inEach(walks, ({ people: [owner, member], center }) => step(owner!, member!, center));
  /** The list as it is now. */
  const toMembers = async (owner: Person) => {
    await owner.go('Overview');
    await owner.go('Sub-accounts');
    await owner.see('Owned by this account', 30);
  };
  const told = async (center: CenterServer, to: string, words: string) =>
    expect((await center.messages()).filter((one) => one.to === to).map((one) => one.text)).toContainEqual(
      expect.stringContaining(words) as string,
    );

  it('a sub-account is made, and its member takes it with what the message holds', () =>
    each(async (owner, member, center) => {
      await owner.connect();
      await owner.signIn(alice.email, DEMO_PASSWORD);
      await owner.see('protections in place', 60);
      await toMembers(owner);
      await owner.press('Add a sub-account');
      await owner.proveBy(alice.email, 'Code to the security e-mail');
      await owner.type('Name of the member', 'Build server');
      await owner.type('E-mail address', MEMBER);
      await owner.press('Send the invitation', 'dialog');
      await owner.see('required, not bound yet', 30);
      await owner.see('Invited');

      await member.connect();
      // As the message names it.
      await told(center, MEMBER, '"Take an invitation"');
      await member.press('Take an invitation');
      await member.type('Invitation', await center.invitation(MEMBER));
      await member.window.fill('new-password', PASSWORD);
      await member.window.fill('new-password-again', PASSWORD);
      await member.submit();
      await member.see('Account e-mail, phone or account ID', 60);
    }));

  it('where its owner requires an MFA device, nothing else is shown until one is in the vault', () =>
    each(async (_, member) => {
      // The name of the new account stands there.
      await member.window.fill('account-password', PASSWORD);
      await member.submit();
      await member.see(FIRST, 60);
      for (const place of ['Overview', 'Account information', 'Security settings', 'Sub-accounts']) {
        await member.go(place);
        await member.see(FIRST);
        expect(await member.window.text()).not.toContain('protections in place');
      }
      // Who cannot bind one now can leave, and come back.
      await member.press('Sign out');
      await member.see('Account e-mail, phone or account ID', 60);
      await member.signIn(MEMBER, PASSWORD);
      await member.see(FIRST, 60);
      // Wherever that page stands.
      await member.go('Security settings');
      await member.bindHere(() => member.proveBy(MEMBER));
      await member.gone(FIRST);
      await member.go('Overview');
      await member.see('protections in place', 60);
      await member.see('Build server');
      // What the owner sets is not the member's to do.
      await member.go('Sub-accounts');
      await member.see('its owner adds members', 30);
    }));

  it('its owner sees the device and unbinds it, and the member binds another before anything else', () =>
    each(async (owner, member, center) => {
      await toMembers(owner);
      await owner.see('1 virtual', 30);
      await owner.press('Manage');
      await owner.see('Tessera on this computer', 30);
      await owner.press('Unbind');
      await owner.press('Unbind', 'dialog');
      await owner.see('“Tessera on this computer” is unbound', 30);
      await owner.see('None is bound.');
      await told(center, MEMBER, 'At your next login you bind one anew.');

      await member.signOut();
      await member.signIn(MEMBER, PASSWORD);
      await member.see(FIRST, 60);
      await member.bind(() => member.proveBy(MEMBER));
      await member.go('Overview');
      await member.see('protections in place', 60);
    }));

  it('removed, it is an account of its own: the member signs in, and the owner has nothing to do with it', () =>
    each(async (owner, member, center) => {
      await owner.press('Remove…');
      await owner.press('Remove', 'dialog');
      await owner.see('None yet. A sub-account is one', 30);
      await told(center, MEMBER, LET_GO);
      await member.go('Account information');
      await member.signOut();
      await member.signIn(MEMBER, PASSWORD);
      await member.see('protections in place', 60);
      await member.go('Account information');
      await member.see('Build server', 30);
      expect(await member.window.text()).not.toContain('Sub-account of');
    }));

  it('a collaborator takes the invitation once a device is bound, and loses the access when the owner ends it', () =>
    each(async (owner, member, center) => {
      await owner.press('Invite a collaborator');
      await owner.type('Their account e-mail', bob.email);
      await owner.press('Send the invitation', 'dialog');
      await owner.see('Invited', 30);

      await member.signOut();
      await member.signIn(bob.email, DEMO_PASSWORD);
      await member.see('An account invites you', 60);
      await member.press('An account invites you');
      await member.see('It requires an MFA device.', 30);
      await member.press('Take it');
      await member.see('Not possible as things are', 30);
      await member.bind(() => member.proveBy(bob.email, 'Code to the security e-mail'));
      await member.go('Sub-accounts');
      await member.press('Take it', 'main', 30);
      await member.see('You may work in it', 30);

      await toMembers(owner);
      await owner.see('Active', 30);
      await owner.press(`More for ${bob.email}`);
      await owner.choose('End access');
      await owner.press('End access', 'dialog');
      await owner.see('None yet. A collaborator is someone', 30);
      await member.go('Overview');
      await member.go('Sub-accounts');
      await member.gone('You may work in it', 30);
      await told(center, bob.email, 'ended your access as a collaborator');
    }));
});
