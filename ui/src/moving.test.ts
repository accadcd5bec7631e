/** Importing, exporting and many entries at once, as a person meets them: the whole window against the fake. */
import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import type { FakeBackend } from './backend/fake';
import { app } from './state/app.svelte';
import { drops } from './state/drops.svelte';
import { vault } from './state/vault.svelte';
import { fresh, scene, violations } from './test/scene';

const user = userEvent.setup();
let fake: FakeBackend;

async function open(options: Parameters<typeof scene>[0] = {}) {
  fake = scene({ state: 'unlocked', ...options });
  render(App);
  await screen.findByTestId('search');
  await waitFor(() => expect(vault.loaded).toBe(true));
}

// jsdom has no layout: the lists draw what fits into a window of this height.
const height = Object.getOwnPropertyDescriptor(Element.prototype, 'clientHeight')!;
beforeAll(() => void Object.defineProperty(Element.prototype, 'clientHeight', { ...height, get: () => 1000 }));
afterAll(() => void Object.defineProperty(Element.prototype, 'clientHeight', height));

beforeEach(fresh);
afterEach(() => {
  cleanup();
  drops.exports = [];
  drops.paths = [];
});

const rows = () => screen.queryAllByTestId('import-row');
const names = (elements: HTMLElement[]) => elements.map((element) => element.querySelector('b')?.textContent?.trim());

