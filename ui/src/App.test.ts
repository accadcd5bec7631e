import { backend } from '$backend';
import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { FakeBackend } from './backend/fake';
import { app } from './state/app.svelte';
import { vault } from './state/vault.svelte';
import { fresh, scene, violations } from './test/scene';

const user = userEvent.setup();

beforeEach(fresh);
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('first run', () => {
  it('leads from a password over the recovery code, asked back, to the empty list', async () => {
    const fake = scene({});
    render(App);
    await user.type(await screen.findByLabelText('Password'), 'quarry lantern ninety');
    await user.type(screen.getByLabelText('Password again'), 'quarry lantern ninety');
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: /Create vault/ }));
    const shown = await screen.findByTestId('recovery-code');
    expect(shown.textContent).toBe(fake.recovery.join(''));
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: /I have it on paper/ }));
    expect(document.body.textContent).not.toContain(fake.recovery[0]);

    const fields = await screen.findAllByLabelText(/^Group \d$/);
    expect(fields).toHaveLength(2);
    await user.type(fields[0]!, 'XXXXX');
    await user.click(screen.getByRole('button', { name: /Confirm/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent('differs');
    for (const field of fields) {
      const label = document.querySelector(`label[for="${field.id}"]`)!.textContent!;
      await user.clear(field);
      await user.type(field, fake.recovery[Number(label.replace('Group ', '')) - 1]!.toLowerCase());
    }
    await user.click(screen.getByRole('button', { name: /Confirm/ }));
    expect(await screen.findByText('No codes yet')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });
});

