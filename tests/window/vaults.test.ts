import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, codesAround, eventually, Window } from './harness';
import { Mover } from './mover';

const HOME = 'quarry lantern ninety';
const WORK = 'another lantern over the bridge';
const FIRST = 'JBSWY3DPEHPK3PXP';
const SECOND = 'KRSXG5CTMVRXEZLU';

describe('several vaults', () => {
  let window: Window;
  let mover: Mover;
  /** Where the second vault is made. */
  let work: string;

  beforeAll(async () => {
    window = await Window.open({ desktop: true, unnamed: true });
    mover = new Mover(window);
    work = join(window.home, 'work.tessera');
    await window.createVault(HOME);
    await window.addByHand('Nordlicht', 'lena', FIRST);
    await window.addByHand('Haiyun', 'dispatch', SECOND);
  });
  afterAll(() => window?.close());

  const entries = async () => {
    await window.press('Codes');
    await window.find('[data-testid="search"]');
    return window.text();
  };
  const turnTo = async (name: string, password: string) => {
    await window.press('Settings');
    await window.press(`Switch to ${name}`);
    await window.see(`Unlock ${name}`, 60);
    await window.unlock(password);
    await window.find('[placeholder^="Search"], [data-testid="search"]', 60);
  };

  it('lie where the app puts them, unless a person chooses a place', async () => {
    expect(existsSync(window.vault)).toBe(true);
    await window.press('Settings');
    await window.press('Create another…');
    await window.chooseFile(work);
    // The one that was open is locked before anything is made.
    await window.see('Create your vault', 60);
    await window.see(work);
    await window.createVault(WORK);
    expect(readFileSync(work).subarray(0, 15).toString()).toBe('SQLite format 3');
    await window.press('Settings');
    await window.see('vault.tessera');
    const current = await window.find(By.xpath("//li[contains(., 'In use')]"));
    expect(await current.getText()).toContain(work);
  });

  it('are switched between by locking the one and unlocking the other', async () => {
    await turnTo('vault.tessera', HOME);
    await window.see('Nordlicht', 60);
    const before = readFileSync(work);
    await turnTo('work.tessera', WORK);
    await window.see('No codes yet', 60);
    expect(readFileSync(work)).not.toEqual(before);
    await turnTo('vault.tessera', HOME);
  });

  it('move entries to another with its password, and keep them in the trash here', async () => {
    await window.press('Settings');
    await mover.menu('work.tessera', 'Move entries…');
    await mover.tick('Haiyun');
    await window.fill('password', HOME);
    await mover.inDialog('Move 1 entry');
    await window.see('That password does not open this vault', 60);
    await window.fill('password', WORK);
    await mover.inDialog('Move 1 entry');
    await window.see('1 entry is in work.tessera now', 60);
    expect(await entries()).not.toContain('Haiyun');
    await window.press('Trash');
    await window.see('Haiyun');
    await turnTo('work.tessera', WORK);
    await window.see('Haiyun', 60);
    expect(codesAround(SECOND)).toContain(await window.code());
    expect(await window.text()).not.toContain('Nordlicht');
  });

  it('begin after a restart with the one that was used last, and the others are known', async () => {
    await window.leave();
    window = await Window.open({ desktop: true, unnamed: true, home: window.home });
    mover = new Mover(window);
    await window.see('Unlock work.tessera', 60);
    await window.unlock(WORK);
    await window.see('Haiyun', 60);
    await window.press('Settings');
    await window.find('[aria-label="Switch to vault.tessera"]');
  });

  it('are taken off the list without touching the file', async () => {
    const before = readFileSync(window.vault);
    await mover.menu('vault.tessera', 'Take off the list');
    await eventually('off the list', async () => {
      return (await window.driver.findElements(By.css('[aria-label="Switch to vault.tessera"]'))).length === 0;
    });
    expect(readFileSync(window.vault)).toEqual(before);
    await window.press('Open another…');
    await window.chooseFile(window.vault);
    await window.see('Unlock vault.tessera', 60);
    await window.unlock(HOME);
    await window.see('Nordlicht', 60);
  });
});