describe('importing', () => {
  async function pick(...files: string[]) {
    await user.click(screen.getByRole('button', { name: 'Import and export' }));
    fake.moving.picked = files;
    await user.click(await screen.findByTestId('import-pick'));
  }

  it('lists what was found, imports what is chosen and takes it back', async () => {
    await open();
    const before = fake.rows.length;
    await pick('aegis-backup.json');
    await screen.findByText(/Aegis · 7 entries/);
    expect(rows()).toHaveLength(7);
    // Duplicates are not chosen at first.
    await screen.findByText(/5 chosen, 2 left out, 2 errors\. Nothing has been written yet/);
    expect(screen.getByText('Same secret as Hetzner · K0118-nordlicht in this vault')).toBeInTheDocument();
    expect(screen.getByText('Entry 9 (Old router: admin)')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.selectOptions(screen.getByLabelText('What becomes of Jira · lena.hofmann@nordlicht.example'), 'replace');
    await screen.findByText(/5 chosen, 1 in place of yours, 2 left out/);
    await user.click(screen.getByTestId('import'));
    const done = await screen.findByText('5 entries imported');
    expect(done.closest('.notice')).toHaveTextContent(/1 of yours was replaced.*2 were left out. 2 could not be read./);
    expect(fake.rows).toHaveLength(before + 4);
    expect(fake.trashed.some((row) => row.issuer === 'Jira')).toBe(true);
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId('import-undo'));
    await screen.findByText('The import was taken back');
    // What was taken back is no reason to delete the export.
    expect(screen.queryByText('The export still lies where it was')).toBeNull();
    expect(fake.rows).toHaveLength(before);
    expect(fake.rows.some((row) => row.issuer === 'Jira')).toBe(true);
  });

  it('can still be taken back after a look at the codes, until the vault is locked', async () => {
    await open();
    const before = fake.rows.length;
    await pick('aegis-backup.json');
    await user.click(await screen.findByTestId('import'));
    await user.click(await screen.findByRole('button', { name: 'Show them' }));
    await screen.findByTestId('search');
    await user.click(screen.getByRole('button', { name: 'Import and export' }));
    expect(await screen.findByText(/^5 entries were imported/)).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId('import-undo'));
    await waitFor(() => expect(screen.queryByTestId('import-undo')).toBeNull());
    expect(fake.rows).toHaveLength(before);
    await pick('aegis-backup.json');
    await user.click(await screen.findByTestId('import'));
    await screen.findByTestId('import-undo');
    app.open('codes');
    await screen.findByTestId('search');
    // As locking does.
    vault.clear();
    await vault.load();
    await user.click(screen.getByRole('button', { name: 'Import and export' }));
    await screen.findByTestId('import-pick');
    expect(screen.queryByTestId('import-undo')).toBeNull();
  });

  it('asks for the password of an encrypted file and says when it is wrong', async () => {
    await open();
    await pick('aegis-encrypted.json', 'second-encrypted.json');
    const fields = await screen.findAllByLabelText('Password of this Aegis file');
    expect(fields).toHaveLength(2);
    // Where typing helps.
    expect(fields[0]).toHaveFocus();
    expect(screen.getByText('Type the password of the file to see what is in it')).toBeInTheDocument();
    await user.type(fields[0]!, 'wrong{Enter}');
    await screen.findByText('That password does not open this file');
    expect(fields[0]).toHaveValue('wrong');
    expect(await violations()).toEqual([]);
    await user.clear(fields[0]!);
    await user.type(fields[0]!, `${fake.moving.filePassword}{Enter}`);
    // One password opens both.
    await waitFor(() => expect(rows()).toHaveLength(14));
    expect(screen.queryByLabelText('Password of this Aegis file')).toBeNull();
  });

  it('puts photographs of one transfer together and names the missing part', async () => {
    await open();
    await pick('IMG_2.jpg', 'IMG_1.jpg');
    await screen.findByText('QR code 3 of 3');
    expect(screen.getAllByTestId('import-file')).toHaveLength(1);
    fake.moving.picked = ['IMG_3.jpg'];
    await user.click(screen.getByRole('button', { name: 'More files…' }));
    await waitFor(() => expect(screen.queryByText('QR code 3 of 3')).toBeNull());
    expect(rows()).toHaveLength(3);
  });

  it('says why a file was not read, beside those that were', async () => {
    await open();
    await pick('letter.odt', 'aegis.json');
    await screen.findByText('No export that Tessera knows');
    await waitFor(() => expect(rows()).toHaveLength(7));
    await user.click(screen.getByRole('button', { name: 'Take letter.odt off the list' }));
    await waitFor(() => expect(screen.queryByText('No export that Tessera knows')).toBeNull());
  });

  it('takes dropped exports from any view, and leaves pictures to adding', async () => {
    await open();
    drops.exports = ['/home/lena/aegis.json'];
    app.open('import');
    await screen.findByText(/Aegis · 7 entries/);
  });

  it('shows each kind by itself and chooses only what is shown', async () => {
    await open();
    await pick('aegis.json');
    await user.click(await screen.findByRole('button', { name: /^Duplicates/ }));
    expect(names(rows())).toEqual(['Hetzner', 'Vodafone Kabel']);
    await user.click(screen.getByLabelText('All that are shown'));
    await screen.findByText(/7 chosen/);
    await user.click(screen.getByRole('button', { name: /^Errors/ }));
    expect(rows()).toHaveLength(0);
    expect(screen.getAllByTestId('import-problem')).toHaveLength(2);
  });

  it('draws only what is on screen of thousands, and a stopped import changes nothing', async () => {
    await open();
    const before = fake.rows.length;
    await pick('thousands.json');
    await screen.findByText(/2,000 chosen/);
    expect(rows().length).toBeLessThan(100);
    fake.slow = 200;
    await user.click(screen.getByTestId('import'));
    await screen.findByText('Importing 2,000 entries');
    expect(await violations()).toEqual([]);
    await user.keyboard('{Escape}');
    await screen.findByTestId('import');
    expect(fake.rows).toHaveLength(before);
  });

  it('forgets the list when it is left', async () => {
    await open();
    await pick('aegis.json');
    await screen.findByText(/Aegis · 7 entries/);
    await user.keyboard('{Escape}');
    await screen.findByTestId('import-pick');
    expect((await fake.moving.remove('none')).rows).toEqual([]);
    await user.keyboard('{Escape}');
    await screen.findByTestId('search');
  });
});