describe('a link that comes before the vault is open', () => {
  it('is told on the unlock view and reviewed after', async () => {
    const fake = scene({ state: 'locked' });
    render(App);
    const field = await screen.findByLabelText('Password');
    expect(screen.queryByText(/from a link/)).toBeNull();
    fake.openLink();
    expect(await screen.findByText('An entry from a link is waiting: unlock to review it.')).toBeInTheDocument();
    fake.openLink();
    expect(await screen.findByText('2 entries from links are waiting: unlock to review them.')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.type(field, 'quarry lantern ninety{Enter}');
    expect(await screen.findByRole('heading', { name: 'Look at it, then save' })).toBeInTheDocument();
    expect((await fake.status()).waiting_candidates).toBe(0);
  });
  it('is told on the first run too', async () => {
    scene({ scene: 'link' });
    render(App);
    expect(
      await screen.findByText('An entry from a link is waiting: create your vault to review it.'),
    ).toBeInTheDocument();
  });
});

describe('unlock', () => {
  it('counts a wrong password, keeps what was typed, then opens', async () => {
    scene({ state: 'locked' });
    render(App);
    const field = await screen.findByLabelText('Password');
    await user.type(field, 'nope{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('That password does not open this vault');
    expect(field).toHaveValue('nope');
    expect(await violations()).toEqual([]);
    await user.clear(field);
    await user.type(field, 'quarry lantern ninety{Enter}');
    expect(await screen.findByTestId('search')).toBeInTheDocument();
  });
  it('takes no try while one has to wait', async () => {
    const fake = scene({ state: 'locked', scene: 'delay' });
    const unlock = vi.spyOn(fake, 'unlock');
    render(App);
    await user.type(await screen.findByLabelText('Password'), 'quarry lantern ninety{Enter}');
    expect(screen.getByText('Try again in 0:47')).toBeInTheDocument();
    expect(unlock).not.toHaveBeenCalled();
  });
  it('with the recovery code demands a new password and a new code', async () => {
    const fake = scene({ state: 'locked' });
    render(App);
    await user.click(await screen.findByRole('button', { name: 'Use the recovery code' }));
    await user.type(screen.getByLabelText('Recovery code'), fake.recovery.join('-') + '{Enter}');
    await user.type(await screen.findByLabelText('New password'), 'another one entirely');
    await user.type(screen.getByLabelText('Password again'), 'another one entirely');
    await user.click(screen.getByRole('button', { name: /Set password/ }));
    expect(await screen.findByText('Your new recovery code')).toBeInTheDocument();
  });
});

describe('codes', () => {
  it('search as you type, arrows move, Enter copies, Escape clears', async () => {
    const fake = scene({ state: 'unlocked' });
    render(App);
    const search = await screen.findByTestId('search');
    await waitFor(() => expect(screen.getAllByTestId('entry').length).toBeGreaterThan(3));
    expect(await violations()).toEqual([]);
    await user.type(search, 'aws');
    await waitFor(() => expect(screen.getAllByTestId('entry')).toHaveLength(2));
    await user.keyboard('{ArrowDown}');
    const active = screen.getAllByTestId('entry')[1]!;
    expect(active).toHaveAttribute('aria-selected', 'true');
    expect(search).toHaveAttribute('aria-activedescendant', active.id);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(fake.copied).not.toBeNull());
    expect(screen.getByText('Copied AWS · cleared in 20 s')).toBeInTheDocument();
    await user.keyboard('{Escape}');
    expect(search).toHaveValue('');
  });
  it('hidden until asked: nothing of a code is in the page before', async () => {
    scene({ state: 'unlocked', scene: 'hidden' });
    render(App);
    const search = await screen.findByTestId('search');
    await user.type(search, 'hetzner');
    const line = await screen.findByTestId('entry');
    await waitFor(() => expect(within(line).getByTestId('code')).toHaveTextContent('hidden'));
    expect(within(line).getByTestId('code').textContent).toMatch(/^hidden[•\s]+$/);
    await user.clear(search);
    await user.keyboard(' ');
    await waitFor(() => expect(screen.getAllByTestId('code')[0]).toHaveTextContent(/\d \d \d/));
  });
  it('draws a small part of 10,000 entries', async () => {
    scene({ state: 'unlocked', count: 10_000 });
    render(App);
    await screen.findByPlaceholderText('Search 10,000 entries');
    await waitFor(() => expect(screen.getAllByTestId('entry').length).toBeGreaterThan(3));
    expect(screen.getAllByTestId('entry').length).toBeLessThan(60);
  });
  it('a code that needs its PIN asks for it, and a wrong one is kept', async () => {
    const fake = scene({ state: 'unlocked' });
    render(App);
    await user.type(await screen.findByTestId('search'), 'vpn leit{Enter}');
    const pin = await screen.findByLabelText('PIN');
    await user.type(pin, '12{Enter}');
    expect(await screen.findByText('That cannot be the PIN')).toBeInTheDocument();
    expect(pin).toHaveValue('12');
    await user.type(pin, '34{Enter}');
    await waitFor(() => expect(fake.copied).not.toBeNull());
    expect(screen.queryByLabelText('PIN')).toBeNull();
  });
  it('a counter’s code is made once and copied again without using up another', async () => {
    const fake = scene({ state: 'unlocked' });
    const advance = vi.spyOn(fake, 'advanceHotp');
    (backend as unknown as Record<string, unknown>).advanceHotp = (id: string) => fake.advanceHotp(id);
    render(App);
    await user.type(await screen.findByTestId('search'), 'vodafone{Enter}');
    await screen.findByText('#43');
    await user.keyboard('{Enter}');
    expect(advance).toHaveBeenCalledTimes(1);
  });
  it('can be edited; the trash gives back what was moved there', async () => {
    scene({ state: 'unlocked' });
    render(App);
    await user.type(await screen.findByTestId('search'), 'hetzner');
    await user.keyboard('{Control>}e{/Control}');
    const panel = await screen.findByTestId('details');
    expect(await violations()).toEqual([]);
    await user.click(await within(panel).findByRole('button', { name: /Edit/ }));
    const account = await within(panel).findByLabelText('Account');
    await user.clear(account);
    await user.type(account, 'K9999');
    await user.click(within(panel).getByRole('button', { name: /Save/ }));
    await waitFor(() => expect(vault.entries.find((row) => row.issuer === 'Hetzner')?.account).toBe('K9999'));

    await user.click(await within(panel).findByRole('button', { name: 'Move to trash' }));
    await waitFor(() => expect(vault.entries.some((row) => row.issuer === 'Hetzner')).toBe(false));
    await user.click(screen.getByRole('button', { name: 'Trash' }));
    await user.click(await screen.findByRole('button', { name: 'Restore Hetzner' }));
    await waitFor(() => expect(vault.entries.some((row) => row.issuer === 'Hetzner')).toBe(true));
    expect(await violations()).toEqual([]);
  });
  it('an entry gets a picture, shown in the list too, and loses it again', async () => {
    scene({ state: 'unlocked' });
    render(App);
    await user.type(await screen.findByTestId('search'), 'hetzner');
    await user.keyboard('{Control>}e{/Control}');
    const panel = await screen.findByTestId('details');
    await user.click(within(panel).getByRole('button', { name: 'Choose…' }));
    await waitFor(() =>
      expect(panel.querySelector('img.tile')).toHaveAttribute('src', expect.stringMatching(/^data:/)),
    );
    expect(screen.getByTestId('entry').querySelector('img.tile')).not.toBeNull();
    expect(await violations()).toEqual([]);
    await user.click(within(panel).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(document.querySelector('img.tile')).toBeNull());
    expect(within(panel).getByRole('button', { name: 'Choose…' })).toHaveFocus();
  });
  it('a PIN is kept with its entry, changed, and asked for each time again', async () => {
    const fake = scene({ state: 'unlocked' });
    const update = vi.fn((...args: Parameters<FakeBackend['updateEntry']>) => fake.updateEntry(...args));
    (backend as unknown as Record<string, unknown>).updateEntry = update;
    render(App);
    await user.type(await screen.findByTestId('search'), 'vpn leit');
    await user.keyboard('{Control>}e{/Control}');
    const panel = await screen.findByTestId('details');
    const edit = async () => user.click(await within(panel).findByRole('button', { name: /Edit/ }));
    const save = () => user.click(within(panel).getByRole('button', { name: /Save/ }));
    const keep = () => within(panel).findByRole('checkbox', { name: /Keep the PIN/ });
    await edit();
    expect(await keep()).not.toBeChecked();
    await user.click(await keep());
    await save();
    expect(await screen.findByRole('alert')).toHaveTextContent('Type the PIN that is to be kept');
    expect(update).not.toHaveBeenCalled();
    await user.type(within(panel).getByLabelText('PIN'), '4711');
    expect(await violations()).toEqual([]);
    await save();
    await edit();
    expect(update).toHaveBeenLastCalledWith(expect.anything(), expect.anything(), '4711');
    expect(await keep()).toBeChecked();
    expect(within(panel).getByLabelText('New PIN')).toHaveValue('');
    await save();
    await edit();
    expect(update).toHaveBeenLastCalledWith(expect.anything(), expect.anything(), undefined);
    await user.click(await keep());
    await save();
    await waitFor(() => expect(update).toHaveBeenLastCalledWith(expect.anything(), expect.anything(), null));
  });
  it('Alt and an arrow move an entry in one’s own order', async () => {
    scene({ state: 'unlocked', scene: 'own' });
    render(App);
    await screen.findByTestId('search');
    await waitFor(() => expect(screen.getAllByTestId('entry').length).toBeGreaterThan(3));
    const order = () => screen.getAllByTestId('entry').map((line) => line.id);
    // The first line is a favorite; the two after it change places.
    const [favorite, first, second] = order();
    await user.keyboard('{ArrowDown}{Alt>}{ArrowDown}{/Alt}');
    await waitFor(() => expect(order().slice(0, 3)).toEqual([favorite, second, first]));
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    await waitFor(() => expect(order().slice(0, 3)).toEqual([favorite, first, second]));
  });
});

describe('adding', () => {
  it('by hand: a slip is named, then the entry is reviewed and saved', async () => {
    scene({ state: 'unlocked', scene: 'empty' });
    render(App);
    await screen.findByText('No codes yet');
    await user.click(screen.getByRole('button', { name: /Type it/ }));
    await user.type(await screen.findByLabelText('Issuer'), 'Example');
    await user.type(screen.getByLabelText('Account'), 'me');
    const secret = screen.getByLabelText('Secret');
    await user.type(secret, 'MZXW 0YTB');
    expect(screen.getByRole('alert')).toHaveTextContent('“0” at place 5');
    await user.click(screen.getByRole('button', { name: 'Use the letter O' }));
    expect(secret).toHaveValue('MZXW OYTB');
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('button', { name: /Look at it and save/ }));
    expect(await screen.findByText('Look at it, then save')).toBeInTheDocument();
    expect(document.body.innerHTML).not.toContain('MZXW');
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId('save'));
    await waitFor(() => expect(vault.entries.map((row) => row.issuer)).toEqual(['Example']));
    expect(await screen.findByTestId('search')).toBeInTheDocument();
  });
  it('a secret that is already here is left out unless a person wants it', async () => {
    scene({ state: 'unlocked' });
    render(App);
    await user.keyboard('{Control>}n{/Control}');
    await user.click(await screen.findByRole('tab', { name: /By hand/ }));
    await user.type(screen.getByLabelText('Issuer'), 'Twin');
    await user.type(screen.getByLabelText('Secret'), 'JBSWY3DPEHPK3PXP{Enter}');
    expect(await screen.findByText('You already have an entry with this very secret')).toBeInTheDocument();
    expect(screen.queryByTestId('save')).toBeNull();
    await user.click(screen.getByLabelText('Save it all the same'));
    expect(screen.getByTestId('save')).toBeInTheDocument();
  });
  it('pictures: what was read and what was not, each with its reason', async () => {
    scene({ state: 'unlocked' });
    render(App);
    await user.keyboard('{Control>}n{/Control}');
    await user.click(await screen.findByRole('tab', { name: /Image file/ }));
    await user.click(screen.getByRole('button', { name: /Choose files/ }));
    const results = await screen.findByRole('list', { name: 'What was found' });
    expect(within(results).getAllByRole('listitem')).toHaveLength(3);
    expect(results).toHaveTextContent('https://nordlicht.example/');
    expect(results).toHaveTextContent('SVG pictures can hold programs');
    expect(await violations()).toEqual([]);
  });
  it('the next camera picture is asked for when the one before is drawn', async () => {
    scene({ state: 'unlocked' });
    // jsdom neither makes object URLs nor loads pictures.
    Object.assign(URL, { createObjectURL: () => 'blob:frame', revokeObjectURL: () => {} });
    let frame!: (jpeg: ArrayBuffer) => Promise<void>;
    (backend as unknown as Record<string, unknown>).cameraStart = async (
      _index: number,
      _onEvent: unknown,
      onFrame: typeof frame,
    ) => void (frame = onFrame);
    render(App);
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(frame).toBeDefined());
    let shown = 0;
    const show = () => void frame(new ArrayBuffer(3)).then(() => shown++);
    show();
    const picture = await screen.findByTestId('preview');
    expect(shown).toBe(0);
    picture.dispatchEvent(new Event('load'));
    await waitFor(() => expect(shown).toBe(1));
    // A picture that is no picture, and one that the view was left with, keep nothing waiting.
    show();
    picture.dispatchEvent(new Event('error'));
    await waitFor(() => expect(shown).toBe(2));
    show();
    await user.click(screen.getByRole('tab', { name: /By hand/ }));
    await waitFor(() => expect(shown).toBe(3));
  });
  it('the parts of a transfer are collected in any order, and what is missing is named', async () => {
    const fake = scene({ state: 'unlocked' });
    fake.parts = [2, 0, 3, 1];
    render(App);
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(fake.cameraStarted).toBe(true));
    fake.showCode();
    expect(await screen.findByText('QR codes 1, 3 of 3 are missing')).toBeInTheDocument();
    expect(screen.getByText('2 codes found')).toBeInTheDocument();
    // Enter goes on only with all of them; without them, a person says so.
    await user.keyboard('{Enter}');
    expect(screen.queryByText('Look at it, then save')).toBeNull();
    expect(await violations()).toEqual([]);
    fake.showCode();
    expect(await screen.findByText('A QR code of another transfer')).toBeInTheDocument();
    expect(screen.getByText('2 codes found')).toBeInTheDocument();
    fake.showCode();
    expect(await screen.findByText('QR code 1 of 3 is missing')).toBeInTheDocument();
    expect(screen.queryByText('A QR code of another transfer')).toBeNull();
    fake.showCode();
    expect(await screen.findByText('All 3 QR codes were read')).toBeInTheDocument();
    expect(screen.getByText('6 codes found')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^Look at it and save/ }));
    expect(await screen.findAllByTestId('review-item')).toHaveLength(6);
    expect(screen.queryByText(/missing/)).toBeNull();
  });
  it('a transfer begun anew starts over, and what is reviewed early names what it lacks', async () => {
    const fake = scene({ state: 'unlocked' });
    fake.parts = [1, 0, 2];
    render(App);
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(fake.cameraStarted).toBe(true));
    fake.showCode();
    await screen.findByText('QR codes 2, 3 of 3 are missing');
    fake.showCode();
    await user.click(await screen.findByRole('button', { name: 'Start over' }));
    await waitFor(() => expect(screen.queryByText(/missing/)).toBeNull());
    fake.showCode();
    await screen.findByText('QR codes 1, 3 of 3 are missing');
    await user.click(screen.getByRole('button', { name: 'Review without them' }));
    expect(await screen.findAllByTestId('review-item')).toHaveLength(2);
    expect(screen.getByText('QR codes 1, 3 of 3 are missing')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });
  it('a busy camera says so and offers other ways', async () => {
    scene({ state: 'unlocked', scene: 'camera-busy' });
    render(App);
    await user.keyboard('{Control>}n{/Control}');
    expect(await screen.findByText('The camera is in use by another program')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Read it from the screen' }));
    expect(await screen.findByText('Is the QR code on your screen?')).toBeInTheDocument();
  });
});

