import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from '../../App.svelte';
import type { FakeBackend } from '../../backend/fake';
import { app } from '../../state/app.svelte';
import { fresh, scene, violations } from '../../test/scene';
import { backups, folderName } from './backup.svelte';

const user = userEvent.setup();
const DAY = 86_400;

beforeEach(fresh);
afterEach(cleanup);

/** The window on the view of backups. */
async function opened(options: Parameters<typeof scene>[0] = {}): Promise<FakeBackend> {
  const fake = scene({ state: 'unlocked', ...options });
  render(App);
  await user.click(await screen.findByRole('button', { name: /^Backups/ }));
  await screen.findByRole('heading', { name: 'Backups', level: 1 });
  return fake;
}

const button = (name: RegExp | string) => screen.findByRole('button', { name });

/** From a menu, by keys. */
async function choose(menu: string, item: string) {
  (await button(menu)).focus();
  await user.keyboard('{ArrowDown}');
  // Without a layout the menu never gets a place and stays hidden, by which its items have no names.
  (await screen.findByText(item)).closest<HTMLElement>('[role=menuitem]')!.focus();
  await user.keyboard('{Enter}');
}

describe('places for backups', () => {
  it('says what is missing, adds one and makes the first backup at once', async () => {
    const fake = await opened();
    expect(await screen.findByRole('heading', { name: 'No backups yet' })).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.click(await button('Add a place…'));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('A folder is missing.')).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Choose…' }));
    expect(await within(dialog).findByDisplayValue('/media/lena/KEYRING')).toBeInTheDocument();
    await user.type(within(dialog).getByLabelText('Passphrase of the backups'), 'orchard violin seventeen');
    await user.type(within(dialog).getByLabelText('Passphrase again'), 'orchard violin seventeen');
    await user.type(within(dialog).getByLabelText('Vault password'), 'nope');
    await user.click(within(dialog).getByRole('button', { name: /Add and back up/ }));
    expect(await within(dialog).findByText('That password does not open this vault')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.clear(within(dialog).getByLabelText('Vault password'));
    await user.type(within(dialog).getByLabelText('Vault password'), fake.password);
    await user.click(within(dialog).getByRole('button', { name: /Add and back up/ }));
    expect(await screen.findByText('Proved')).toBeInTheDocument();
    expect(await screen.findByText('A restore would bring back all 33 entries')).toBeInTheDocument();
    expect(fake.backups.rows[0]).toMatchObject({ folder: '/media/lena/KEYRING', schedule: 'on_change', keep: 10 });
    expect(await violations()).toEqual([]);
  });

  it('asks for public keys when keys are to open it, and shows what is wrong with one', async () => {
    const fake = await opened();
    await user.click(await button('Add a place…'));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Choose…' }));
    await user.click(within(dialog).getByRole('radio', { name: 'Keys' }));
    await user.type(within(dialog).getByLabelText('Vault password'), fake.password);
    expect(within(dialog).getByText('A public key is missing.')).toBeInTheDocument();
    await user.type(within(dialog).getByLabelText('Public keys'), 'ssh-rsa');
    await user.click(within(dialog).getByRole('button', { name: /Add and back up/ }));
    expect(await within(dialog).findByText(/This is no age recipient/)).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });

  it('shows a place that fails as a card that can be tried again', async () => {
    const fake = await opened({ scene: 'backups' });
    expect(await screen.findByText('KEYRING: The folder for backups is not there')).toBeInTheDocument();
    expect(screen.getByText(/Tried .*; again by itself/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Backups, one place fails' })).toBeInTheDocument();
    expect(screen.getByText('Failed')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    fake.backups.broken.set('/media/lena/KEYRING', 'backup_no_room');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect((await screen.findAllByText('KEYRING: The drive for backups is full')).length).toBeGreaterThan(0);
    fake.backups.broken.clear();
    await user.click(screen.getAllByRole('button', { name: 'Try again' })[0]!);
    await waitFor(() => expect(screen.queryByText('Failed')).toBeNull());
  });

  it('stops backing up to a place and keeps what lies there', async () => {
    const fake = await opened({ scene: 'backups' });
    await choose('More about Backups', 'Stop backing up here…');
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/stays there/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Stop backing up here' }));
    await waitFor(() => expect(fake.backups.rows.map((row) => row.id)).toEqual(['b1', 'b3']));
  });

  it('is told beside the codes: what fails first, then the drill that is due', async () => {
    const fake = scene({ state: 'unlocked', scene: 'backups' });
    render(App);
    expect(await screen.findByText('Backing up to “KEYRING” fails')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await fake.backups.make('b3');
    expect(await screen.findByText('Restore drill is due')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Start the drill' }));
    expect(app.topic).toBe('drill:b1');
  });
});

describe('the drill', () => {
  it('asks for the passphrase and says what a restore would miss', async () => {
    const fake = await opened({ scene: 'backups' });
    expect(await screen.findByText(/The last one was 94 days ago/)).toBeInTheDocument();
    await user.click(await button('Start the drill'));
    expect(await violations()).toEqual([]);
    // Where typing helps, before and after a wrong one.
    const field = await screen.findByLabelText('The backup’s passphrase');
    expect(field).toHaveFocus();
    await user.keyboard('nope{Enter}');
    expect(await screen.findByText('That passphrase does not open the backup')).toBeInTheDocument();
    expect(field).toHaveFocus();
    await user.clear(screen.getByLabelText('The backup’s passphrase'));
    await user.type(screen.getByLabelText('The backup’s passphrase'), fake.backups.passphrase);
    await user.click(await button(/Open the backup/));
    expect(await screen.findByText('The backup opened, and you know its passphrase')).toBeInTheDocument();
    expect(screen.getByText('A restore would miss 1 entry')).toBeInTheDocument();
    expect(screen.getByText('1 entry would come back without its last change')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    expect(await button(/^Done/)).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(
      await screen.findByText(/A restore would have missed 1 entry. 1 would have come back without its last change/),
    ).toBeInTheDocument();
  });

  it('is left by Escape', async () => {
    await opened({ scene: 'backups' });
    await user.click(await button('Start the drill'));
    await screen.findByLabelText('The backup’s passphrase');
    await user.keyboard('{Escape}');
    expect(await screen.findByRole('heading', { name: 'Backups', level: 1 })).toBeInTheDocument();
  });

  it('says with keys that a key in hardware is not tried, and counts checking the file as no proof', async () => {
    await opened({ scene: 'backups' });
    await choose('More about Backups', 'Restore drill…');
    expect(await screen.findByText(/A key in hardware cannot be tried here/)).toBeInTheDocument();
    await user.click(await button('Check the file only'));
    expect(await screen.findByText('The file is whole. Whether you can open it was not tried')).toBeInTheDocument();
    expect(screen.getByText(/after a loss only your keys open it/)).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });

  it('can be put off', async () => {
    await opened({ scene: 'backups' });
    await user.click(await button('Next week'));
    await waitFor(() => expect(screen.queryByText('Restore drill is due')).toBeNull());
  });

  it('counts as a proof only when a person opened it, not so long ago', async () => {
    const fake = scene({ state: 'unlocked', scene: 'backups' });
    const now = Math.floor(fake.now() / 1000);
    await backups.load();
    expect(backups.isProved(now)).toBe(true);
    expect(backups.isProved(now + 200 * DAY)).toBe(false);
    backups.targets = backups.targets.map((target) => ({
      ...target,
      drill: target.drill && { ...target.drill, proof: 'own_key' as const },
    }));
    expect(backups.isProved(now)).toBe(false);
    await backups.load();
    backups.targets = backups.targets.map((target) => ({ ...target, drill_failed: now }));
    expect(backups.isProved(now)).toBe(false);
  });
});

describe('restoring', () => {
  it('shows added, changed and missing, takes what was chosen and says so', async () => {
    const fake = await opened({ scene: 'backups' });
    const before = fake.rows.length;
    await user.click(await button('Restore…'));
    expect(await violations()).toEqual([]);
    await user.click(await button('Choose a backup…'));
    await user.type(await screen.findByLabelText('The backup’s passphrase'), fake.backups.passphrase);
    await user.click(await button(/Open it/));
    expect(await screen.findByRole('heading', { name: '1 entry that the vault lacks' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: '1 entry that differs' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: '1 entry that the backup lacks' })).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    const [added, changed] = screen.getAllByRole('checkbox');
    expect(added).toBeChecked();
    expect(changed).not.toBeChecked();
    await user.click(changed!);
    await user.click(await button('Restore 2 entries'));
    expect(await screen.findByText(/1 added, 1 changed\./)).toBeInTheDocument();
    expect(fake.rows.length).toBe(before + 1);
  });

  it('begins from the newest copy of a place, and Escape leaves everything as it was', async () => {
    await opened({ scene: 'backups' });
    await user.click(await button('Restore…'));
    expect(await button('Choose a backup…')).toHaveFocus();
    await user.click(await button('Restore from KEYRING'));
    expect(await screen.findByLabelText('The backup’s passphrase')).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(await screen.findByRole('heading', { name: 'Backups', level: 1 })).toBeInTheDocument();
  });

  it('begins from a copy in a place', async () => {
    await opened({ scene: 'backups' });
    await choose('More about Tessera', 'Copies…');
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Restore…' }));
    expect(await screen.findByLabelText('The backup’s passphrase')).toBeInTheDocument();
  });

  it('makes a new vault of it in place of the open one', async () => {
    const fake = await opened({ scene: 'backups' });
    await user.click(await button('Restore…'));
    await user.click(await button('Choose a backup…'));
    await user.type(await screen.findByLabelText('The backup’s passphrase'), fake.backups.passphrase);
    await user.click(await button(/Open it/));
    await user.click(await screen.findByRole('radio', { name: 'A new vault' }));
    await user.type(screen.getByLabelText('New password'), 'quarry lantern ninety');
    await user.type(screen.getByLabelText('Password again'), 'quarry lantern ninety');
    expect(await violations()).toEqual([]);
    await user.click(await button('Choose a place and create it…'));
    expect(await screen.findByTestId('recovery-code')).toBeInTheDocument();
  });

  it('offers no new vault where the environment names this one, and says why', async () => {
    const fake = await opened({ scene: 'backups', named: true });
    await user.click(await button('Restore…'));
    await user.click(await button('Choose a backup…'));
    await user.type(await screen.findByLabelText('The backup’s passphrase'), fake.backups.passphrase);
    await user.click(await button(/Open it/));
    expect(await screen.findByText(/TESSERA_VAULT/)).toBeInTheDocument();
    expect(screen.queryByRole('radio', { name: 'A new vault' })).toBeNull();
    expect(await screen.findByRole('button', { name: 'Restore 1 entry' })).toBeInTheDocument();
  });

  it('makes a vault of a backup on the first run', async () => {
    const fake = scene({});
    render(App);
    await user.click(await button('Restore from a backup…'));
    expect(await violations()).toEqual([]);
    await user.click(await button('Choose a backup…'));
    await user.type(await screen.findByLabelText('The backup’s passphrase'), fake.backups.passphrase);
    await user.click(await button(/Open it/));
    expect(await screen.findByText(/It holds 31 entries/)).toBeInTheDocument();
    await user.type(screen.getByLabelText('Password'), 'quarry lantern ninety');
    await user.type(screen.getByLabelText('Password again'), 'quarry lantern ninety');
    await user.click(await button(/Create the vault/));
    expect(await screen.findByTestId('recovery-code')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });
});

it('knows a folder by its last part', () => {
  expect(folderName('/media/lena/KEYRING/')).toBe('KEYRING');
  expect(folderName('C:\\Users\\lena\\Backups')).toBe('Backups');
  expect(folderName('/')).toBe('/');
});
