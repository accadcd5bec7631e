import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, codesAround, eventually, fixtures, Key, Window } from './harness';
import { EXPORTS, Mover } from './mover';

const PASSWORD = 'quarry lantern ninety';
const FILE_PASSWORD = 'chalk river delta';
const SECRET = 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ';

describe('moving in from another app and out again', () => {
  let window: Window;
  let mover: Mover;
  let file: string;

  beforeAll(async () => {
    // Left of the window there is room for something to drag.
    window = await Window.open({ width: 1750, height: 900, desktop: true });
    mover = new Mover(window);
    file = join(window.home, 'aegis.json');
    await window.createVault(PASSWORD);
  });
  afterAll(() => window?.close());

  const list = async () => {
    await window.press('Codes');
    await window.find('[data-testid="search"]');
    return window.text();
  };

  it('writes an encrypted Aegis file that only its password opens, and notes it in the log', async () => {
    await window.addByHand('Haiyun Freight', 'ops@haiyun.example', SECRET);
    await mover.export('aegis-encrypted', file, PASSWORD, FILE_PASSWORD);
    await window.see('1 entry written');
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('Haiyun');
    expect(JSON.parse(text).header.slots.length).toBeGreaterThan(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await window.press('Settings');
    await window.see('Entries exported');
  });

  it('writes a sheet to print as a PDF with the names and secrets of the entries', async () => {
    const sheet = join(window.home, 'sheet.pdf');
    await mover.export('sheet-pdf', sheet, PASSWORD);
    await window.see('1 entry written');
    expect(statSync(sheet).mode & 0o777).toBe(0o600);
    const text = execFileSync('pdftotext', ['-layout', sheet, '-'], { encoding: 'utf8' });
    expect(text).toContain('Haiyun Freight');
    expect(text.replace(/\s/g, '')).toContain(SECRET);
  });

  it('lists what an export holds before anything is in the vault, and imports what is chosen', async () => {
    await mover.pick(join(EXPORTS, 'andotp.json'));
    await window.see('andOTP · 7 entries');
    const found = await mover.found();
    expect(found).toContain('Beispiel & Söhne');
    expect(found).toHaveLength(7);
    await (await window.find('[aria-label="Import Mobile · grace"]')).click();
    await (await window.find('[data-testid="import"]')).click();
    await window.see('6 entries imported');
    const shown = await list();
    expect(shown).toContain('Beispiel & Söhne');
    expect(shown).not.toContain('grace');
  });

  it('asks for a file’s password, refuses a wrong one, and sees the duplicates', async () => {
    await mover.pick(file);
    await window.see('Password of this Aegis file');
    await window.fill('file-password', 'chalk river');
    await window.press('Open it');
    await window.see('That password does not open this file');
    await window.fill('file-password', FILE_PASSWORD);
    await window.press('Open it');
    await window.see('Same secret as Haiyun Freight · ops@haiyun.example in this vault');
    await window.see('Nothing is chosen');
    await window.keys(Key.ESCAPE);
    await window.find('[data-testid="import-pick"]');
    await mover.pick(join(EXPORTS, 'andotp.json'));
    await window.see('Same secret as Beispiel & Söhne · bob in this vault');
    await eventually('one that is new', async () => {
      const button = await window.find('[data-testid="import"]');
      return (await button.getText()).includes('Import 1 entry');
    });
  });

  it('takes an import back in one step', async () => {
    await (await window.find('[data-testid="import"]')).click();
    await window.see('1 entry imported');
    expect(await list()).toContain('grace');
    await mover.pick(join(EXPORTS, 'bitwarden-authenticator.json'));
    await window.find('[data-testid="import-row"]');
    await (await window.find('[aria-label="All that are shown"]')).click();
    await eventually('all chosen', async () => {
      const boxes = await window.driver.findElements(By.css('[data-testid="import-row"] input'));
      const checked = await Promise.all(boxes.map((box) => box.isSelected()));
      if (checked.every(Boolean)) return true;
      await (await window.find('[aria-label="All that are shown"]')).click();
      return false;
    });
    await (await window.find('[data-testid="import"]')).click();
    await window.see('Undo the import');
    await (await window.find('[data-testid="import-undo"]')).click();
    await window.see('The import was taken back');
    await window.press('Settings');
    await window.see('Import taken back');
    const shown = await list();
    expect(shown.split('Beispiel & Söhne')).toHaveLength(2);
    await window.keys('haiyun');
    expect(codesAround(SECRET)).toContain(await window.code());
    await window.keys(Key.ESCAPE);
  });

  it('reads photographs and exports that are dropped on it together, whatever view is open', async () => {
    const { desktop } = window;
    await list();
    await desktop.show([join(fixtures, 'totp.png'), join(EXPORTS, 'ente.txt')], 20, 300);
    desktop.input('mousemove', 100, 400, 'mousedown', 1);
    for (const x of [110, 130, 200, 400, 700, 705]) desktop.input('mousemove', x, 420, 'sleep', '0.05');
    desktop.input('mouseup', 1);
    await window.see('totp.png');
    await window.see('Same secret as Haiyun Freight · ops@haiyun.example in this vault');
    await desktop.hide();
    await window.keys(Key.ESCAPE);
    await window.find('[data-testid="import-pick"]');
  });

  it('moves many entries to a group at once', async () => {
    await list();
    await window.control('a');
    await window.press('Move…');
    await (await window.find('[role=dialog] option[value="new"]')).click();
    await window.fill('group', 'Harbor');
    await window.keys(Key.ENTER);
    await window.see('8 entries moved');
    await window.keys(Key.ESCAPE);
    await window.see('Harbor');
  });
});
