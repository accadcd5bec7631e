import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bob, DEMO_PASSWORD } from './center-server';
import { eventually, Window } from './harness';
import { NEXT_CODE, Person, VAULT_PASSWORD } from './person';
import { inEach, scenes, type Scene } from './together';

const EMAIL = 'lena@haiyun.example';
const PASSWORD = 'nine herons cross the estuary';
const FIRST = '+4915155500142';
const SECOND = '+4915155500143';

interface Walk extends Scene {
  lena: Person;
}

describe('an account at a center, from the link that connects it to a change that is undone', () => {
  let walks: Walk[] = [];
  beforeAll(async () => {
    walks = await scenes<Walk>(async (center) => {
      const window = await Window.open();
      await window.createVault(VAULT_PASSWORD);
      return {
        center,
        windows: [window],
        lena: new Person(window, center),
        end: async () => {
          await window.close();
          await center.end();
        },
      };
    });
  });
  afterAll(() => Promise.all(walks.map((walk) => walk.end())));

  it('connects by the link, which holds address and root key', () =>
    inEach(walks, async ({ lena }) => {
      await lena.connect();
      await lena.see('Harbor Center');
      await lena.see('support@harbor.example');
    }));

  it('signs up by a code that came by mail', () =>
    inEach(walks, async ({ lena }) => {
      await lena.signUp(EMAIL, PASSWORD, 'Lena Hofmann');
      await lena.see('Signed in as Lena Hofmann');
    }));

  it('binds a virtual device straight into the vault and switches login protection to it', () =>
    inEach(walks, async ({ lena }) => {
      await lena.bind(() => lena.proveBy(EMAIL));
      await lena.see('1 of 8 devices bound');
      await lena.go('Security settings');
      await lena.press('MFA');
      await lena.proveFromVault();
      await lena.see('Protection is switched', 30);
    }));

  it('signs out, and in again with a code that the vault fills in on one click', () =>
    inEach(walks, async ({ lena }) => {
      await lena.signOut();
      await lena.signIn(EMAIL, PASSWORD);
      await lena.see('One more step', 30);
      // Never by itself.
      expect(await lena.window.text()).not.toContain('protections in place');
      await lena.press('Use its code');
      await lena.see('protections in place', NEXT_CODE);
    }));

  it('sets a phone and changes it; both addresses are told, with a link', () =>
    inEach(walks, async ({ lena, center }) => {
      await lena.go('Security settings');
      await lena.press('Set Secure phone');
      await lena.proveFromVault();
      for (const phone of [FIRST, SECOND]) {
        if (phone === SECOND) await lena.press('Change Secure phone');
        await lena.type('New number', phone);
        await lena.submit();
        await lena.type('Code from the text message', await center.code(phone));
        await lena.submit();
        await lena.see('Your secure phone is now', 30);
        await lena.press('Back to security settings');
      }
      await lena.see('+49 1515 5500143');
      const notices = (await center.messages()).filter((one) =>
        one.subject.includes('an address of your account was changed'),
      );
      expect(notices.map((one) => one.to)).toEqual(expect.arrayContaining([EMAIL, FIRST, SECOND]));
    }));

  it('the link of the notice undoes it: the old phone is back, and every session has ended', () =>
    inEach(walks, async ({ lena, center }) => {
      const link = await center.link(FIRST, '/undo/');
      const page = await (await fetch(link)).text();
      expect(page).toContain('Undo the change');
      expect(page).not.toContain('<script');
      await lena.go('Overview');
      await lena.go('Security settings');
      await lena.see('+49 1515 5500143');
      expect((await fetch(link, { method: 'POST' })).ok).toBe(true);
      await lena.go('Account information');
      await lena.see('Account e-mail, phone or account ID', 60);
      await lena.signIn(EMAIL, PASSWORD);
      await lena.press('Use its code', 'main', 30);
      await lena.see('protections in place', NEXT_CODE);
      await lena.go('Security settings');
      await lena.see('+49 1515 5500142', 30);
      await lena.see('A change was undone');
    }));
});

describe('wrong passwords, and an account that is looked for', () => {
  let walks: Walk[] = [];
  beforeAll(async () => {
    walks = await scenes<Walk>(async (center) => {
      const window = await Window.open();
      await window.createVault(VAULT_PASSWORD);
      return {
        center,
        windows: [window],
        lena: new Person(window, center),
        end: async () => {
          await window.close();
          await center.end();
        },
      };
    });
  });
  afterAll(() => Promise.all(walks.map((walk) => walk.end())));

  it('the accounts of a phone are listed once a code proved it, and one of them is signed in to', () =>
    inEach(walks, async ({ lena, center }) => {
      await lena.connect();
      await lena.go('Retrieve account');
      await lena.type('Phone number', bob.phone);
      await lena.submit();
      await lena.type('Code from the text message', await center.code(bob.phone));
      await lena.submit();
      await lena.see('One account is bound to this phone', 30);
      await lena.see('1000 0000 2');
      expect(await center.messages()).toContainEqual(
        expect.objectContaining({ to: bob.phone, text: expect.stringContaining('100000002') as string }),
      );
      await lena.press('Sign in');
      await lena.window.find('[name="account-password"]');
      const name = await lena.window.find('[name="username"]');
      await eventually('the account is filled in', async () => (await name.getAttribute('value')) === '100000002');
    }));

  it('after three wrong ones a code field appears, and the fourth attempt is not taken without a code', () =>
    inEach(walks, async ({ lena }) => {
      for (const n of [1, 2, 3]) {
        await lena.signIn(bob.email, `wrong number ${n}`);
        await lena.see('Name or password is wrong', 30);
      }
      await lena.signIn(bob.email, DEMO_PASSWORD);
      await lena.see('3 wrong passwords: now a code is needed too', 30);
      await lena.field('Code from the message');
      // What was typed is kept.
      expect(await (await lena.window.find('[name="username"]')).getAttribute('value')).toBe(bob.email);
    }));

  it('the tenth locks the account: until when, why, and what can be done meanwhile', () =>
    inEach(walks, async ({ lena, center }) => {
      for (let n = 4; n <= 10; n++) {
        if (n > 4) await lena.press('Send a new code');
        await lena.type('Code from the message', await center.code(bob.email));
        await lena.window.fill('account-password', `wrong number ${n}`);
        await lena.submit();
        if (n < 10) await lena.find('Send a new code');
      }
      await lena.see('Locked until', 30);
      const text = await lena.window.text();
      expect(text).toContain('There were 10 wrong passwords within ');
      expect(text).toContain('24 hours after the first wrong password');
      expect(text).toMatch(/23:5\d:\d\d/);
      expect(text).toContain('Your codes work: they need no sign-in.');
      await lena.press('Back');
      await lena.signIn(bob.email, DEMO_PASSWORD);
      await lena.see('Locked until', 30);
    }));
});
