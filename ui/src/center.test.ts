import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { MFA, SENT } from './backend/fake/center';
import { identity } from './features/identity/identity.svelte';
import { signedIn } from './features/sign-in/sign-in.svelte';
import UnbindDevice from './features/mfa/UnbindDevice.svelte';
import { app, type View } from './state/app.svelte';
import { fresh, scene, violations } from './test/scene';

const user = userEvent.setup();
const NAME = 'lena.hofmann@nordlicht.example';
const PASSWORD = 'harbor crane at dawn';
const WHO = { center: 'center-1', account: 1_028_471_906 };

beforeEach(fresh);
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The window, open, at a view; the center played as `at` says. */
async function at(center: 'known' | 'in' | 'trial' | '', view: View, topic: string | null = null) {
  const fake = scene({ state: 'unlocked', center });
  render(App);
  await screen.findByTestId('search');
  app.open(view, topic);
  return fake;
}
const heading = (name: string | RegExp) => screen.findByRole('heading', { name });
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const type = async (label: string | RegExp, text: string) => user.type(await screen.findByLabelText(label), text);

async function signIn(password = PASSWORD) {
  await type('Account e-mail, phone or account ID', NAME);
  await type('Account password', `${password}{Enter}`);
}
/** The identity check, answered by the vault with one click. */
async function prove() {
  const dialog = await screen.findByRole('dialog', { name: 'Is it you?' });
  await user.click(await within(dialog).findByRole('button', { name: 'Use its code' }));
  await waitFor(() => expect(screen.queryByRole('dialog', { name: 'Is it you?' })).toBeNull());
}