describe('exporting', () => {
  async function toExport() {
    await user.click(screen.getByRole('button', { name: 'Import and export' }));
    await user.click(await screen.findByTestId('to-export'));
    await screen.findAllByRole('radio');
  }
  const aegis = (group: RegExp) =>
    within(screen.getByRole('group', { name: group })).getByRole('radio', { name: 'Aegis' });

  it('begins with an encrypted form, asks for its password twice and for the vault’s', async () => {
    await open();
    await toExport();
    expect(aegis(/^Encrypted/)).toBeChecked();
    const button = await screen.findByTestId('export');
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(await violations()).toEqual([]);
    await user.type(screen.getByLabelText('Password of the new file'), 'grove lantern six');
    await user.type(document.querySelector('[name=new-password-again]')!, 'grove lantern six');
    await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
    await user.click(button);
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('Vault password'), 'wrong{Enter}');
    await within(dialog).findByText('That password does not open this vault');
    expect(fake.moving.written).toEqual([]);
    await user.clear(within(dialog).getByLabelText('Vault password'));
    await user.type(within(dialog).getByLabelText('Vault password'), `${fake.password}{Enter}`);
    expect(await screen.findByTestId('export-path')).toHaveTextContent('tessera-aegis-encrypted.json');
    expect(fake.moving.written).toHaveLength(1);
  });

  it('warns of a form in clear and lists what it cannot carry before anything is written', async () => {
    await open();
    await toExport();
    await user.click(screen.getByRole('radio', { name: /otpauth addresses/ }));
    await screen.findByText('This file will not be encrypted');
    const losses = await screen.findByTestId('losses');
    expect(losses).toHaveTextContent('1 entry is left out: it knows no steam');
    expect(losses).toHaveTextContent(/entries go without their group/);
    expect(screen.queryByLabelText('Password of the new file')).toBeNull();
    expect(await violations()).toEqual([]);
    await user.selectOptions(screen.getByLabelText('Which entries'), 'tag:on-call');
    await waitFor(() => expect(screen.getByTestId('export')).toHaveTextContent('Export 2 entries'));
  });

  it.each([
    ['PDF', /Pages with QR code and secret/],
    ['HTML', /one page that a browser shows/],
  ])(
    'offers the sheet to print as %s, which carries every entry and warns of lying around in clear',
    async (kind, about) => {
      await open();
      await toExport();
      const sheet = screen.getByRole('radio', { name: new RegExp(`\\(${kind}\\)`) });
      await user.click(sheet);
      await screen.findByText(about);
      await screen.findByText('This file will not be encrypted');
      await screen.findByText(/^All [\d,]+ entries are carried whole/);
      await user.click(screen.getByTestId('export'));
      const dialog = await screen.findByRole('dialog');
      await user.type(within(dialog).getByLabelText('Vault password'), `${fake.password}{Enter}`);
      expect(await screen.findByTestId('export-path')).toHaveTextContent(
        `tessera-sheet-${kind.toLowerCase()}.${kind.toLowerCase()}`,
      );
    },
  );

  it('deletes a file in clear once it did its work, unless it was changed since', async () => {
    await open();
    await toExport();
    await user.click(aegis(/^In clear/));
    await user.click(await screen.findByTestId('export'));
    await user.type(
      within(await screen.findByRole('dialog')).getByLabelText('Vault password'),
      `${fake.password}{Enter}`,
    );
    const remove = await screen.findByRole('button', { name: 'Delete the file' });
    expect(await violations()).toEqual([]);
    fake.moving.changed = true;
    await user.click(remove);
    await screen.findByText('The file is not the one that was written');
    expect(fake.moving.written).toHaveLength(1);
    fake.moving.changed = false;
    await user.click(remove);
    await screen.findByText('The file is deleted');
    expect(fake.moving.written).toEqual([]);
    expect(screen.queryByTestId('export-path')).toBeNull();
  });

  it('is left by Escape, and an encrypted file is kept', async () => {
    await open();
    await toExport();
    await user.type(screen.getByLabelText('Password of the new file'), 'grove lantern six');
    await user.type(document.querySelector('[name=new-password-again]')!, 'grove lantern six');
    await waitFor(() => expect(screen.getByTestId('export')).not.toHaveAttribute('aria-disabled'));
    await user.click(screen.getByTestId('export'));
    await user.type(
      within(await screen.findByRole('dialog')).getByLabelText('Vault password'),
      `${fake.password}{Enter}`,
    );
    await screen.findByTestId('export-path');
    expect(screen.queryByRole('button', { name: 'Delete the file' })).toBeNull();
    await user.keyboard('{Escape}');
    await screen.findByTestId('import-pick');
  });
});