describe('settings', () => {
  it('are labeled, and a refused change springs back', async () => {
    const fake = scene({ state: 'unlocked' });
    render(App);
    await user.click(await screen.findByRole('button', { name: 'Settings' }));
    const hide = await screen.findByRole('switch', { name: 'Hide codes until asked' });
    expect(await violations()).toEqual([]);
    await user.click(hide);
    await waitFor(() => expect(vault.settings?.hide_codes).toBe(true));
    (backend as unknown as Record<string, unknown>).setSettings = () =>
      Promise.reject({ code: 'read_only', message: '' });
    await user.click(hide);
    expect(await screen.findByText('The vault can only be read here')).toBeInTheDocument();
    await waitFor(() => expect(hide).toBeChecked());
    expect((await fake.settings()).hide_codes).toBe(true);
  });
  it('the ways in are named with their age; the recovery code can be removed, the password cannot', async () => {
    const fake = scene({ state: 'unlocked' });
    const remove = vi.fn((...args: Parameters<FakeBackend['removeSlot']>) => fake.removeSlot(...args));
    (backend as unknown as Record<string, unknown>).removeSlot = remove;
    render(App);
    await user.click(await screen.findByRole('button', { name: 'Settings' }));
    const section = await screen.findByRole('region', { name: 'Password and recovery' });
    await within(section).findByText(/^Set on \d+ \w+\. It can be changed, not removed/);
    expect(within(section).getByText(/^Made on/)).toBeInTheDocument();
    await user.click(within(section).getByRole('button', { name: 'Remove…' }));
    expect(await screen.findByRole('dialog')).toHaveTextContent('the password is the only way in');
    expect(screen.getByRole('checkbox', { name: /Encrypt everything anew/ })).toBeChecked();
    expect(await violations()).toEqual([]);
    await user.type(screen.getByLabelText('Vault password'), 'quarry lantern ninety');
    await user.click(screen.getByRole('button', { name: /Remove the code/ }));
    await within(section).findByText(/^There is none/, { exact: false });
    expect(remove).toHaveBeenCalledWith('2', 'quarry lantern ninety', true);
    expect(within(section).getByText(/The only way into this vault/)).toBeInTheDocument();
    expect(within(section).queryByRole('button', { name: 'Remove…' })).toBeNull();
    expect(within(section).getByRole('button', { name: 'Make one…' })).toBeInTheDocument();
  });
  it('a change of password re-keys by default and asks the new code back', async () => {
    scene({ state: 'unlocked' });
    render(App);
    await user.click(await screen.findByRole('button', { name: 'Settings' }));
    await user.click(await screen.findByRole('button', { name: 'Change…' }));
    expect(await screen.findByRole('checkbox', { name: /Encrypt everything anew/ })).toBeChecked();
    expect(await violations()).toEqual([]);
    await user.type(screen.getByLabelText('Present password'), 'quarry lantern ninety');
    await user.type(screen.getByLabelText('New password'), 'something else again');
    await user.type(screen.getByLabelText('Password again'), 'something else again');
    await user.click(screen.getByRole('button', { name: /Change password/ }));
    expect(await screen.findByText('Your new recovery code')).toBeInTheDocument();
  });
  it('the audit log shows at once what was done beside it', async () => {
    scene({ state: 'unlocked' });
    render(App);
    await user.click(await screen.findByRole('button', { name: 'Settings' }));
    const log = await screen.findByRole('list', { name: 'Audit log' });
    await within(log).findByText('Vault created');
    await user.click(await screen.findByRole('switch', { name: 'Hide codes until asked' }));
    expect(await within(log).findByText('Settings changed')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Change…' }));
    await user.click(await screen.findByRole('checkbox', { name: /Encrypt everything anew/ }));
    await user.type(screen.getByLabelText('Present password'), 'quarry lantern ninety');
    await user.type(screen.getByLabelText('New password'), 'something else again');
    await user.type(screen.getByLabelText('Password again'), 'something else again');
    await user.click(screen.getByRole('button', { name: /Change password/ }));
    expect(await within(log).findByText('Password changed')).toBeInTheDocument();
  });
  it('mark the section that was asked for, until a person scrolls', async () => {
    const shown: string[] = [];
    vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(function (this: Element) {
      shown.push(this.id);
    });
    scene({ state: 'unlocked' });
    app.openSettings('health');
    render(App);
    const nav = await screen.findByRole('navigation', { name: 'Settings' });
    const marked = () => nav.querySelector('[aria-current]')?.textContent;
    await waitFor(() => expect(shown).toContain('settings-health'));
    await screen.findByRole('switch', { name: 'Hide codes until asked' });
    // jsdom has no layout: one section a screen of 500, in a page as long as all of them
    const scroller = nav.closest<HTMLElement>('.body')!;
    Object.defineProperties(scroller, { scrollHeight: { value: 4000 }, clientHeight: { value: 500 } });
    for (const [n, section] of [...document.querySelectorAll('section[id^=settings-]')].entries())
      section.getBoundingClientRect = () => ({ top: n * 500 - scroller.scrollTop }) as DOMRect;
    scroller.dispatchEvent(new Event('scroll'));
    await tick();
    expect(marked()).toBe('Health');
    const scrollTo = (top: number) => {
      scroller.scrollTop = top;
      scroller.dispatchEvent(new Event('scroll'));
    };
    scrollTo(2000);
    await waitFor(() => expect(marked()).toBe('Password and recovery'));
    scrollTo(3500);
    await waitFor(() => expect(marked()).toBe('About'));
    // asked for while the view is already there
    app.openSettings('audit');
    await waitFor(() => expect(shown.at(-1)).toBe('settings-audit'));
    expect(marked()).toBe('Audit log');
  });
});

it('warnings of an older file are said with what to do', async () => {
  scene({ state: 'unlocked', scene: 'rolled-back' });
  render(App);
  expect(await screen.findByText('This file is older than the one you used last')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Look at it' }));
  expect(await screen.findByText('This copy is not the newest that this computer saw')).toBeInTheDocument();
});

it('a lock empties the page', async () => {
  scene({ state: 'unlocked' });
  render(App);
  await screen.findByTestId('search');
  await user.keyboard('{Control>}l{/Control}');
  expect(await screen.findByRole('heading', { name: 'Unlock vault.tessera' })).toBeInTheDocument();
  expect(vault.entries).toEqual([]);
});
