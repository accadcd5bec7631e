import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../App.svelte';
import { app } from '../../state/app.svelte';
import { fresh, scene, violations } from '../../test/scene';

const user = userEvent.setup();
beforeEach(fresh);
afterEach(cleanup);

/** From a menu, by keys. */
async function choose(menu: HTMLElement, item: string) {
  menu.focus();
  await user.keyboard('{ArrowDown}');
  // Without a layout the menu never gets a place and stays hidden, by which its items have no names.
  (await screen.findByText(item)).closest<HTMLElement>('[role=menuitem]')!.focus();
  await user.keyboard('{Enter}');
}

async function section(named = false) {
  const fake = scene({ state: 'unlocked', named });
  render(App);
  await screen.findByTestId('search');
  app.openSettings('vaults');
  const region = await screen.findByRole('region', { name: 'Vaults' });
  await within(region).findByText('work.tessera');
  return { fake, region };
}

it('lists the vaults that were used here and says which is away', async () => {
  const { region } = await section();
  expect(within(region).getByText('In use')).toBeInTheDocument();
  expect(within(region).getByText('Not there')).toBeInTheDocument();
  expect(within(region).getAllByRole('button', { name: /^Switch to/ })).toHaveLength(1);
  expect(await violations()).toEqual([]);
});

it('switches by locking this one', async () => {
  const { region } = await section();
  await user.click(within(region).getByRole('button', { name: /^Switch to/ }));
  expect(await screen.findByRole('heading', { name: /Unlock work.tessera/ })).toBeInTheDocument();
});

it('offers no other vault where the environment names this one, and says why; entries still move', async () => {
  const { region } = await section(true);
  expect(within(region).getByText(/TESSERA_VAULT/)).toBeInTheDocument();
  expect(within(region).queryByRole('button', { name: /^(Switch to|Open another|Create another)/ })).toBeNull();
  expect(within(region).getByText('Not there')).toBeInTheDocument();
  await choose(within(region).getByRole('button', { name: 'More about work.tessera' }), 'Move entries…');
  expect(await screen.findByRole('dialog')).toBeInTheDocument();
});

it('offers no other vault before this one is open either', async () => {
  scene({ state: 'locked', named: true });
  const { unmount } = render(App);
  expect(await screen.findByText(/TESSERA_VAULT/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Another vault/ })).toBeNull();
  unmount();
  scene({ named: true });
  app.status = null;
  render(App);
  expect(await screen.findByText(/TESSERA_VAULT/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Change…|Open a vault file/ })).toBeNull();
  expect(screen.getByRole('button', { name: 'Restore from a backup…' })).toBeInTheDocument();
});

it('moves chosen entries with the password of the other vault', async () => {
  const { fake, region } = await section();
  const before = fake.rows.length;
  await choose(within(region).getByRole('button', { name: 'More about work.tessera' }), 'Move entries…');
  const dialog = await screen.findByRole('dialog');
  const boxes = within(dialog).getAllByRole('checkbox');
  await user.click(boxes[0]!);
  await user.click(boxes[1]!);
  await user.type(within(dialog).getByLabelText('Password of work.tessera'), 'nope');
  await user.click(within(dialog).getByRole('button', { name: /Move 2 entries/ }));
  expect(await within(dialog).findByText('That password does not open this vault')).toBeInTheDocument();
  expect(await violations()).toEqual([]);
  await user.clear(within(dialog).getByLabelText('Password of work.tessera'));
  await user.type(within(dialog).getByLabelText('Password of work.tessera'), fake.password);
  await user.click(within(dialog).getByRole('button', { name: /Move 2 entries/ }));
  await waitFor(() => expect(fake.rows.length).toBe(before - 2));
});
