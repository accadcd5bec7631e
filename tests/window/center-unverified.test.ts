import { afterAll, beforeAll, describe, it } from 'vitest';
import { alice, bob, DEMO_PASSWORD } from './center-server';
import { Window } from './harness';
import { Person, VAULT_PASSWORD } from './person';
import { inEach, scenes, type Scene } from './together';

const NEW_PHONE = '+4915123456788';

interface Desk extends Scene {
  person: Person;
}

describe('a phone that is gone, of an account whose identity was never verified', () => {
  let desks: Desk[] = [];
  beforeAll(async () => {
    desks = await scenes<Desk>(async (center) => {
      const window = await Window.open();
      const end = async () => {
        await window.close();
        await center.end();
      };
      try {
        const person = new Person(window, center);
        await window.createVault(VAULT_PASSWORD);
        await person.connect();
        return { center, windows: [window], person, end };
      } catch (error) {
        await window.close();
        throw error;
      }
    });
  }, 120_000);
  afterAll(() => Promise.all(desks.map((desk) => desk.end())));

  it(
    'a ticket for a phone whose account was never verified is filed from another account',
    () =>
      inEach(desks, async ({ person, center }) => {
        await person.signIn(bob.email, DEMO_PASSWORD);
        await person.see('protections in place', 60);
        const answers = {
          self: 'no',
          whose: 'no',
          verified: 'no',
          reach: 'no',
          other: 'yes',
        } as const;
        await person.file('My phone number is gone', answers);
        await person.state({
          login_email: alice.email,
          recovery_phone: NEW_PHONE,
          recovery_email: alice.email,
        });
        await person.press('Go on');
        await person.see('Prove the new contact', 30);
        await person.press('Send a code');
        await person.window.fill('code', await center.code(NEW_PHONE));
        await person.press('Confirm');
        await person.see('is proven', 30);
        await person.send();
      }),
    120_000,
  );
});