describe('connecting', () => {
  it('a link is taken apart, a foreign root key is refused, and what was typed stays', async () => {
    const fake = await at('', 'connect');
    expect(await heading('No center yet')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.click(await button('Connect a center'));
    const address = await screen.findByLabelText('Address or link');
    await user.click(address);
    await user.paste('tessera-center://accounts.haiyun.example?root=0000-1D0A');
    await waitFor(() => expect(address).toHaveValue('https://accounts.haiyun.example'));
    expect(screen.getByLabelText('Fingerprint of the staff root key')).toHaveValue('0000-1D0A');
    await user.click(await button(/^Connect/));
    expect(await screen.findByRole('alert')).toHaveTextContent('not the one you were given');
    expect(address).toHaveValue('https://accounts.haiyun.example');
    expect(await violations()).toEqual([]);
    // Typed by hand, it is taken apart once it stands there as a whole.
    await user.clear(address);
    await user.type(address, 'tessera-center://accounts.haiyun.example?root=0000-1D0B');
    expect(address).toHaveValue('tessera-center://accounts.haiyun.example?root=0000-1D0B');
    await user.tab();
    await waitFor(() => expect(address).toHaveValue('https://accounts.haiyun.example'));
    expect(screen.getByLabelText('Fingerprint of the staff root key')).toHaveValue('0000-1D0B');
    const fingerprint = screen.getByLabelText('Fingerprint of the staff root key');
    await user.clear(fingerprint);
    await user.type(
      fingerprint,
      fake.center.rows[0]?.root_fingerprint ?? '3F8C-1D0A 77B2-04EE 9C51-2A6D 40F3-8B19{Enter}',
    );
    expect(await heading('Sign in')).toBeInTheDocument();
    expect(fake.center.rows).toHaveLength(1);
  });
  it('a look that finds no QR code of a center says so, and nothing was taken', async () => {
    const fake = await at('', 'connect', 'add');
    const read = vi.spyOn(fake.center, 'readCenterQr');
    for (const [way, source] of [
      ['From the screen', 'screen'],
      ['From the clipboard', 'clipboard'],
      ['From a picture…', 'file'],
    ] as const) {
      await user.click(await button(way));
      expect(read).toHaveBeenLastCalledWith(source);
      expect(await screen.findByText('No QR code of a center was found there.')).toBeInTheDocument();
    }
    // It is no good news about the address.
    expect(screen.getByLabelText('Address or link')).not.toHaveAccessibleDescription(/No QR code/);
    read.mockResolvedValue({ address: 'https://accounts.haiyun.example', root_fingerprint: '3F8C', ca: null });
    await user.click(await button('From the screen'));
    await waitFor(() =>
      expect(screen.getByLabelText('Address or link')).toHaveValue('https://accounts.haiyun.example'),
    );
    expect(screen.queryByText('No QR code of a center was found there.')).toBeNull();
    // Who leaves the choice of a picture is told nothing.
    read.mockRejectedValue({ code: 'center_cancelled', message: '' });
    await user.click(await button('From a picture…'));
    expect(screen.queryByText('No QR code of a center was found there.')).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(await violations()).toEqual([]);
  });
  it('the numbers of a center’s rules are its own: those of the trial are minutes', async () => {
    await at('', 'connect');
    await user.click(await button('Start the trial center'));
    await heading('Sign in');
    app.open('help', 'lost-phone');
    expect(await screen.findByText(/old addresses can object for up to 5 minutes/)).toBeInTheDocument();
    app.open('tickets', 'guide:mfa');
    for (const [question, answer] of [
      ['Is another MFA device or a recovery code at hand?', 'No'],
      ['Whose account is it?', 'A person’s'],
      ['Was its identity verified at this center?', 'Yes'],
      ['Do messages still reach its secure phone or security e-mail?', 'Yes'],
      ['Can you sign in to another account of yours?', 'No'],
    ] as const) {
      const group = await screen.findByRole('group', { name: new RegExp(question.replace('?', '\\?')) });
      await user.click(within(group).getByLabelText(answer));
    }
    expect(await screen.findByText('1 minute on hold')).toBeInTheDocument();
    expect(screen.getByText(/Instead of 5 minutes, because an old address still answers/)).toBeInTheDocument();
  });
  it('the trial shows the newest message beside the step that waits for its code, also of two within a second', async () => {
    const fake = await at('', 'connect');
    await user.click(await button('Start the trial center'));
    await user.click(await button('Register'));
    await user.type(await screen.findByLabelText('E-mail address'), 'new@example.com{Enter}');
    const newest = await screen.findByTestId('demo-newest');
    fake.center.send('new@example.com', 'A notice', 'Somebody signed in.');
    fake.center.send('new@example.com', 'Your code', 'It is 482913.');
    expect(new Set(fake.center.messages.slice(0, 2).map((one) => one.sent_at)).size).toBe(1);
    await waitFor(() => expect(newest).toHaveTextContent('It is 482913.'));
  });
  it('the trial is marked on every view, fills in its people, and its messages arrive in the inbox', async () => {
    const fake = await at('', 'connect');
    await user.click(await button('Start the trial center'));
    await user.click(await button('As Alice Example'));
    await user.click(await button(/^Sign in Enter/));
    expect(await heading('Alice Example')).toBeInTheDocument();
    expect(screen.getByText(/Trial center: nobody here is real/)).toBeInTheDocument();
    fake.center.send('alice@example.com', 'Your code: 482913', 'Look: http://127.0.0.1:41877/undo/x', [
      'http://127.0.0.1:41877/undo/x',
    ]);
    await user.click(await button('Demo inbox, 1 unread'));
    await user.click(await button(/Your code: 482913/));
    const opened = vi.spyOn(fake.center, 'openInboxLink');
    await user.click(await button('http://127.0.0.1:41877/undo/x'));
    expect(opened).toHaveBeenCalledWith(fake.center.messages[0]!.id, 'http://127.0.0.1:41877/undo/x');
    expect(fake.center.messages[0]!.read).toBe(true);
    expect(await violations()).toEqual([]);
  });
});

describe('signing in', () => {
  it('asks for the second step, which the vault takes with one click and never by itself', async () => {
    const fake = await at('in', 'codes');
    fake.center.endSessionHere(WHO);
    await screen.findByText('Signed out');
    app.open('sign-in');
    const password = await screen.findByLabelText('Account password');
    // The name of the last time stands there.
    await waitFor(() => expect(screen.getByLabelText('Account e-mail, phone or account ID')).toHaveValue(NAME));
    await user.type(password, `${PASSWORD}{Enter}`);
    expect(await heading('One more step')).toBeInTheDocument();
    expect(fake.center.asked).not.toContain('secondStep');
    expect(await violations()).toEqual([]);
    await user.click(await button('Use its code'));
    expect(await heading('Lena Hofmann')).toBeInTheDocument();
    expect(fake.center.asked.filter((one) => one === 'secondStep')).toHaveLength(1);
  });
  it('wants a code after three wrong passwords and keeps what was typed; ten lock, with the time and why', async () => {
    const fake = await at('known', 'sign-in');
    await signIn('wrong');
    expect(await screen.findByRole('alert')).toHaveTextContent('Name or password is wrong');
    const send = () => button(/^Sign in Enter/);
    await user.click(await send());
    await waitFor(() => expect(fake.center.people.get('center-1')![0]!.wrong).toBe(2));
    await user.click(await send());
    await waitFor(() => expect(fake.center.people.get('center-1')![0]!.wrong).toBe(3));
    await user.click(await send());
    const code = await screen.findByLabelText('Code from the message');
    expect(fake.center.messages).toHaveLength(1);
    expect(await button(/Again in/)).toBeInTheDocument();
    expect(screen.getByLabelText('Account password')).toHaveValue('wrong');
    expect(await violations()).toEqual([]);
    await user.type(code, '111 111{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('That is not the code');
    expect(fake.center.people.get('center-1')![0]!.wrong).toBe(3);
    fake.center.people.get('center-1')![0]!.wrong = 9;
    await user.clear(code);
    await user.type(code, `${SENT}{Enter}`);
    expect(await heading(/^Locked until/)).toBeInTheDocument();
    expect(screen.getByText(/right or wrong, no password is tried/)).toBeInTheDocument();
    expect(screen.getByRole('timer')).toHaveTextContent(/^2[34]:\d\d:\d\d$/);
    expect(screen.getByRole('heading', { name: 'Contact us' })).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });
  it('names nothing for a name that nobody has', async () => {
    await at('known', 'sign-in');
    await type('Account e-mail, phone or account ID', 'nobody@example.com');
    await type('Account password', 'x{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Name or password is wrong');
  });
  it('two clicks are one request', async () => {
    const fake = await at('known', 'sign-in');
    fake.slow = 40;
    await type('Account e-mail, phone or account ID', NAME);
    await type('Account password', PASSWORD);
    const send = await button(/^Sign in Enter/);
    await Promise.all([user.click(send), user.click(send)]);
    expect(await heading('One more step')).toBeInTheDocument();
    expect(fake.center.asked.filter((one) => one === 'signIn')).toHaveLength(1);
  });
  it('says that nobody answers, keeps what was typed, and goes on when tried again', async () => {
    const fake = await at('known', 'sign-in');
    fake.center.offline = true;
    await signIn();
    expect(await screen.findByText('The center does not answer')).toBeInTheDocument();
    expect(screen.getByLabelText('Account password')).toHaveValue(PASSWORD);
    fake.center.offline = false;
    await user.click(await button('Try again'));
    expect(await heading('One more step')).toBeInTheDocument();
  });
});

describe('without being signed in', () => {
  it('every view ends in Contact us', async () => {
    await at('known', 'sign-in');
    for (const [view, topic] of [
      ['sign-in', null],
      ['sign-in', 'register'],
      ['sign-in', 'reset'],
      ['sign-in', 'invitation'],
      ['retrieve', null],
      ['help', null],
      ['help', 'lost-phone'],
      ['security', null],
    ] as const) {
      app.open(view, topic);
      const section = await screen.findByRole('region', { name: 'Contact us' });
      expect(section, `${view} ${topic}`).toHaveTextContent('support@haiyun.example');
      expect(await violations(), `${view} ${topic}`).toEqual([]);
    }
  });
  it('whom to contact is asked of the center once, and what it said last stays when it does not answer', async () => {
    const fake = await at('known', 'codes');
    const told = fake.center.rows[0]!.about;
    const asked = vi.spyOn(fake.center, 'refreshCenter');
    asked.mockRejectedValueOnce({ code: 'center_unreachable', message: '' });
    app.open('sign-in');
    expect(await screen.findByRole('region', { name: 'Contact us' })).toHaveTextContent('support@haiyun.example');
    asked.mockImplementation(async () => ({
      ...fake.center.rows[0]!,
      about: { ...told!, support: 'desk@haiyun.example' },
    }));
    app.open('retrieve');
    await waitFor(() =>
      expect(screen.getByRole('region', { name: 'Contact us' })).toHaveTextContent('desk@haiyun.example'),
    );
    app.open('sign-in');
    await heading('Sign in');
    expect(asked).toHaveBeenCalledTimes(2);
  });
  it('a phone shows its accounts after a code, and one of them leads to signing in', async () => {
    const fake = await at('known', 'retrieve');
    await user.selectOptions(await screen.findByLabelText('Country'), 'DE');
    await type('Phone number', '151 555{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('Too short');
    await type('Phone number', '00142{Enter}');
    expect(await heading(/If accounts are bound to \+49/)).toBeInTheDocument();
    expect(fake.center.messages[0]!.to).toBe('+4915155500142');
    await type('Code from the text message', `${SENT}{Enter}`);
    expect(await screen.findByText('le•••••@nordlicht.example')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    const list = screen.getByText('le•••••@nordlicht.example').closest('li')!;
    await user.click(within(list).getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByLabelText('Account e-mail, phone or account ID')).toHaveValue('1028471906');
  });
  it('the answer to an unknown phone is the same', async () => {
    const fake = await at('known', 'retrieve');
    await user.selectOptions(await screen.findByLabelText('Country'), 'CN');
    await type('Phone number', '138 0013 8001{Enter}');
    expect(await heading(/If accounts are bound to \+86/)).toBeInTheDocument();
    expect(fake.center.messages).toEqual([]);
  });
  it('registers by e-mail: an address that is none is said, a code and a password make the account', async () => {
    const fake = await at('known', 'sign-in', 'register');
    await type('E-mail address', 'mira@hafen{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('a domain is needed');
    await type('E-mail address', '.example{Enter}');
    await type('Code', SENT);
    await type('Name', 'Mira Hafen');
    await type('Account password', 'granite otter lamp seven');
    await type('Password again', 'granite otter lamp seven{Enter}');
    expect(await heading('Mira Hafen')).toBeInTheDocument();
    expect(fake.center.signedIn).toHaveLength(1);
  });
  it('a forgotten password is set anew by a code', async () => {
    const fake = await at('known', 'sign-in', 'reset');
    await type('Account e-mail, phone or account ID', `${NAME}{Enter}`);
    await type('Code', `${SENT}{Enter}`);
    await type('New account password', 'granite otter lamp seven');
    await type('Password again', 'granite otter lamp seven{Enter}');
    expect(await screen.findByLabelText('Account e-mail, phone or account ID')).toHaveValue(NAME);
    expect(fake.center.people.get('center-1')![0]!.password).toBe('granite otter lamp seven');
  });
});

describe('the overview', () => {
  it('says what is missing, most important first, and leads there', async () => {
    await at('in', 'overview');
    const missing = await screen.findByRole('region', { name: 'What is missing, most important first' });
    const all = within(missing).getAllByRole('listitem');
    expect(all).toHaveLength(3);
    expect(all[0]).toHaveTextContent('Recovery codes on paper');
    expect(all[1]).toHaveTextContent('backup');
    expect(await violations()).toEqual([]);
    await user.click(within(missing).getByRole('button', { name: 'Make them' }));
    expect(await heading('Security settings')).toBeInTheDocument();
  });
  it('without a connection shows what it last knew, and since when', async () => {
    const fake = await at('in', 'overview');
    await screen.findByText(/protections in place/);
    fake.center.offline = true;
    app.open('codes');
    expect(await screen.findByTestId('search')).toBeInTheDocument();
    app.open('overview');
    expect(await screen.findByText('The center does not answer')).toBeInTheDocument();
    expect(screen.getByText(/What you see is from today/)).toBeInTheDocument();
    expect(screen.getByText(/protections in place/)).toBeInTheDocument();
    fake.center.offline = false;
    await user.click(await button('Try again'));
    await waitFor(() => expect(screen.queryByText('The center does not answer')).toBeNull());
  });
  it('after lock and unlock, too, and of a panel that was never open it says that nothing is known', async () => {
    const fake = await at('in', 'overview');
    await screen.findByText(/protections in place/);
    app.open('mfa');
    await screen.findByText(/devices bound/);
    await fake.lock();
    await screen.findByLabelText('Password');
    fake.center.offline = true;
    await type('Password', 'quarry lantern ninety{Enter}');
    await screen.findByTestId('search');
    app.open('overview');
    expect(await screen.findByText(/What you see is from today/)).toBeInTheDocument();
    expect(screen.getByText(/protections in place/)).toBeInTheDocument();
    app.open('mfa');
    expect(await screen.findByText(/devices bound/)).toBeInTheDocument();
    app.open('members');
    expect((await screen.findAllByText(/Nothing is known from before/)).length).toBeGreaterThan(0);
    fake.center.offline = false;
    app.open('overview');
    await user.click(await button('Try again'));
    await waitFor(() => expect(screen.queryByText(/What you see is from/)).toBeNull());
  });
  it('a session that ended leads to signing in again, with the name kept', async () => {
    const fake = await at('in', 'overview');
    await screen.findByText(/protections in place/);
    fake.center.endSessionHere(WHO);
    expect(await screen.findByLabelText('Account e-mail, phone or account ID')).toHaveValue(NAME);
  });
});

describe('account information', () => {
  it('is edited; an edit over a newer one is refused and keeps what was typed', async () => {
    const fake = await at('in', 'account');
    await user.click(await button('Edit'));
    const name = await screen.findByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Lena H.');
    fake.center.people.get('center-1')![0]!.version += 1;
    await user.click(await button(/^Save/));
    expect(await screen.findByText('It was changed meanwhile')).toBeInTheDocument();
    expect(name).toHaveValue('Lena H.');
    expect(await violations()).toEqual([]);
    await user.click(await button('Look again'));
    await waitFor(() => expect(fake.center.asked.filter((one) => one === 'account').length).toBeGreaterThan(1));
    await user.click(await button(/^Save/));
    await waitFor(() => expect(fake.center.signedIn[0]!.name).toBe('Lena H.'));
  });
  it('is erased only by its number, after an identity check', async () => {
    const fake = await at('in', 'account');
    fake.center.people.get('center-1')![0]!.subs = [];
    await user.click(await button('Erase…'));
    await prove();
    const dialog = await screen.findByRole('dialog', { name: 'Erase the account for good?' });
    expect(within(dialog).getByRole('button', { name: 'Erase…' })).toHaveAttribute('aria-disabled', 'true');
    await user.type(within(dialog).getByRole('textbox'), '1028 4719 06{Enter}');
    await waitFor(() => expect(fake.center.people.get('center-1')).toEqual([]));
  });
});

describe('changing a contact', () => {
  it('leads from the identity check over the code to who was told and until when it can be undone', async () => {
    const fake = await at('in', 'security');
    await user.click(await button('Change Secure phone'));
    const dialog = await screen.findByRole('dialog', { name: 'Is it you?' });
    expect(dialog).toHaveTextContent('To change the secure phone');
    expect(await violations()).toEqual([]);
    await user.type(await within(dialog).findByLabelText('Code'), '000000{Enter}');
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('That is not the code');
    await user.clear(within(dialog).getByLabelText('Code'));
    await user.type(within(dialog).getByLabelText('Code'), `${MFA}{Enter}`);
    await user.selectOptions(await screen.findByLabelText('Country'), 'DE');
    await type('New number', '151 5550 0142{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('That is the present one');
    await user.clear(screen.getByLabelText('New number'));
    await type('New number', '170 1234567{Enter}');
    expect(await heading(/A code is on its way to/)).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await type('Code from the text message', `${SENT}{Enter}`);
    expect(await heading('Who was told')).toBeInTheDocument();
    expect(screen.getByText('+49 ••• 0142')).toBeInTheDocument();
    expect(fake.center.messages.filter((one) => one.links.length > 0).map((one) => one.to)).toEqual([
      '+4915155500142',
      '+491701234567',
    ]);
    expect(await violations()).toEqual([]);
  });
  it('explains the difference of the two e-mail addresses at both', async () => {
    await at('in', 'security', 'change:security-email');
    await prove();
    expect(await screen.findByText(/it is never a login name/)).toBeInTheDocument();
    app.open('security', 'change:account-email');
    await prove();
    expect(await screen.findByText(/It is not the security e-mail, where identity is checked/)).toBeInTheDocument();
  });
  it('of the account e-mail begins at Account information, too', async () => {
    await at('in', 'account');
    await user.click(await button('Change Account e-mail'));
    await prove();
    expect(await heading('Change the account e-mail')).toBeInTheDocument();
  });
  it('that cannot be made alone leads to the ticket for what is gone', async () => {
    await at('in', 'overview');
    for (const [kind, gone] of [
      ['secure-phone', /My phone number is gone/],
      ['account-email', /My account e-mail is gone/],
    ] as const) {
      app.open('security', `change:${kind}`);
      await prove();
      await user.click(await button('I cannot do that myself'));
      expect(await screen.findByRole('radio', { name: gone })).toBeChecked();
    }
  });
  it('nothing changes when the identity check is left', async () => {
    const fake = await at('in', 'security', 'change:secure-phone');
    await screen.findByRole('dialog', { name: 'Is it you?' });
    await user.keyboard('{Escape}');
    expect(await button('Prove it')).toBeInTheDocument();
    expect(fake.center.asked).not.toContain('beginContactChange');
  });
});

describe('security settings', () => {
  it('switches protection after an identity check, and says what has to be there first', async () => {
    const fake = await at('in', 'security');
    const group = await screen.findByRole('radiogroup', { name: 'Login protection' });
    expect(await violations()).toEqual([]);
    await user.click(within(group).getByRole('radio', { name: 'E-mail' }));
    await prove();
    await waitFor(() => expect(fake.center.people.get('center-1')![0]!.account.login_protection).toBe('email'));
    fake.center.people.get('center-1')![0]!.account.contacts = [];
    app.open('overview');
    await heading('Lena Hofmann');
    app.open('security');
    await screen.findAllByText('Not set');
    await user.click(
      within(screen.getByRole('radiogroup', { name: 'Operation protection' })).getByRole('radio', { name: 'Phone' }),
    );
    expect(await screen.findByText('Set a secure phone first.')).toBeInTheDocument();
  });
  it('ends a session elsewhere', async () => {
    const fake = await at('in', 'security');
    await user.click(await button('Sign out Tessera on Windows'));
    await waitFor(() => expect(fake.center.people.get('center-1')![0]!.sessions).toHaveLength(1));
  });
  it('recovery codes are shown once, and noted when they are on paper', async () => {
    const fake = await at('in', 'security', 'recovery-codes');
    await user.click(await button('Make recovery codes'));
    await prove();
    expect(within(await screen.findByTestId('recovery-codes')).getAllByRole('listitem')).toHaveLength(10);
    expect(await violations()).toEqual([]);
    await user.click(await button('I have them on paper'));
    await waitFor(() => expect(fake.center.kept.size).toBe(1));
    expect(await heading('Security settings')).toBeInTheDocument();
    expect(document.body.textContent).not.toContain('7K3M-Q9TX');
  });
  it('the log comes in parts', async () => {
    await at('in', 'security', 'log');
    const log = await screen.findByRole('list', { name: 'Security log' });
    expect(within(log).getAllByRole('listitem')).toHaveLength(20);
    await user.click(await button('Older'));
    await waitFor(() => expect(within(log).getAllByRole('listitem').length).toBeGreaterThan(25));
    expect(await violations()).toEqual([]);
  });
});

describe('MFA devices', () => {
  it('what one is, and what login protection is, is told where they are bound', async () => {
    await at('in', 'mfa');
    await user.click(await button('What is an MFA device?'));
    expect(await heading('What is an MFA device?')).toBeInTheDocument();
    const steps = screen.getAllByRole('listitem');
    expect(steps[0]).toHaveTextContent('a hardware one is a token with a serial number');
    expect(steps[2]).toHaveTextContent('A further credential after name and password');
    await user.click(within(steps[2]!).getByRole('button', { name: 'Security settings' }));
    expect(await heading('When a second proof is asked')).toBeInTheDocument();
  });
  it('one is bound straight into the vault, and its entry knows the account', async () => {
    const fake = await at('in', 'mfa');
    const before = fake.rows.length;
    await user.click(await button(/Bind a virtual device/));
    await prove();
    await user.click(await button(/^Bind into this vault/));
    expect(await screen.findByRole('dialog', { name: 'Bound' })).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    expect(fake.rows).toHaveLength(before + 1);
    await user.click(await button('Show the entry'));
    expect(await screen.findByText('Lena Hofmann at Haiyun accounts')).toBeInTheDocument();
  });
  it('stopped on the way, nothing is bound and the entry is in the trash', async () => {
    const fake = await at('in', 'mfa');
    const before = fake.rows.length;
    await user.click(await button(/Bind a virtual device/));
    await prove();
    fake.slow = 1000;
    await user.click(await button(/^Bind into this vault/));
    expect(await screen.findByText('Waiting for the next code')).toBeInTheDocument();
    await user.click(await button('Stop'));
    await waitFor(() => expect(fake.trashed[0]!.issuer).toBe('Haiyun accounts'));
    expect(fake.rows).toHaveLength(before);
    expect(fake.center.people.get('center-1')![0]!.devices).toHaveLength(2);
  });
  it('a token is bound by its number and two codes that differ', async () => {
    const fake = await at('in', 'mfa');
    await user.click(await button(/Bind a hardware token/));
    await prove();
    await type('Serial number', '2204 118 904');
    await type('First code', MFA);
    await type('Next code', MFA);
    await user.click(await button(/^Bind Enter/));
    expect(await screen.findByRole('alert')).toHaveTextContent('the two must differ');
    await user.clear(screen.getByLabelText('Next code'));
    await type('Next code', '301552');
    await user.click(await button(/^Bind Enter/));
    await waitFor(() => expect(fake.center.people.get('center-1')![0]!.devices.at(-1)?.serial).toBe('2204118904'));
  });
  it('whether number or codes are wrong is not said, and what was typed stays', async () => {
    await at('in', 'mfa');
    await user.click(await button(/Bind a hardware token/));
    await prove();
    await type('Serial number', '2204118904');
    await type('First code', '000000');
    await type('Next code', '301552');
    await user.click(await button(/^Bind Enter/));
    expect(await screen.findByRole('alert')).toHaveTextContent('The serial number may be the wrong one, too');
    expect(screen.getByLabelText('Serial number')).toHaveValue('2204118904');
    expect(screen.getByLabelText('Next code')).toHaveValue('301552');
  });
  it('unbinding offers to move the entry to the trash', async () => {
    const fake = await at('in', 'mfa');
    await button('More for Tessera on this computer');
    const entry = fake.center.links[0]!.entry;
    const check = await fake.center.beginIdentityCheck(WHO, 'unbind-mfa-device');
    const { until } = await fake.center.proveIdentity(check.flow, 'mfa', MFA);
    identity.note(WHO, 'unbind-mfa-device', until);
    const [device] = await fake.center.mfaDevices(WHO);
    // The dialog itself: jsdom does not open the menu that leads to it.
    render(UnbindDevice, { who: WHO, device: device!, others: 1, ondone: () => {}, onclose: () => {} });
    const dialog = await screen.findByRole('dialog', { name: /^Unbind/ });
    expect(within(dialog).getByRole('checkbox')).toBeChecked();
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Unbind' }));
    await waitFor(() => expect(fake.trashed.map((row) => row.id)).toContain(entry));
    expect(fake.center.people.get('center-1')![0]!.devices).toHaveLength(1);
  });
  it('where the owner requires one, nothing else is shown until it is bound', async () => {
    const fake = await at('in', 'codes');
    const person = fake.center.people.get('center-1')![0]!;
    person.devices = [];
    fake.center.signedIn = fake.center.signedIn.map((row) => ({ ...row, bind_mfa_first: true }));
    await import('./state/center.svelte').then(({ center }) => center.load());
    app.open('security');
    expect(await screen.findByText('An MFA device comes first')).toBeInTheDocument();
    // Who cannot bind one now can leave.
    await user.click(await button(/^Sign out/));
    expect(await heading('Sign in')).toBeInTheDocument();
  });
});

describe('members', () => {
  it('a sub-account is created, with the address looked at as one types', async () => {
    const fake = await at('in', 'members');
    await user.click(await button('Add a sub-account'));
    await prove();
    await type('Name of the member', 'Night shift');
    await type('E-mail address', 'taken@haiyun.example');
    await user.click(await button(/Send the invitation/));
    expect(await screen.findByText('This address cannot be used')).toBeInTheDocument();
    await user.clear(screen.getByLabelText('E-mail address'));
    await type('E-mail address', 'night@haiyun.example');
    await user.click(await button(/Send the invitation/));
    expect(await button('Manage Night shift')).toBeInTheDocument();
    expect(fake.center.messages[0]!.to).toBe('night@haiyun.example');
  });
  it('its owner requires MFA, sets protection and unbinds a device', async () => {
    const fake = await at('in', 'members');
    await user.click(await button('Manage Chen Wei'));
    const sub = () => fake.center.people.get('center-1')![0]!.subs[0]!;
    await user.click(await screen.findByRole('switch', { name: 'Require an MFA device' }));
    await prove();
    await waitFor(() => expect(sub().mfa_required).toBe(false));
    expect(await violations()).toEqual([]);
    await user.click(await button('Unbind Token'));
    const dialog = await screen.findByRole('dialog', { name: /^Unbind/ });
    await user.click(within(dialog).getByRole('button', { name: 'Unbind' }));
    await waitFor(() => expect(sub().mfa_devices).toHaveLength(1));
  });
  it('what only its owner may do is not offered to a sub-account', async () => {
    const fake = await at('in', 'codes');
    const { account } = fake.center.people.get('center-1')![0]!;
    Object.assign(account, { owner: 2_207_110_400, login_protection: 'off' });
    app.open('members');
    expect(await screen.findByText(/its owner adds members/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Add a sub-account' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Invite a collaborator' })).toBeNull();
    app.open('overview');
    expect(await screen.findByText('The owner of this sub-account sets it: ask there.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Switch on' })).toBeNull();
    app.open('security');
    const [login] = await screen.findAllByRole('radiogroup', { name: 'Login protection' });
    await user.click(within(login!).getByRole('radio', { name: 'MFA' }));
    expect(await screen.findByText('The owner of this sub-account sets it: ask there.')).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(await violations()).toEqual([]);
  });
  it('removing one says what becomes of its account', async () => {
    await at('in', 'members');
    await user.click(await button('Manage Chen Wei'));
    expect(await screen.findByText(/an account of its own: its member goes on signing in/)).toBeInTheDocument();
    app.open('codes');
    await screen.findByTestId('search');
    app.open('members');
    await user.click(await button(/^Manage Aleksandra/));
    expect(await screen.findByText(/Nobody took the invitation yet/)).toBeInTheDocument();
  });
  it('an invitation is taken', async () => {
    const fake = await at('in', 'members');
    await button('Manage Chen Wei');
    expect(await violations()).toEqual([]);
    await user.click(await button('Take it'));
    await waitFor(() => expect(fake.center.people.get('center-1')![0]!.invitations[0]!.state).toBe('active'));
  });
});

describe('the identity check', () => {
  it('of the session before does not count in the next', async () => {
    await at('in', 'members');
    await user.click(await button('Invite a collaborator'));
    await prove();
    await user.click(await button(/^Cancel/));
    await signedIn({ outcome: 'signed-in', who: WHO, bind_mfa_first: false });
    app.open('members');
    await user.click(await button('Invite a collaborator'));
    expect(await screen.findByRole('dialog', { name: 'Is it you?' })).toBeInTheDocument();
  });
  it('is asked again when the one from before is too old, and what was typed is still sent', async () => {
    const fake = await at('in', 'members');
    await user.click(await button('Invite a collaborator'));
    await prove();
    await type('Their account e-mail', 'marie@example.org');
    fake.center.forgetProofs();
    await user.click(await button(/Send the invitation/));
    await prove();
    await waitFor(() =>
      expect(fake.center.people.get('center-1')![0]!.collaborators.at(-1)?.email).toBe('marie@example.org'),
    );
  });
});
