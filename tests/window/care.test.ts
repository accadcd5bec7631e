import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { By, eventually, Window } from './harness';

const reader = resolve(import.meta.dirname, '../reader');
const python = process.env.TESSERA_PYTHON ?? join(reader, '../../target/reader-venv/bin/python');
const PASSWORD = 'quarry lantern ninety';
const ENTRY = 1;

/** Where the bodies that begin with these letters stand in the file (docs/vault-format.md §1). */
function bodies(bytes: Buffer, magic: string): number[] {
  const found = [];
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) found.push(at);
  return found;
}

const entries = (bytes: Buffer) => bodies(bytes, 'TSRRECD\x01').filter((at) => bytes[at + 14] === ENTRY);

/** Takes a leaf of the manifest and the records that stand in it out of the file. */
const REMOVE_LEAF = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
leaf, = db.execute("SELECT row FROM leaf WHERE length(body) > 32").fetchone()
db.execute("DELETE FROM leaf WHERE row = ?", [leaf])
for table in "entry", "private":
    db.execute(f"DELETE FROM {table} WHERE substr(body, 33, 1) = ?", [bytes([leaf])])
db.commit()
`;

function change(file: string, how: (bytes: Buffer) => void): void {
  const bytes = readFileSync(file);
  how(bytes);
  writeFileSync(file, bytes);
}

/** Puts the entries of an older copy over their newer versions. */
function replay(from: string, to: string): void {
  const old = readFileSync(from);
  change(to, (bytes) => {
    for (const source of entries(old))
      for (const target of entries(bytes)) {
        const length = old.readUInt32LE(source + 8);
        const isSame = old.compare(bytes, target + 32, target + 48, source + 32, source + 48) === 0;
        if (isSame && bytes.readUInt32LE(target + 8) === length) old.copy(bytes, target, source, source + length);
      }
  });
}

describe('a vault that is not as it was left', () => {
  let window: Window;
  let file: string;
  let copy: string;

  const elsewhere = (vault: string, ...words: string[]) => window.tessera(vault, PASSWORD, ...words);
  const add = (vault: string, issuer: string, secret: string) =>
    elsewhere(vault, 'add', `otpauth://totp/${issuer}:lena?secret=${secret}&issuer=${issuer}`, '--yes');
  const unlock = async () => {
    await window.unlock(PASSWORD);
    await window.find('[data-testid="search"]', 60);
  };
  const goTo = async (view: string) => {
    await window.press(view);
    await window.find(view === 'Codes' ? '[data-testid="search"]' : '#settings-health');
  };
  const inDialog = async (words: string) => {
    const button = By.xpath(`//*[@role='dialog']//footer//button[contains(normalize-space(.), '${words}')]`);
    await (await window.find(button)).click();
  };

  beforeAll(async () => {
    window = await Window.open({ desktop: true });
    file = window.vault;
    copy = join(window.home, 'copy.tessera');
    elsewhere(file, 'init', '--kdf-memory', '64');
    add(file, 'Alder', 'MFRGGZDFMZTWQ2LK');
    add(file, 'Birke', 'OBQXG43XN5ZGI4DB');
    await window.driver.navigate().refresh();
    await unlock();
    await window.lock();
  });
  afterAll(() => window?.close());

  beforeEach(() => copyFileSync(file, copy));
  afterEach(() => window.lock());

  it('of two versions that were changed apart, what is missing here is taken over', async () => {
    await unlock();
    await window.addByHand('Cedar', 'made here', 'MZXW6YTBOJXXA4DP');
    await window.lock();
    for (const secret of ['GEZDGNBVGY3TQOJQ', 'KRUGKIDROVUWG2ZA', 'ORSXG5DTMVRXEZLU'])
      add(copy, `Dune${secret[0]}`, secret);
    const ours = join(window.home, 'ours.tessera');
    renameSync(file, ours);
    renameSync(copy, file);

    await unlock();
    await window.see('There are two versions of this vault');
    expect(await window.text()).not.toContain('Cedar');
    await window.press('Look at it');
    await window.see('This is one of two versions of the vault');
    await window.press('Compare…');
    await window.fill('password', PASSWORD);
    await inDialog('Choose the copy');
    await window.chooseFile(ours);
    await window.see('4 differences', 60);
    await inDialog('Apply');
    await window.see('1 entry taken over');
    await window.press('Go on with this copy');
    await window.see('This copy counts as the newest now');
    await goTo('Codes');
    await window.see('Cedar');
    await window.see('DuneG');
    await window.lock();
    await unlock();
    await window.see('Cedar');
    expect(await window.text()).not.toContain('two versions');
  });

  it('an older copy that was put back is told, and can be gone on with', async () => {
    await unlock();
    await window.addByHand('Esker', 'added later', 'NBSWY3DPO5XXE3DE');
    await window.lock();
    renameSync(copy, file);
    await unlock();
    await window.see('This file is older than the one you used last');
    await window.press('Look at it');
    await window.see('This copy is not the newest that this computer saw');
    await window.press('Go on with this copy');
    await window.see('This copy counts as the newest now');
    await goTo('Codes');
    await window.see('Cedar');
    expect(await window.text()).not.toContain('This file is older');
  });

  it('a damaged record is shown, everything else works, and it can be let go', async () => {
    change(file, (bytes) => (bytes[entries(bytes)[0]! + 100]! ^= 1));
    await unlock();
    await window.see('One record could not be read as it was written');
    await eventually('one line for it', async () => {
      const lines = await window.driver.findElements(By.css('[data-testid="unreadable"]'));
      return lines.length === 1 && (await lines[0]!.getText()).includes('Its bytes were changed');
    });
    const readable = () => window.driver.findElements(By.css('[data-testid="entry"]'));
    expect(await readable()).toHaveLength(5);
    expect(await window.code()).toMatch(/^\d{6}$/);
    await (await window.find('[data-testid="unreadable"]')).click();
    await window.press('Check');
    await window.see('it cannot be decrypted', 60);
    await window.press('Let go');
    await inDialog('Let go');
    await window.see('Settled');
    await window.press('Check');
    await window.see('All is well', 60);
    await goTo('Codes');
    expect(await window.driver.findElements(By.css('[data-testid="unreadable"]'))).toHaveLength(0);
    expect(await window.text()).not.toContain('could not be read');
    expect(await readable()).toHaveLength(5);
  });

  it('an older version of a record that was put back is named, and can be taken', async () => {
    add(file, 'Fjord', 'NBSWY3DPEHPK3PXQ');
    copyFileSync(file, copy);
    elsewhere(file, 'edit', 'Fjord', '--account', 'renamed');
    replay(copy, file);
    await unlock();
    await window.see('It is an older version, put back in place of the newest');
    await (await window.find('[data-testid="unreadable"]')).click();
    await window.press('Take it as it is');
    await window.see('Settled');
    await goTo('Codes');
    await window.see('Fjord');
    expect(await window.text()).not.toContain('renamed');
    expect(await window.text()).not.toContain('put back');
  });

  it('a list of records that fails makes the vault read-only until it is accepted', async () => {
    change(file, (bytes) => bodies(bytes, 'TSRHEAD\x01').forEach((at) => (bytes[at + 40]! ^= 1)));
    await unlock();
    await window.see('The vault’s own list of records does not add up');
    await window.see('Fjord');
    expect(await window.code()).toMatch(/^\d{6}$/);
    await window.press('Look at it');
    await window.press('Accept what is there');
    await window.see('The vault can be written again');
    await window.press('Check');
    await window.see('All is well', 60);
    await goTo('Codes');
    expect(await window.text()).not.toContain('does not add up');
    await window.addByHand('Gneis', 'after it', 'ORSXG5DTMVRXEZLV');
    await window.see('Gneis');
  });

  it('a part of the list that fails is told, and accepted as it is', async () => {
    execFileSync(python, ['-c', REMOVE_LEAF, file]);
    await unlock();
    await window.see('A part of the vault’s own list of records does not add up');
    await window.press('Look at it');
    await window.press('Accept what is there');
    await window.see('The vault can be written again');
    await goTo('Codes');
    expect(await window.text()).not.toContain('does not add up');
  });

  it('a password that is protected less than today’s rule asks is protected better', async () => {
    rmSync(file);
    const weak = { password: PASSWORD, recovery: '00'.repeat(20), now: 1, entries: [], settings: {}, sealed: [] };
    const input = JSON.stringify({ ...weak, costs: [1024, 1, 1] });
    execFileSync(python, [join(reader, 'tessera_writer.py'), file], { input });
    await window.unlock(PASSWORD);
    await window.see('The password is protected less than today’s rule asks');
    await window.press('Settle it');
    await window.see('1 MiB');
    await window.press('Protect better');
    await window.fill('password', PASSWORD);
    await inDialog('Protect better');
    await window.see('The password is protected better now', 60);
    expect(await window.text()).not.toContain('1 MiB,');
    await window.lock();
    await unlock();
    expect(await window.text()).not.toContain('protected less');
  });
});
