import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, Key, Window } from './harness';
import { EXPORTS } from './mover';

const PASSWORD = 'quarry lantern ninety';
const PASSPHRASE = 'orchard violin seventeen';

interface Focused {
  name: string;
  tag: string;
  place: string;
}

describe('without a mouse', () => {
  let window: Window;
  let stick: string;

  beforeAll(async () => {
    window = await Window.open({ desktop: true });
    window.tessera(window.vault, PASSWORD, 'init', '--kdf-memory', '64');
    window.tessera(window.vault, PASSWORD, 'add', 'otpauth://totp/Hetzner:K0118?secret=JBSWY3DPEHPK3PXP', '--yes');
    await window.driver.navigate().refresh();
    stick = join(window.home, 'STICK');
    mkdirSync(stick);
  });
  afterAll(() => window?.close());

  const copies = () => readdirSync(stick).filter((name) => name.endsWith('.age'));
  const focused = async (): Promise<Focused> =>
    (await window.driver.executeScript(`
      const { activeElement: at } = document;
      const name = at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '';
      const place = at.closest('[role=dialog]') ? 'dialog' : at.closest('main') ? 'main' : at.closest('nav') ? 'side' : '';
      return { name: name.trim().replaceAll('\\u2060', '').slice(0, 80), tag: at.tagName.toLowerCase(), place };`)) as Focused;

  /** Tab until something of that name has the focus; where it comes by is told when it never does. */
  async function tabTo(name: string, key = Key.TAB): Promise<Focused> {
    const seen: string[] = [];
    for (let n = 0; n < 80; n++) {
      const at = await focused();
      if (at.name.startsWith(name) && at.tag !== 'main') return at;
      seen.push(`${at.tag} ${at.name}`);
      await window.keys(key);
    }
    throw new Error(`Tab never comes to “${name}”: ${seen.join(' | ')}`);
  }
  const tabBackTo = async (name: string) => {
    for (let n = 0; n < 80; n++) {
      if ((await focused()).name.startsWith(name)) return;
      await window.driver.actions().keyDown(Key.SHIFT).sendKeys(Key.TAB).keyUp(Key.SHIFT).perform();
    }
    throw new Error(`Shift Tab never comes to “${name}”`);
  };
  const press = async (name: string) => {
    await tabTo(name);
    await window.keys(Key.ENTER);
  };
  /** The next Tab stays in the view instead of beginning at the sidebar. */
  const inView = () => eventually('the focus in the view', async () => (await focused()).place === 'main');

  it('unlocks and goes to importing', async () => {
    await window.find('[name="password"]');
    await window.keys(PASSWORD, Key.ENTER);
    await window.see('Hetzner', 60);
    await press('Import and export');
    await window.find('[data-testid="import-pick"]');
  });

  it('imports what is chosen, and takes it back', async () => {
    await window.control('o');
    await window.chooseFile(join(EXPORTS, 'andotp.json'));
    await window.see('andOTP · 7 entries', 60);
    await tabTo('Import Mobile · grace');
    await window.keys(' ');
    await window.see('6 chosen, 1 left out');
    await press('Import 6 entries');
    await window.see('6 entries imported', 60);
    await inView();
    await press('Undo the import');
    await window.see('The import was taken back', 60);
    await inView();
    await window.keys(Key.ESCAPE);
    await window.find('[data-testid="import-pick"]');
    await inView();
  });

  it('adds a place for backups', async () => {
    await tabBackTo('Backups');
    await window.keys(Key.ENTER);
    await window.see('No backups yet');
    await press('Add a place…');
    await window.find('[role=dialog]');
    await tabTo('Choose…');
    await window.keys(Key.ENTER);
    await window.chooseFolder(stick);
    await eventually('the focus in the dialog', async () => (await focused()).place === 'dialog');
    await tabTo('Passphrase of the backups');
    await window.keys(PASSPHRASE);
    await tabTo('Passphrase again');
    await window.keys(PASSPHRASE);
    await tabTo('Vault password');
    await window.keys(PASSWORD, Key.ENTER);
    await window.see('Proved', 90);
    await inView();
    expect(copies()).toHaveLength(1);
  });

  it('makes another backup and stays at the button', async () => {
    await press('Back up now');
    await eventually('a second copy', async () => copies().length === 2, 90);
    await eventually('still at it', async () => (await focused()).name === 'Back up now');
  });

  it('does the restore drill from the menu of a place', async () => {
    await tabTo('More about STICK');
    await window.keys(Key.ENTER);
    await window.find('[role=menu]');
    await eventually('the line of the drill', async () => {
      if ((await focused()).name.startsWith('Restore drill')) return true;
      await window.keys(Key.ARROW_DOWN);
      return false;
    });
    await window.keys(Key.ENTER);
    await window.find('[name="backup-passphrase"]');
    await inView();
    await window.keys(PASSPHRASE, Key.ENTER);
    await window.see('you know its passphrase', 90);
    await inView();
    await window.keys(Key.ESCAPE);
    await window.see('A restore would have missed nothing');
    await inView();
  });

  it('looks at a restore and leaves it', async () => {
    await press('Restore…');
    await press('Restore from STICK');
    await window.find('[name="backup-passphrase"]');
    await window.keys(PASSPHRASE, Key.ENTER);
    await window.see('The backup holds what the vault holds', 90);
    await inView();
    await window.keys(Key.ESCAPE);
    await window.see('A restore would have missed nothing');
    await inView();
  });
});
