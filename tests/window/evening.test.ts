import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, codesAround, Key, Window } from './harness';
import { EXPORT_PASSWORD, EXPORTS, Mover } from './mover';

const PASSWORD = 'quarry lantern ninety';
const PASSPHRASE = 'orchard violin seventeen';
const RESTORED = 'another lantern over the bridge';
/** In the vault before: the first is in the export too, the second has another secret there. */
const SAME = 'ZYSO5L5XHDC3CNBV7HQDL4PMSC2XIC6H';
const OLD = 'KRUGKIDROVUWG2ZA';
const NEW = 'KRSXG5CTMVRXEZLU';

/** Each step goes on where the one before ended: what a person does in one evening with a new computer and an old phone. */
describe('an evening: in from another app, backed up, tried, restored, and out again', () => {
  let window: Window;
  let mover: Mover;
  /** A stick with backups, the export from the phone, and where the restored vault goes. */
  let stick: string;
  let file: string;
  let restored: string;

  beforeAll(async () => {
    window = await Window.open({ desktop: true, unnamed: true });
    mover = new Mover(window);
    stick = join(window.home, 'STICK');
    restored = join(window.home, 'restored.tessera');
    for (const folder of ['Downloads', 'STICK']) mkdirSync(join(window.home, folder));
    file = join(window.home, 'Downloads', 'aegis-backup-20261119.json');
    copyFileSync(join(EXPORTS, 'aegis-encrypted.json'), file);
  });
  afterAll(() => window?.close());

  const copies = () =>
    readdirSync(stick)
      .filter((name) => name.endsWith('.age'))
      .sort();
  const entries = async () => {
    await window.press('Codes');
    await window.find('[data-testid="search"]');
    return window.text();
  };
  const openExport = async () => {
    await mover.pick(file);
    await window.see('Password of this Aegis file', 60);
    await mover.openExport(EXPORT_PASSWORD);
    await window.find('[data-testid="import-row"]', 90);
  };
  const answer = async (words: string) => {
    const question = `//*[@aria-label='What becomes of Beispiel & Söhne · bob']`;
    await (await window.find(By.xpath(`${question}/option[.='${words}']`))).click();
  };
  const bob = async () => {
    await window.keys('bob');
    const code = await window.code();
    await window.keys(Key.ESCAPE);
    return code;
  };

  it('begins with a vault and two accounts', async () => {
    await window.createVault(PASSWORD);
    await window.addByHand('Example', 'alice@example.org', SAME);
    await window.addByHand('Beispiel & Söhne', 'bob', OLD);
  });

  it('what the vault has already is left out of the import, and of a conflict the new one is taken', async () => {
    await openExport();
    await window.see('Same secret as Example · alice@example.org in this vault');
    await window.see('Same account, another secret');
    await answer('Take the new one');
    await window.see('1 in place of yours');
    await (await window.find('[data-testid="import"]')).click();
    await window.see('7 entries imported', 60);
    await window.see('1 of yours was replaced and lies in the trash');
    const shown = await entries();
    for (const name of ['例え', 'Steam', 'Yandex', 'Mobile', 'Counter']) expect(shown).toContain(name);
    expect(await bob()).toMatch(/^\d{8}$/);
  });

  it('after a look at the codes the import is taken back, and what it replaced is there again', async () => {
    await window.press('Import and export');
    await window.see('7 entries were imported');
    await (await window.find('[data-testid="import-undo"]')).click();
    await window.see('7 entries taken back');
    const shown = await entries();
    expect(shown).not.toContain('例え');
    expect(codesAround(OLD)).toContain(await bob());
  });

  it('it is imported again, and now the old one is kept', async () => {
    await openExport();
    await answer('Keep mine');
    await (await window.find('[data-testid="import"]')).click();
    await window.see('6 entries imported', 60);
    expect(await entries()).toContain('例え');
    expect(codesAround(OLD)).toContain(await bob());
  });

  it('a stick gets backups, is pulled out, says so wherever a person is, and is mended', async () => {
    await window.press('Backups');
    await mover.addPlace(stick, PASSPHRASE, PASSWORD);
    await window.see('Proved', 90);
    renameSync(stick, `${stick}-away`);
    await window.addByHand('Haiyun', 'dispatch', NEW);
    await window.press('Backups');
    await mover.menu('STICK', 'Back up now');
    await window.see('The folder for backups is not there', 60);
    await window.see('the older copies are safe on it');
    await window.press('Codes');
    await window.see('Backing up to “STICK” fails');
    await window.press('Look at it');
    renameSync(`${stick}-away`, stick);
    await window.press('Try again');
    await window.see('Proved', 90);
    expect(await window.text()).not.toContain('The folder for backups is not there');
    expect(copies()).toHaveLength(2);
  });

  it('the drill shows that the passphrase is known and that nothing would be missed', async () => {
    await mover.menu('STICK', 'Restore drill');
    await window.fill('backup-passphrase', PASSPHRASE);
    await window.press('Open the backup');
    await window.see('The backup opened, and you know its passphrase', 90);
    await window.see('A restore would miss no entry');
    await window.see('9 entries are equal in every field');
    await window.press('Done');
    await window.see('A restore would have missed nothing');
  });

  it('restored into a new vault, every entry is as it was, and the first vault stays', async () => {
    await window.press('Restore…');
    await mover.openBackup(join(stick, copies().at(-1)!), PASSPHRASE);
    await window.see('It holds 9 entries', 90);
    await window.see('The backup holds what the vault holds');
    await mover.restoreIntoNew(restored, RESTORED);
    await window.see('Haiyun', 60);
    const before = window.entriesOf(window.vault, PASSWORD);
    expect(before.length).toBeGreaterThan(9);
    expect(window.entriesOf(restored, RESTORED)).toEqual(before);
    await window.press('Settings');
    const current = await window.find(By.xpath("//li[contains(., 'In use')]"));
    expect(await current.getText()).toContain(restored);
    await window.find('[aria-label="Switch to vault.tessera"]');
  });

  it('everything leaves in a clear format, with a warning before and the offer to delete the file after', async () => {
    const out = join(window.home, 'Downloads', 'tessera-otpauth.txt');
    await mover.export('otpauth', out, RESTORED);
    await window.see('entries written', 60);
    await window.see('Whoever has this file has every secret in it');
    const addresses = readFileSync(out, 'utf8').trim().split('\n').sort();
    expect(addresses.some((address) => address.includes(NEW))).toBe(true);
    expect(window.entriesOf(restored, RESTORED).slice(0, addresses.length)).toEqual(addresses);
    await window.press('Delete the file');
    await window.see('The file is deleted');
    expect(existsSync(out)).toBe(false);
  });
});
