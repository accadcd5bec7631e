import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesAround, fixtures, Key, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';
const SECRET = 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ';

describe('from nothing to a code', () => {
  let window: Window;
  beforeAll(async () => {
    window = await Window.open();
  });
  afterAll(() => window?.close());

  it('creates a vault, with the recovery code asked back', async () => {
    const groups = await window.createVault(PASSWORD);
    expect(groups).toHaveLength(8);
    for (const group of groups) expect(group).toMatch(/^[0-9A-Z]{5}$/);
  });

  it('says of a QR code that is no credential what it is', async () => {
    await window.control('n');
    await window.find('#add-panel');
    await window.pasteImage(readFileSync(join(fixtures, 'web-address.png')));
    await window.see('nordlicht.example');
  });

  it('adds an entry from a picture, after a look at it', async () => {
    await window.pasteImage(readFileSync(join(fixtures, 'totp.png')));
    await window.see('Look at it, then save');
    expect(await (await window.find('[name="issuer"]')).getAttribute('value')).toBe('Haiyun Freight');
    expect(await (await window.find('[name="account"]')).getAttribute('value')).toBe('ops@haiyun.example');
    await (await window.find('[data-testid="save"]')).click();
    await window.see('Haiyun Freight');
    expect(codesAround(SECRET)).toContain(await window.code());
  });

  it('recognizes the same secret when it comes again', async () => {
    await window.control('n');
    await window.find('#add-panel');
    await window.pasteImage(readFileSync(join(fixtures, 'totp.png')));
    await window.see('You already have an entry with this very secret');
    await window.keys(Key.ESCAPE, Key.ESCAPE);
    await window.find('[data-testid="search"]');
  });

  it('locks, refuses a wrong password, and still has everything after the right one', async () => {
    await window.lock();
    expect(await window.text()).not.toContain('Haiyun');
    await window.unlock('not the password');
    await window.see('That password does not open this vault', 60);
    await window.unlock(PASSWORD);
    await window.see('Haiyun Freight', 60);
    expect(codesAround(SECRET)).toContain(await window.code());
  });

  it('shows the secret only after the password', async () => {
    await window.control('e');
    await window.press('Show QR code and secret…');
    await window.see('Show the secret of Haiyun Freight?');
    expect(await window.text()).not.toContain('JBSW');
    await window.fill('password', PASSWORD);
    await window.press('Show for 60 s');
    await window.see('JBSW Y3DP EHPK 3PXP', 60);
    await window.press('Hide now');
    await window.keys(Key.ESCAPE);
  });
});
