import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, DEMO_PASSWORD, type CenterServer } from './center-server';
import { By, eventually } from './harness';
import type { Person } from './person';
import { company, inEach, scenes, type Company } from './together';

describe('a computer that an account trusts', () => {
  let walks: Company[] = [];
  beforeAll(async () => {
    walks = await scenes((center) => company(center, {}));
  });
  afterAll(() => Promise.all(walks.map((walk) => walk.end())));

  const each = (step: (person: Person, center: CenterServer) => Promise<void>) =>
    inEach(walks, ({ people: [person], center }) => step(person!, center));

  /** What the list of trusted devices says. */
  const trusted = async (person: Person, words: string) => {
    await person.go('Security settings');
    await eventually(`“${words}” among the trusted devices`, async () => {
      const list = await person.window.find('section[aria-labelledby="trusted"]');
      return (await list.getText()).includes(words);
    });
  };
  const signInAgain = async (person: Person) => {
    await person.signOut();
    await person.signIn(alice.email, DEMO_PASSWORD);
  };

  it('is listed once it was trusted at sign-in, and not before', () =>
    each(async (person) => {
      await person.connect();
      await person.click('do not trust it', By.xpath("//main//label[contains(., 'Trust this computer')]"));
      await person.signIn(alice.email, DEMO_PASSWORD);
      await person.see('protections in place', 60);
      await trusted(person, 'No device is trusted.');
      await signInAgain(person);
      await person.see('protections in place', 60);
      await trusted(person, 'This computer');
    }));

  it('is asked for the second step like any other', () =>
    each(async (person) => {
      await person.press('E-mail');
      await person.proveBy(alice.email, 'Code to the security e-mail');
      await person.see('Protection is switched', 30);
      await signInAgain(person);
      await person.see('One more step', 30);
      expect(await person.window.text()).not.toContain('protections in place');
      await person.secondStepBy(alice.email);
      await person.see('protections in place', 60);
    }));

  it('lets its owner in while strangers have locked the account for all others', () =>
    each(async (person, center) => {
      await person.signOut();
      await lockedByAStranger(center, alice.email);
      await person.signIn(alice.email, DEMO_PASSWORD);
      await person.secondStepBy(alice.email);
      await person.see('protections in place', 60);
    }));

  it('is locked as well from when it is trusted no longer, and who is signed in stays signed in', () =>
    each(async (person) => {
      await trusted(person, 'This computer');
      await person.press('Trust no longer');
      await trusted(person, 'No device is trusted.');
      await person.go('Overview');
      await person.see('protections in place', 30);
      await signInAgain(person);
      await person.see('Locked until', 30);
    }));
});

/** What somebody does who knows the login name, and the owner's mailbox, too: ten wrong passwords. */
async function lockedByAStranger(center: CenterServer, name: string): Promise<void> {
  const attempt = (password: string, proof = {}) =>
    center.post('/v1/login', { name, password, device: 'a computer elsewhere', ...proof });
  for (let n = 1; n <= 10; n++) {
    const proof = n > 3 ? await proofOf(center, name) : {};
    await expect(attempt(`wrong number ${n}`, proof)).rejects.toThrow(n < 10 ? 'wrong-credentials' : 'account-locked');
  }
  await expect(attempt(DEMO_PASSWORD)).rejects.toThrow('account-locked');
}

/** One code admits one attempt; between two of them is a moment's pause. */
async function proofOf(center: CenterServer, name: string): Promise<{ flow: string; code: string }> {
  const sent = await eventually('a code is sent', () => center.post('/v1/login/code', { name }));
  const { flow } = sent as { flow: string };
  return { flow, code: await center.code(name) };
}