describe('many entries at once', () => {
  const selected = () => screen.getAllByRole('option', { selected: true }).length;
  const lines = () => screen.getAllByTestId('entry');

  it('selects with the pointer, Shift and Ctrl, and does not copy meanwhile', async () => {
    await open({ count: 20 });
    await user.click(screen.getByTestId('select'));
    await user.click(lines()[1]!);
    await user.keyboard('{Shift>}');
    await user.click(lines()[4]!);
    await user.keyboard('{/Shift}');
    await screen.findByText('4 selected');
    expect(selected()).toBe(4);
    await user.click(lines()[2]!);
    await screen.findByText('3 selected');
    expect(fake.copied).toBeNull();
    expect(await violations()).toEqual([]);
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('bulk')).toBeNull();
  });

  it('selects with the keyboard alone', async () => {
    await open({ count: 20 });
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    await screen.findByText('3 selected');
    await user.keyboard('{Control>}a{/Control}');
    await screen.findByText('20 selected');
    await user.keyboard(' ');
    await screen.findByText('19 selected');
  });

  it('moves to a group, new or known', async () => {
    await open({ count: 20 });
    await user.keyboard('{Control>}a{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Move…' }));
    const dialog = await screen.findByRole('dialog');
    await user.selectOptions(within(dialog).getByLabelText('Group'), 'new');
    await user.type(within(dialog).getByLabelText('Name of the group'), 'Harbor{Enter}');
    await waitFor(() => expect(fake.rows.every((row) => row.group === 'Harbor')).toBe(true));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('gives and takes tags', async () => {
    await open({ count: 20 });
    await user.keyboard('{Control>}a{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Tags…' }));
    const dialog = await screen.findByRole('dialog');
    const onCall = within(dialog).getByLabelText<HTMLInputElement>('on-call');
    expect(onCall.indeterminate).toBe(true);
    expect(await violations()).toEqual([]);
    // From half to all, from all to none.
    await user.click(onCall);
    await user.click(onCall);
    await user.type(within(dialog).getByLabelText('New tags'), 'moved');
    await user.click(within(dialog).getByRole('button', { name: /Change tags/ }));
    await waitFor(() => expect(fake.rows.every((row) => row.tags.includes('moved'))).toBe(true));
    expect(fake.rows.some((row) => row.tags.includes('on-call'))).toBe(false);
  });

  it('moves to the trash, and gives back what the trash has', async () => {
    await open({ count: 20 });
    await user.keyboard('{Control>}a{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Move to trash' }));
    await screen.findByText('20 entries are in the trash');
    expect(fake.rows).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(fake.rows).toHaveLength(20));
  });

  it('shows which duplicate stays before it merges, and undoes it', async () => {
    await open({ count: 20 });
    const twin = { ...fake.rows[0]!, id: 'f'.repeat(32), uses: 0, favorite: false };
    fake.rows = [...fake.rows, twin];
    await vault.reload();
    await user.keyboard('{Control>}a{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Merge duplicates…' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('stays');
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: /Merge 1 set/ }));
    await screen.findByText('1 duplicate is in the trash');
    expect(fake.rows).toHaveLength(20);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(fake.rows).toHaveLength(21));
  });

  it('hands the selected entries to the export', async () => {
    await open({ count: 20 });
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
    await user.click(await screen.findByRole('button', { name: 'Export…' }));
    await waitFor(() => expect(screen.getByTestId('export')).toHaveTextContent('Export 2 entries'));
    expect(screen.getByLabelText('Which entries')).toHaveValue('selected');
  });
});
