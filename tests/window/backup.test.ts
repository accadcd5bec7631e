import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesAround, Window } from './harness';
import { Mover } from './mover';

const PASSWORD = 'quarry lantern ninety';
const PASSPHRASE = 'orchard violin seventeen';
const FIRST = 'JBSWY3DPEHPK3PXP';
const SECOND = 'KRSXG5CTMVRXEZLU';

describe('backups', () => {
  let window: Window;
  let mover: Mover;
  let other: Window | undefined;
  let folder: string;
  const copies = () => readdirSync(folder).filter((name) => name.endsWith('.age'));

  beforeAll(async () => {
    window = await Window.open({ desktop: true });
    mover = new Mover(window);
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
    await mover.addPlace(folder, PASSPHRASE, PASSWORD);
    await window.see('Proved', 90);
    expect(copies()).toHaveLength(1);
    expect(readFileSync(join(folder, copies()[0]!)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  });

  it('tell what changed since, and a drill says what a restore would miss', async () => {
    await window.addByHand('Haiyun', 'dispatch', SECOND);
    await window.press('Backups');
    await window.see('Changes wait', 30);
    await mover.menu('copies', 'Restore drill');
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

  it('go into no new vault where the environment names this one, and the window says so', async () => {
    await window.press('Restore…');
    await mover.openBackup(join(folder, copies().sort().at(-1)!), PASSPHRASE);
    await window.see('It holds 2 entries', 90);
    await window.see('The environment variable TESSERA_VAULT names the vault of this run');
    expect(await window.text()).not.toContain('A new vault');
    await window.press('Settings');
    await window.see('The environment variable TESSERA_VAULT names the vault of this run');
    expect(await window.text()).not.toContain('Create another');
  });

  it('bring everything back on a computer that has no vault', async () => {
    const newest = join(folder, copies().sort().at(-1)!);
    other = await Window.open({ desktop: true });
    await other.press('Restore from a backup…');
    await new Mover(other).openBackup(newest, PASSPHRASE);
    await other.see('It holds 2 entries', 90);
    await other.fill('new-password', 'another lantern ninety one');
    await other.fill('new-password-again', 'another lantern ninety one');
    await other.press('Create the vault');
    await other.keepRecovery();
    await other.see('Nordlicht', 60);
    await other.see('Haiyun');
    const code1 = await other.code();
    expect([...codesAround(FIRST), ...codesAround(SECOND)]).toContain(code1);
  });
});
