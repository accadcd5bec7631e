import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, bob, DEMO_PASSWORD } from './center-server';
import { By, eventually, Window } from './harness';
import { NEXT_CODE, Person, VAULT_PASSWORD } from './person';
import { inEach, scenes, type Scene } from './together';

const RITA = { name: 'Rita Reviewer', email: 'rita@harbor.example', password: 'seven gulls over the quay' };
const SAM = { name: 'Sam Second', email: 'sam@harbor.example', password: 'nine gulls under the pier' };
const NEW_PHONE = '+4915123456788';

interface Desk extends Scene {
  person: Person;
  ticket: string;
}

describe('two reviewers at one computer, with one vault', () => {
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
        return { center, windows: [window], person, ticket: '', end };
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
      inEach(desks, async (desk) => {
        const { person, center } = desk;
        await person.signIn(bob.email, DEMO_PASSWORD);
        await person.see('protections in place', 60);
        const answers = { self: 'no', whose: 'no', verified: 'no', reach: 'no', other: 'yes' } as const;
        await person.file('My phone number is gone', answers);
        await person.state({ login_email: alice.email, recovery_phone: NEW_PHONE, recovery_email: alice.email });
        await person.press('Go on');
        await person.see('Prove the new contact', 30);
        desk.ticket = await person.ticket();
        await person.press('Send a code');
        await person.window.fill('code', await center.code(NEW_PHONE));
        await person.press('Confirm');
        await person.see('is proven', 30);
        await person.send();
      }),
    120_000,
  );

  it(
    'the first approves it, and is told that the second is somebody else',
    () =>
      inEach(desks, async ({ person, center, ticket }) => {
        await person.toDesk();
        await person.becomeReviewer(await center.addStaff(RITA.email, RITA.name), RITA.password);
        await person.see(`You are ${RITA.name}`);
        await person.claim(ticket);
        await person.see('the hold will be 72 hours');
        await person.decide('Approve, first of two', 'All agrees.', 'Approve', 'First approval');
        await person.see('Another reviewer');
        await open(person, ticket);
        await person.see('The second is another reviewer’s', 30);
        await person.press('Claim it');
        await person.see('It cannot be approved now', 30);
        const approve = By.xpath("//button[starts-with(normalize-space(.), 'Approve, second of two')]");
        expect(await (await person.window.find(approve)).getAttribute('aria-disabled')).toBe('true');
        // The claim would keep the other one from it.
        await person.press('Give it back');
        await person.find('Claim it', 30);
      }),
    180_000,
  );

  it(
    'another one signs in after her, has a key of his own and approves second',
    () =>
      inEach(desks, async ({ person, center, ticket }) => {
        const token = await center.addStaff(SAM.email, SAM.name);
        await person.press('Review desk');
        await person.press('Sign out');
        await person.see('Sign in as staff');
        await person.becomeReviewer(token, SAM.password);
        await person.see(`You are ${SAM.name}`);
        await center.signList();
        await person.press('My key');
        await person.see('The signed list names it', 30);
        const lines = await eventually('the keys of both', async () => {
          const rows = await person.window.driver.findElements(By.css('main table tbody tr'));
          const texts = await Promise.all(rows.map((row) => row.getText()));
          return texts.length === 2 ? texts : undefined;
        });
        const own = lines.filter((line) => /\byou\b/.test(line));
        expect(own).toHaveLength(1);
        expect(own[0]).toContain(SAM.name);
        await person.press('Review desk');
        await person.claim(ticket);
        await person.decide('Approve, second of two', 'All agrees.', 'Approve', 'On hold until');
        expect(await center.run('tickets', 'list', '--state', 'hold')).toContain(ticket);
      }),
    240_000,
  );

  it(
    'the first comes back by her own address and password, to her own key',
    () =>
      inEach(desks, async ({ person }) => {
        await person.press('Sign out');
        await person.see('Sign in as staff');
        await person.window.fill('staff-email', RITA.email);
        // His password is not hers, and nothing of his session is left.
        await person.window.fill('staff-password', SAM.password);
        await person.submit();
        await person.see('E-mail, password or code is wrong', NEXT_CODE);
        await person.window.fill('staff-password', RITA.password);
        await person.submit();
        await person.see(`You are ${RITA.name}. Your key is in this vault.`, NEXT_CODE);
        await person.press('My key');
        await person.see('The signed list names it', 30);
      }),
    240_000,
  );
});

/** A line of the queue, without claiming it. */
async function open(person: Person, ticket: string): Promise<void> {
  const line = By.xpath(`//*[@data-testid='queue-line'][contains(., '${ticket}')]//button`);
  await person.click(`open the ticket ${ticket}`, line);
}
