import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, DEMO_PASSWORD, office } from './center-server';
import { photograph } from './documents';
import { By, eventually, Window } from './harness';
import { NEXT_CODE, Person, VAULT_PASSWORD } from './person';
import { inEach, scenes, type Scene } from './together';

const STAFF_PASSWORD = 'seven gulls over the quay';
/** Seconds on hold: for a look into a mailbox and an objection. */
const HOLD = 25;
const PERSON = { name: 'Alice Example', document_number: 'L01X00T47' };
const COMPANY = { company_name: 'Example Ltd.', company_id: '07523941' };
const DIRECTOR = { name: 'Olive Ombra', number: 'P4455667' };
const COMPANY_UNBINDING = {
  login_email: office.email,
  ...COMPANY,
  applicant_name: DIRECTOR.name,
  applicant_document_number: DIRECTOR.number,
  current_phone: office.phone,
};

interface Desk extends Scene {
  applicant: Person;
  rita: Person;
  sam: Person;
  /** Chosen as a document. */
  photo: string;
  /** What is to be found nowhere: the file, and what its metadata say. */
  file: Buffer;
  metadata: string;
  tickets: Record<string, string>;
}

describe('tickets, from filing through two reviewers and the hold to a new device', () => {
  let desks: Desk[] = [];
  beforeAll(async () => {
    desks = await scenes<Desk>(
      async (center) => {
        const opening = [{ width: 1100, height: 900, desktop: true }, {}, {}].map((options) => Window.open(options));
        const windows = (await Promise.allSettled(opening)).map((one) => {
          if (one.status === 'rejected') throw one.reason;
          return one.value;
        });
        const [applicant, rita, sam] = windows.map((window) => new Person(window, center)) as [Person, Person, Person];
        await Promise.all(windows.map((window) => window.createVault(VAULT_PASSWORD)));
        const metadata = `Harbor Street 7, taken ${randomBytes(12).toString('hex')}`;
        const photo = join(applicant.window.home, 'identity-card.jpg');
        return {
          center,
          windows,
          applicant,
          rita,
          sam,
          photo,
          metadata,
          file: photograph(photo, metadata),
          tickets: {},
          end: async () => {
            await Promise.all(windows.map((window) => window.close()));
            await center.end();
          },
        };
      },
      { RULES__HOLD: String(HOLD), RULES__HOLD_WITH_FACTOR: String(HOLD) },
    );
  }, 300_000);
  afterAll(() => Promise.all(desks.map((desk) => desk.end())));

  it(
    'two reviewers accept their invitations, each into a vault of its own, and the list of their keys is signed',
    () =>
      inEach(desks, async ({ center, applicant, rita, sam }) => {
        const staff = async (person: Person, email: string, name: string) => {
          const token = await center.addStaff(email, name);
          await person.connect();
          await person.toDesk();
          await person.becomeReviewer(token, STAFF_PASSWORD);
        };
        // Meanwhile the two whom the tickets are about bind what they will lose.
        const accounts = async () => {
          await applicant.connect();
          await applicant.signIn(alice.email, DEMO_PASSWORD);
          await applicant.see('protections in place', 60);
          await applicant.bind(() => applicant.proveBy(alice.email, 'Code to the security e-mail'));
        };
        await Promise.all([
          staff(rita, 'rita@harbor.example', 'Rita Reviewer'),
          staff(sam, 'sam@harbor.example', 'Sam Second'),
          accounts(),
        ]);
        await center.signList();
        await rita.press('My key');
        await rita.see('The signed list names it', 30);
        await rita.press('Review desk');
      }),
    240_000,
  );

  it(
    'a person’s identity is verified by photographs, which a reviewer opens in memory',
    () =>
      inEach(desks, async ({ applicant, rita, photo }) => {
        await applicant.file('Verify my identity', {});
        await applicant.state(PERSON);
        await applicant.press('Go on');
        await applicant.see('Documents', 30);
        const id = await applicant.ticket();
        await applicant.addDocument(photo);
        await applicant.addDocument(photo);
        await applicant.send();
        await rita.claim(id);
        await eventually('the opened document', async () => {
          const shown = await rita.window.driver.findElements(By.css('main img'));
          return shown.length > 0 && rita.window.driver.executeScript('return arguments[0].naturalWidth', shown[0]);
        });
        await rita.decide('Approve', 'Face and card are one person.', 'Approve', 'Approved');
        await applicant.go('Overview');
        await applicant.see('The identity is verified', 30);
      }),
    240_000,
  );

  it('nobody reads a document in what the server keeps: neither its file, nor its pixels, nor its metadata', () =>
    inEach(desks, async ({ center, file, metadata }) => {
      const kept = center.kept();
      const sealed = [...kept].filter(([, bytes]) => bytes.includes('age-encryption.org/v1'));
      expect(sealed.length, 'the two documents are there').toBeGreaterThanOrEqual(2);
      // What a look for them would find: the file itself has them all.
      const pixels = file.subarray(file.length - 2000, file.length - 1000);
      const traces = [
        Buffer.from(metadata),
        Buffer.from('Harbor Street'),
        pixels,
        Buffer.from('Exif\0'),
        Buffer.from('JFIF\0'),
      ];
      for (const trace of traces) expect(file.includes(trace)).toBe(true);
      for (const [name, bytes] of kept) {
        // In a dump, bytes are written in hexadecimal.
        const written = name === 'dump' ? Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1') : bytes;
        for (const trace of traces) {
          expect(written.includes(trace), name).toBe(false);
          if (name === 'dump') expect(written.includes(trace.toString('hex')), name).toBe(false);
        }
      }
    }));

  it(
    'an objection from an old address stops a ticket of a person, and withdrawing ends it',
    () =>
      inEach(desks, async ({ center, applicant, rita, sam, tickets }) => {
        tickets.stopped = await unbind(applicant, 'stranger@elsewhere.example');
        await rita.approve(tickets.stopped);
        await sam.approve(tickets.stopped);
        const link = await center.link(alice.phone, '/objections/');
        await applicant.toTickets();
        await applicant.press('Open a link');
        await applicant.window.fill('link', link);
        await applicant.press('Go on');
        await applicant.see('Object to a ticket');
        await (await applicant.window.find('#objection-reason')).sendKeys('That was not me.');
        await applicant.press('Object');
        await applicant.see('Your objection stands', 30);
        await applicant.follow(tickets.stopped);
        await applicant.see('Somebody at an old address objected', 30);
        await rita.claim(tickets.stopped);
        await rita.see('That was not me.');
        await rita.decide('Reject', 'The owner of the account objects.', 'Reject', 'Rejected');
      }),
    300_000,
  );

  it(
    'withdrawal stops another one between its two approvals',
    () =>
      inEach(desks, async ({ applicant, rita, sam }) => {
        const id = await unbind(applicant, 'friend@elsewhere.example');
        await rita.approve(id);
        await applicant.follow(id);
        await applicant.see('Waits for another reviewer', 30);
        await applicant.press('Withdraw the ticket');
        await applicant.press('Withdraw it', 'dialog');
        await applicant.see('Withdrawn', 30);
        await sam.go('Review desk');
        await sam.press('Waiting');
        await eventually('it waits for nobody', async () => !(await sam.window.text()).includes(id));
      }),
    240_000,
  );

  it(
    'a person whose device is gone has it unbound by two reviewers, and the hold begins',
    () =>
      inEach(desks, async ({ center, applicant, rita, sam }) => {
        const id = await unbind(applicant, 'sister@elsewhere.example');
        await rita.approve(id);
        await sam.approve(id);
        expect(await center.run('tickets', 'list', '--state', 'hold')).toContain(id);
      }),
    300_000,
  );

  it(
    'so has a company, with its license, from another account',
    () =>
      inEach(desks, async ({ applicant, rita, sam, photo }) => {
        // The company signs in, binds what it will lose, and has its identity verified.
        await applicant.toSignIn();
        await applicant.signIn(office.email, DEMO_PASSWORD);
        await applicant.see('protections in place', 60);
        await applicant.bind(() => applicant.proveBy(office.email, 'Code to the security e-mail'));
        await applicant.file('Verify my identity', {});
        await applicant.state({
          ...COMPANY,
          representative_name: DIRECTOR.name,
          representative_document_number: DIRECTOR.number,
        });
        await applicant.press('Go on');
        await applicant.see('Documents', 30);
        const verification = await applicant.ticket();
        for (let n = 0; n < 3; n++) await applicant.addDocument(photo);
        await applicant.send();
        await rita.approve(verification);
        await applicant.toSignIn();
        await applicant.signIn(alice.email, DEMO_PASSWORD);
        await applicant.see('protections in place', 60);
        await applicant.file('My MFA device is gone', {
          factor: 'no',
          whose: 'yes',
          verified: 'yes',
          reach: 'no',
          other: 'yes',
        });
        await applicant.state(COMPANY_UNBINDING);
        await applicant.press('Go on');
        await applicant.see('Documents', 30);
        const id = await applicant.ticket();
        await applicant.addDocument(photo);
        await applicant.send();
        await rita.approve(id);
        await sam.approve(id);
      }),
    300_000,
  );

  it(
    'after the hold a link comes to the phone on file, and with the password it binds a new device into the vault',
    () =>
      inEach(desks, async ({ center, applicant }) => {
        const until = Date.now() + HOLD * 1000;
        await eventually('both holds are over', async () => Date.now() > until, HOLD + 5);
        // At its start the server does what fell due; else it looks once a minute.
        await center.restart();
        await bindAnew(center, applicant, alice.phone);
        await bindAnew(center, applicant, office.phone);
      }),
    300_000,
  );

  it(
    'when a reviewer leaves, the one who stays seals the documents of open tickets anew and opens them',
    () =>
      inEach(desks, async ({ center, applicant, sam, photo }) => {
        await applicant.file('My MFA device is gone', {
          factor: 'no',
          whose: 'yes',
          verified: 'yes',
          reach: 'no',
          other: 'no',
        });
        await applicant.state({ ...COMPANY_UNBINDING, contact: 'director@elsewhere.example' });
        await applicant.press('Go on');
        const { id } = await applicant.proveContact('director@elsewhere.example');
        await applicant.addDocument(photo);
        await applicant.send();
        await center.run('staff', 'disable', 'rita@harbor.example');
        await center.signList();
        await sam.go('Review desk');
        await sam.press('My key');
        await sam.see('1 document of an open ticket is sealed to an older list', 30);
        expect(await sam.window.text(), 'whose keys there are is said by name').toContain('Sam Second');
        await sam.press('Seal them anew');
        await sam.see('1 document was sealed anew', 30);
        await sam.press('Review desk');
        await sam.claim(id);
        await eventually('the document, opened by the new seal', async () => {
          const shown = await sam.window.driver.findElements(By.css('main img'));
          return shown.length > 0 && sam.window.driver.executeScript('return arguments[0].naturalWidth', shown[0]);
        });
      }),
    240_000,
  );

  /** Files and sends an unbinding of Alice’s devices without an account; the ticket's number. */
  async function unbind(applicant: Person, contact: string): Promise<string> {
    await applicant.file('My MFA device is gone', {
      factor: 'no',
      whose: 'no',
      verified: 'yes',
      reach: 'no',
      other: 'no',
    });
    await applicant.state({ login_email: alice.email, ...PERSON, current_phone: alice.phone, contact });
    await applicant.press('Go on');
    const { id, query } = await applicant.proveContact(contact);
    expect(query.replaceAll(/[\s-]/g, '')).toHaveLength(26);
    await applicant.send();
    return id;
  }

  /** With the link that came to the phone on file. */
  async function bindAnew(center: Desk['center'], applicant: Person, phone: string): Promise<void> {
    const link = await center.link(phone, '/ticket-links/');
    await applicant.toTickets();
    await applicant.press('Open a link');
    await applicant.window.fill('link', link);
    await applicant.press('Go on');
    await applicant.see('Approval sets no secret');
    await applicant.window.fill('account-password', DEMO_PASSWORD);
    await applicant.press('Open the link');
    await applicant.press('Bind', 'main', 30);
    await applicant.see('The new device is bound', NEXT_CODE);
    await applicant.toTickets();
  }
});
