import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alice, CenterServer, DEMO_PASSWORD } from './center-server';
import { photograph, scriptedPdf, vastPng } from './documents';
import { By, eventually, Window } from './harness';
import { Person, VAULT_PASSWORD } from './person';
import { inSight } from './together';

describe('what a person types or chooses that is not what is asked for', () => {
  let window: Window;
  let center: CenterServer;
  let person: Person;
  let token: string;
  beforeAll(async () => {
    center = await CenterServer.start('SQLite');
    // Of a reviewer whose key is listed, so that documents are taken at all.
    window = await Window.open({ width: 1100, height: 900, desktop: true });
    await window.createVault(VAULT_PASSWORD);
    person = new Person(window, center);
    await person.connect();
    await person.signIn(alice.email, DEMO_PASSWORD);
    await person.see('protections in place', 60);
    const login = { name: alice.email, password: DEMO_PASSWORD, device: 'another computer' };
    token = ((await center.post('/v1/login', login)) as { session: string }).session;
  });
  afterAll(async () => {
    await window?.close();
    await center?.end();
  });

  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await inSight([window]))));

  const valueOf = async (name: string) => (await window.find(`[name="${name}"]`)).getAttribute('value');

  it('each field of a form says what is wrong with it, and keeps what was typed', async () => {
    await person.file('My MFA device is gone', {
      factor: 'no',
      whose: 'no',
      verified: 'yes',
      reach: 'no',
      other: 'no',
    });
    await person.press('Go on');
    await eventually('every field says so', async () => {
      const said = await window.driver.findElements(By.css('main .err'));
      const words = await Promise.all(said.map((one) => one.getText()));
      return words.length === 5 && words.every((one) => one.includes('This is needed.'));
    });
    const wrong: [string, string, string][] = [
      ['login_email', 'alice.example.com', 'An e-mail address has an @ in it.'],
      ['login_email', 'alice@example', 'no mail domain'],
      ['login_email', 'alice smith@example.com', 'no spaces'],
      ['login_email', `${'a'.repeat(300)}@example.com`, 'longer than the center takes'],
      ['name', 'x'.repeat(101), 'longer than the center takes'],
      ['name', 'Ali‮ce', 'invisible characters'],
      ['document_number', 'L1', 'at least 4'],
      ['document_number', 'L01X00T47?', 'letters, digits, spaces'],
      ['document_number', 'A'.repeat(60), 'at most 40'],
      ['current_phone', '01512 3456789', 'Begin with + and the country code'],
      ['current_phone', '+49 CALL ME', 'digits only'],
      ['current_phone', '+999 123 456 789', 'No country has such a number'],
      ['contact', 'nobody', 'An e-mail address has an @ in it.'],
      ['contact', '+999 123 456 789', 'No country has such a number'],
    ];
    for (const [name, text, words] of wrong) {
      await window.fill(name, text);
      await window.keys('	');
      await person.see(words);
      expect(await valueOf(name)).toBe(text);
      await window.fill(name, '');
    }
    // Other scripts are names like any other.
    for (const name of ['李伟', 'لينا هوفمان', 'Zoë Ångström']) {
      await window.fill('name', name);
      await window.keys('	');
      await eventually('no fault', async () => {
        const field = await window.find('[name="name"]');
        return (await field.getAttribute('aria-invalid')) === null;
      });
    }
    await person.state({ login_email: 'nobody@example.com', document_number: 'L01X00T47', current_phone: alice.phone });
    await window.fill('contact', 'friend@elsewhere.example');
    await person.press('Go on');
    await person.see('Prove your address', 30);
    await window.fill('code', '12');
    await person.press('Confirm');
    await person.see('The code has 6 digits.');
    await window.fill('code', '000000');
    await person.press('Confirm');
    await person.see('That is not the code', 30);
    await person.press('Use another address');
    expect(await valueOf('name')).toBe('Zoë Ångström');
    await person.press('Delete');
    await person.press('Delete', 'dialog');
  });

  it('an address of no center, and a link with another root key', async () => {
    await person.toCenters();
    await person.press('Connect a center');
    for (const [address, title] of [
      ['', 'Type or paste the address.'],
      ['http://center.example', 'That is no address of a center'],
      ['ftp://center.example', 'That is no address of a center'],
      ['https://me:secret@center.example', 'That is no address of a center'],
      ['not an address at all', 'That is no address of a center'],
    ] as const) {
      await person.type('Address or link', address);
      await person.submit();
      await person.see(title);
      expect(await (await person.field('Address or link')).getAttribute('value')).toBe(address);
    }
    await person.paste('Address or link', center.linkAt().replace(/root=..../, 'root=AAAA'));
    await person.see('Address and fingerprint were taken from the link.');
    await person.submit();
    await person.see('The staff root key is not the one you were given', 30);
    // A file that is no certificate of an authority: said in words of its own, and what was typed stays.
    const picture = join(window.home, 'no-certificate.pem');
    writeFileSync(picture, 'Not a certificate at all.');
    await (await window.find('main summary')).click();
    await person.press('Choose a PEM file');
    await window.chooseFile(picture);
    await person.see('That is no certificate of an authority', 30);
    await person.see('it must be PEM');
    expect(await (await person.field('Address or link')).getAttribute('value')).toBe(center.address);
  });

  it('documents that are none are refused in words, and a PDF’s script goes nowhere', async () => {
    await center.listOneReviewer();
    await person.file('Verify my identity', {});
    await person.state({ name: 'Alice Example', document_number: 'L01X00T47' });
    await person.press('Go on');
    await person.see('Documents', 30);
    const at = (name: string) => join(window.home, name);
    writeFileSync(at('empty.jpg'), '');
    photograph(at('large.jpg'), 'nothing');
    truncateSync(at('large.jpg'), 11 * 1024 * 1024);
    writeFileSync(at('letter.jpg'), 'Dear Sir or Madam, this is no picture.');
    vastPng(at('vast.png'), 30_000);
    for (const [name, title] of [
      ['empty.jpg', 'The document is damaged'],
      ['large.jpg', 'The document is too large'],
      ['letter.jpg', 'Neither a JPEG nor a PNG nor a PDF'],
      ['vast.png', 'The document is too large'],
    ] as const) {
      await person.press('Choose a file…');
      await window.chooseFile(at(name));
      await person.see(title, 40);
    }
    scriptedPdf(at('scripted.pdf'));
    await person.addDocument(at('scripted.pdf'));
    photograph(at('good.jpg'), 'nothing');
    await person.addDocument(at('good.jpg'));
    for (const bytes of center.kept().values()) expect(bytes.includes('SCRIPT')).toBe(false);
  });

  it('a ticket that was withdrawn elsewhere meanwhile is shown as it stands, and nothing is sent', async () => {
    const id = await person.ticket();
    await center.post(`/v1/tickets/${id}/withdrawal`, {}, token);
    await person.press('Look over and send');
    await person.press('Send', 'dialog');
    await person.see('The ticket has moved on meanwhile', 30);
    await person.see('Withdrawn');
  });

  it('a session that ended elsewhere: the form says so and keeps what was typed', async () => {
    await person.file('Something else', { other: 'yes' });
    await person.state({ subject: 'A question', text: 'Where does my old token go?' });
    const ended = await fetch(`${center.address}/v1/sessions`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(ended.ok).toBe(true);
    await person.press('Go on');
    await person.see('You are signed out here', 30);
    expect(await valueOf('subject')).toBe('A question');
    expect(await valueOf('text')).toBe('Where does my old token go?');
  });
});
