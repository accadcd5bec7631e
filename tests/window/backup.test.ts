import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, codesAround, eventually, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';
const PASSPHRASE = 'orchard violin seventeen';
const FIRST = 'JBSWY3DPEHPK3PXP';
const SECOND = 'KRSXG5CTMVRXEZLU';

describe('backups', () => {
  let window: Window;
  let other: Window | undefined;
  let folder: string;
  const copies = () => readdirSync(folder).filter((name) => name.endsWith('.age'));
  const inDialog = async (words: string) => {
    const button = await window.find(By.xpath(`//*[@role='dialog']//button[contains(normalize-space(.), '${words}')]`));
    await button.click();
  };

  beforeAll(async () => {
    window = await Window.open({ desktop: true });
    folder = join(window.home, 'copies');
    mkdirSync(folder);
    await window.createVault(PASSWORD);
    await window.addByHand('Nordlicht', 'lena', FIRST);
  });
  afterAll(async () => {
    await other?.close();
    await window.close();
  });

  it('go to a folder that a person chooses, and the first is made at once', async () => {
    await window.press('Backups');
    await window.see('No backups yet');
    await window.press('Add a place…');
    await inDialog('Choose…');
    await window.chooseFolder(folder);
    await eventually('the folder stands there', async () => {
      const fields = await window.driver.findElements(By.css('[role=dialog] input[readonly]'));
      return fields[0] && (await fields[0].getAttribute('value')) === folder;
    });
    await window.fill('new-password', PASSPHRASE);
    await window.fill('new-password-again', PASSPHRASE);
    await window.fill('password', PASSWORD);
    await inDialog('Add and back up');
    await window.see('Proved', 90);
    expect(copies()).toHaveLength(1);
    expect(readFileSync(join(folder, copies()[0]!)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  });

  it('tell what changed since, and a drill says what a restore would miss', async () => {
    await window.addByHand('Haiyun', 'dispatch', SECOND);
    await window.press('Backups');
    await window.see('Changes wait', 30);
    await window.press('More about copies');
    await (await window.find(By.xpath(`//*[@role='menuitem'][contains(., 'Restore drill')]`))).click();
    await window.fill('backup-passphrase', 'not the passphrase');
    await window.press('Open the backup');
    await window.see('That passphrase does not open the backup', 90);
    await window.fill('backup-passphrase', PASSPHRASE);
    await window.press('Open the backup');
    await window.see('The backup opened, and you know its passphrase', 90);
    await window.see('A restore would miss 1 entry');
    await window.see('Haiyun');
    await window.press('Done');
    await window.see('A restore would have missed 1 entry');
  });

  it('are made anew when asked, and leave nothing unproved behind', async () => {
    await window.press('Back up now');
    await window.see('Proved', 90);
    expect(copies()).toHaveLength(2);
    // The kept passphrase is nowhere in clear.
    expect(readFileSync(window.vault).includes(PASSPHRASE)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('bring everything back on a computer that has no vault', async () => {
    const newest = join(folder, copies().sort().at(-1)!);
    other = await Window.open({ desktop: true });
    await other.press('Restore from a backup…');
    await other.press('Choose a backup…');
    await other.chooseFile(newest);
    await other.fill('backup-passphrase', PASSPHRASE);
    await other.press('Open it');
    await other.see('It holds 2 entries', 90);
    await other.fill('new-password', 'another lantern ninety one');
    await other.fill('new-password-again', 'another lantern ninety one');
    await other.press('Create the vault');
    const code = await other.find('[data-testid="recovery-code"]', 90);
    const groups = await eventually('recovery code', async () => {
      const spans = await code.findElements(By.css('span'));
      return spans.length > 0 ? Promise.all(spans.map((span) => span.getText())) : null;
    });
    await other.press('I have it on paper');
    await other.confirmRecovery(groups);
    await other.see('Nordlicht', 60);
    await other.see('Haiyun');
    const code1 = await other.code();
    expect([...codesAround(FIRST), ...codesAround(SECOND)]).toContain(code1);
  });
});
