/**
 * The pictures of moving in and out, backups, vaults and many entries at once, from the real window: a part of `npm run
 * screenshots`. The files that are chosen are fixtures of crates/transfer, the folders lie in a home of its own.
 */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { eventually, Key, sleep, Window } from './harness';
import { EXPORT_PASSWORD, EXPORTS, Mover } from './mover';
import { PASSWORD, shoot, themes } from './shoot';

const PASSPHRASE = 'orchard violin seventeen';
/** What is there before: beside it the export has a duplicate and a conflict. */
const accounts: [string, string, string][] = [
  ['Example', 'alice@example.org', 'ZYSO5L5XHDC3CNBV7HQDL4PMSC2XIC6H'],
  ['Beispiel & Söhne', 'bob', 'KRUGKIDROVUWG2ZA'],
  ['Nordlicht Mail', 'lena.hofmann@nordlicht.example', 'GEZDGNBVGY3TQOJQ'],
];

for (const theme of themes)
  it(`moving and backups, ${theme}`, { timeout: 900_000 }, async () => {
    // Its path is seen in the pictures.
    const home = join(tmpdir(), 'lena');
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home);
    const window = await Window.open({ width: 1100, height: 720, desktop: true, unnamed: true, home });
    const mover = new Mover(window);
    const take = (name: string) => shoot(window, name, theme);
    try {
      await window.createVault(PASSWORD);
      for (const [issuer, account, secret] of accounts) await window.addByHand(issuer, account, secret);
      mkdirSync(join(home, 'Downloads'));
      const file = join(home, 'Downloads', 'aegis-backup-20261119.json');
      copyFileSync(join(EXPORTS, 'aegis-encrypted.json'), file);
      await window.press('Import and export');
      await window.find('[data-testid="import-pick"]');
      await take('import');
      await window.control('o');
      await window.chooseFile(file);
      await window.see('Password of this Aegis file', 60);
      await window.keys('correct horse');
      await window.keys(Key.ENTER);
      await window.see('That password does not open this file', 90);
      await take('import-password');
      await mover.openExport(EXPORT_PASSWORD);
      await window.find('[data-testid="import-row"]', 90);
      const old = join(home, 'Downloads', 'old-router.txt');
      writeFileSync(old, 'otpauth://totp/Router:admin?secret=MFRGGZDFMZTWQ2LK\notpauth://totp/Door?secret=\n');
      await window.press('More files…');
      await window.chooseFile(old);
      await window.see('old-router.txt', 60);
      await take('import-table');
      await (await window.find('[data-testid="import"]')).click();
      await window.see('imported', 60);
      await take('import-done');

      await (await window.find('[data-testid="to-export"]')).click();
      await window.find('input[value="aegis-encrypted"]');
      await sleep(500);
      await take('export');
      await (await window.find('input[value="bitwarden"]')).click();
      await window.find('[data-testid="losses"]');
      await (await window.find('.loss summary')).click();
      await window.driver.executeScript(`document.querySelector('.body').scrollTo(0, 9999)`);
      await take('export-losses');
      await (await window.find('[data-testid="export"]')).click();
      await window.fill('password', PASSWORD);
      await window.keys(Key.ENTER);
      await window.chooseFile(join(home, 'Downloads', 'tessera-bitwarden.json'));
      await window.find('[data-testid="export-path"]', 60);
      await take('export-done');
      await window.press('Delete the file');
      await window.see('The file is deleted');

      await window.press('Backups');
      await window.see('No backups yet');
      await take('backups-empty');
      for (const name of ['Documents', 'KEYRING']) {
        const folder = join(home, name);
        mkdirSync(folder);
        await mover.describePlace(folder, PASSPHRASE, PASSWORD);
        await window.driver.executeScript(`document.querySelector('.dialog-body').scrollTo(0, 0)`);
        if (name === 'KEYRING') await take('backups-add');
        await mover.inDialog('Add and back up');
        const proved = name === 'Documents' ? 1 : 2;
        await eventually('proved', async () => (await window.text()).split('Proved').length > proved, 90);
      }
      await sleep(4500);
      await take('backups');
      renameSync(join(home, 'KEYRING'), join(home, 'away'));
      await window.addByHand('Haiyun Freight', 'dispatch', 'KRSXG5CTMVRXEZLU');
      await window.press('Backups');
      await mover.menu('KEYRING', 'Back up now');
      await window.see('The folder for backups is not there', 60);
      await take('backups-failed');
      await mover.menu('Documents', 'Restore drill');
      await window.find('[name="backup-passphrase"]');
      await take('drill');
      await window.fill('backup-passphrase', PASSPHRASE);
      await window.keys(Key.ENTER);
      await window.see('you know its passphrase', 90);
      await take('drill-result');
      await window.press('Done');
      await window.press('Codes');
      await window.find('[data-testid="search"]');
      await window.control('a');
      await window.find('[data-testid="bulk"]');
      await sleep(4500);
      await take('bulk');
      await window.press('Tags…');
      await window.find('[role=dialog]');
      await take('bulk-tags');
      await window.keys(Key.ESCAPE);
      await window.keys(Key.ESCAPE);
      await window.press('Backups');
      await window.press('Restore…');
      const copies = readdirSync(join(home, 'Documents')).filter((name) => name.endsWith('.age'));
      await mover.openBackup(join(home, 'Documents', copies.sort()[0]!), PASSPHRASE);
      await window.see('that the backup lacks', 90);
      await take('restore-preview');
      await window.press('A new vault');
      await window.fill('new-password', PASSWORD);
      await window.see('Strong.');
      await take('restore-new');
      await mover.restoreIntoNew(join(home, 'Documents', 'family.tessera'), PASSWORD);
      await window.find('[data-testid="search"]', 60);
      await window.press('Settings');
      await window.find('[aria-label="Switch to vault.tessera"]');
      await window.driver.executeScript(`document.querySelector('#settings-vaults').scrollIntoView()`);
      await take('vaults');
      await mover.menu('vault.tessera', 'Move entries…');
      for (const name of ['Example', 'Beispiel']) await mover.tick(name);
      await window.fill('password', PASSWORD);
      await take('vaults-move');
    } finally {
      await window.close();
    }
  });
