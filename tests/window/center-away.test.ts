import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alice, CenterServer, DEMO_PASSWORD } from './center-server';
import { By, codesAround, eventually, Window } from './harness';
import { Person, VAULT_PASSWORD } from './person';
import { inSight } from './together';
import { Relay, Stranger } from './relay';

const SECRET = 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ';

describe('the app while its center is stopped, slow or lying', () => {
  let window: Window;
  let center: CenterServer;
  let relay: Relay;
  let person: Person;
  beforeAll(async () => {
    center = await CenterServer.start('SQLite');
    relay = new Relay(center.address);
    await relay.open();
    window = await Window.open();
    await window.createVault(VAULT_PASSWORD);
    await window.addByHand('Hetzner', 'K0118', SECRET);
    person = new Person(window, center);
    await person.connect(center.linkAt(relay.port));
    await person.signIn(alice.email, DEMO_PASSWORD);
    await person.see('protections in place', 60);
    await person.go('MFA devices');
    await person.see('No device is bound');
    await person.go('Tickets');
    await person.see('No tickets');
  });
  afterAll(async () => {
    await window?.close();
    await relay?.close();
    await center?.end();
  });

  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await inSight([window]))));

  const codesGoOn = async () => {
    await person.go('Codes');
    await eventually('the right code', async () => codesAround(SECRET).includes(await window.code()));
  };
  const titled = (title: string) =>
    eventually(`the fault “${title}”`, async () => (await window.text()).includes(title), 40);

  it('stopped: codes go on, and each panel says what it last knew and since when', async () => {
    await center.kill('SIGTERM');
    await relay.close();
    await codesGoOn();
    for (const [place, known] of [
      ['Overview', 'protections in place'],
      ['MFA devices', 'No device is bound'],
      ['Tickets', 'No tickets'],
    ] as const) {
      await person.go(place);
      await titled('The center does not answer');
      await person.see('What you see is from today');
      await person.see(known);
    }
    await person.go('Sub-accounts');
    await person.see('Nothing is known from before');
  });

  it('stopped, after lock and unlock: the same, out of the vault', async () => {
    await window.lock();
    await window.unlock(VAULT_PASSWORD);
    await window.find('[data-testid="search"]', 60);
    for (const [place, known] of [
      ['Overview', 'protections in place'],
      ['Tickets', 'No tickets'],
    ] as const) {
      await person.go(place);
      await titled('The center does not answer');
      await person.see('What you see is from today');
      await person.see(known);
    }
  });

  it('killed in the middle of a change: nothing is kept of it, and it goes through when the center is back', async () => {
    await center.serve();
    await relay.open();
    await person.go('Account information');
    await person.see('Alice Example', 30);
    relay.mood = 'slow';
    await person.press('Edit');
    await person.type('Name', 'Alice the Second');
    await person.submit();
    await person.see('Waiting for the center');
    await center.kill();
    await titled('The center does not answer');
    expect(await (await person.field('Name')).getAttribute('value')).toBe('Alice the Second');
    relay.mood = 'honest';
    await center.serve();
    await person.submit();
    await person.see('Saved', 30);
  });

  it('slow: clicking twice sends once, and a request can be stopped', async () => {
    relay.mood = 'slow';
    await person.go('Overview');
    await codesGoOn();
    await person.go('Security settings');
    await person.press('Change Secure phone');
    await person.see('Is it you?', 30);
    const sends = By.xpath(`//*[@role='dialog']//button[starts-with(normalize-space(.), 'Send a code')]`);
    const button = await window.find(sends, 40);
    const before = relay.heard.length;
    await window.driver.executeScript('arguments[0].click(); arguments[0].click(); arguments[0].click();', button);
    await window.find('#identity input.code-input', 40);
    expect(relay.heard.slice(before).filter((one) => one.what.includes('identity'))).toHaveLength(1);
    await person.press('Cancel', 'dialog');

    await person.go('Overview');
    await person.press('Sign out');
    await person.see('Waiting for the center');
    await person.press('Stop');
    await person.find('Sign out');
    relay.mood = 'honest';
    await person.go('Security settings');
    await person.see('Secure phone', 30);
  });

  it('lying: an answer that is none, one of another kind, and a redirect are not believed, and what was known stays', async () => {
    for (const [mood, title] of [
      ['not JSON', 'What answers there is no account center'],
      ['other JSON', 'What answers there is no account center'],
      ['redirecting', 'The center points to another address'],
    ] as const) {
      relay.mood = mood;
      await person.go('Overview');
      await titled(title);
      await person.see('protections in place');
      await codesGoOn();
    }
    // Nobody followed.
    expect(relay.sent('GET /elsewhere')).toBe(0);
    relay.mood = 'honest';
    await person.go('Overview');
    await person.gone('The center points to another address', 30);
    expect((await window.driver.findElements(By.css('nav.side button[aria-label="Overview"]'))).length).toBe(1);
  });

  it('a foreign certificate: nothing is sent, and what was typed is kept', async () => {
    const stranger = new Stranger();
    await stranger.open(window.home);
    try {
      const address = `https://127.0.0.1:${stranger.port}`;
      await person.toCenters();
      await person.press('Connect a center');
      await person.type('Address or link', address);
      await person.submit();
      await titled('The certificate is not good for that address');
      expect(await (await person.field('Address or link')).getAttribute('value')).toBe(address);
      expect(stranger.asked).toBe(0);
    } finally {
      stranger.close();
    }
  });
});
