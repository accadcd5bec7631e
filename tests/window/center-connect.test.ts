import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CenterServer } from './center-server';
import { eventually, fixtures, Window } from './harness';
import { Person, VAULT_PASSWORD } from './person';
import { fromBlocks } from './picture';
import { inSight } from './together';

describe('a center that is connected by the QR code that its operator gives out', () => {
  let window: Window;
  let center: CenterServer;
  let person: Person;
  /** What `tessera-center link` drew, as a picture. */
  let code: string;
  beforeAll(async () => {
    center = await CenterServer.start('SQLite');
    // Left of the window there is room for a picture.
    window = await Window.open({ width: 1750, height: 900, desktop: true });
    await window.createVault(VAULT_PASSWORD);
    person = new Person(window, center);
    code = join(window.home, 'center.png');
  });
  afterAll(async () => {
    await window?.close();
    await center?.end();
  });

  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await inSight([window]))));

  const valueOf = async (label: string) => (await person.field(label)).getAttribute('value');
  const form = async () => {
    await person.toCenters();
    await person.press('Connect a center');
  };
  /** The form holds what the code says, and is left. */
  const wasRead = async () => {
    await person.see('Address and fingerprint were taken from the link.', 30);
    await eventually('the address', async () => (await valueOf('Address or link')) === center.address);
    expect((await valueOf('Fingerprint of the staff root key'))!.replaceAll(/[\s-]/g, '').toUpperCase()).toBe(
      center.fingerprint.replaceAll(' ', ''),
    );
  };

  it('the operator prints link and code, with the fingerprint to compare', async () => {
    const said = await center.run('link');
    expect(said.split('\n')[0]!.toUpperCase()).toBe(center.linkAt().toUpperCase());
    expect(said).toContain(`Fingerprint: ${center.fingerprint}`);
    writeFileSync(code, fromBlocks(said));
  });

  it('where there is none, and where another code is, nothing is taken and it is said', async () => {
    await form();
    await person.press('From the screen');
    await person.see('No QR code of a center was found there.', 30);
    await window.desktop.show([join(fixtures, 'totp.png')], 20, 300);
    await person.press('From the screen');
    await person.see('No QR code of a center was found there.', 30);
    await window.desktop.hide();
    expect(await valueOf('Address or link')).toBe('');
    await person.press('Cancel');
  });

  it('it is read from a picture and from the clipboard', async () => {
    await form();
    await person.press('From a picture…');
    await window.chooseFile(code);
    await wasRead();
    await person.press('Cancel');
    await form();
    await window.desktop.copyPicture(code);
    await person.press('From the clipboard');
    await wasRead();
    await person.press('Cancel');
  });

  it('it is read from the screen, and connects', async () => {
    await form();
    await window.desktop.show([code], 20, 300);
    await person.press('From the screen');
    await wasRead();
    await person.submit();
    await person.see('Account e-mail, phone or account ID', 60);
    await person.toCenters();
    await person.see(`Staff root key ${center.fingerprint}`);
  });
});
