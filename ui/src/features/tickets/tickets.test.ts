import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import type { FakeBackend } from '../../backend/fake';
import { SENT } from '../../backend/fake/center';
import { app } from '../../state/app.svelte';
import { center } from '../../state/center.svelte';
import { drops } from '../../state/drops.svelte';
import { fresh, scene, violations } from '../../test/scene';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });

beforeEach(() => {
  fresh();
  URL.createObjectURL ??= () => 'blob:picture';
  URL.revokeObjectURL ??= () => {};
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** The app with its vault open, at the tickets of the signed-in account. */
async function open(where: 'in' | 'known' = 'in'): Promise<FakeBackend> {
  const fake = scene({ state: 'unlocked', center: where });
  render(App);
  await user.click(await button('Tickets'));
  return fake;
}

async function guideTo(answers: [RegExp | string, string | null][]) {
  await user.click((await screen.findAllByRole('button', { name: 'New ticket' }))[0]!);
  for (const [name, group] of answers) {
    const scope = group ? within(await screen.findByRole('group', { name: new RegExp(group) })) : screen;
    await user.click(await scope.findByRole('radio', { name }));
  }
}

const lostMfa = (company: boolean, other: 'Yes' | 'No'): [RegExp | string, string | null][] => [
  [/My MFA device is gone/, null],
  ['No', 'at hand'],
  [company ? 'A company’s' : 'A person’s', 'Whose'],
  ['Yes', 'verified'],
  ['Yes', 'still reach'],
  [other, 'another account'],
];

describe('the list', () => {
  it('shows the tickets of the account with their state', async () => {
    await open();
    const lines = await screen.findAllByTestId('ticket-line');
    expect(lines).toHaveLength(4);
    expect(lines.map((line) => line.textContent).join()).toContain('On hold');
    expect(await violations()).toEqual([]);
  });

  it('shows what it last knew, and since when, while the center does not answer', async () => {
    const fake = await open();
    await screen.findAllByTestId('ticket-line');
    fake.center.offline = true;
    await user.click(await button('Codes'));
    await user.click(await button('Tickets'));
    expect(await screen.findByText('The center does not answer')).toBeInTheDocument();
    expect(screen.getByText(/What you see is from today/)).toBeInTheDocument();
    expect(screen.getAllByTestId('ticket-line')).toHaveLength(4);
  });

  it('is where its place in the sidebar leads, also from inside a ticket', async () => {
    await open();
    await user.click(await button(/Phone change of a verified person/));
    expect(await screen.findByTestId('timeline')).toBeInTheDocument();
    const [place] = screen.getAllByRole('button', { name: 'Tickets' });
    await user.click(place!);
    expect(await screen.findAllByTestId('ticket-line')).toHaveLength(4);
  });

  it('begins anew for another account, also when it came while another view was open', async () => {
    await open();
    await user.click(await button(/Phone change of a verified person/));
    expect(await screen.findByTestId('timeline')).toBeInTheDocument();
    await user.click(await button('Codes'));
    const other = { center: center.centers[0]!.id, account: 7 };
    center.accounts = [...center.accounts, { ...center.accounts[0]!, ...other, name: 'Somebody else' }];
    center.choose(other);
    await user.click(await button('Tickets'));
    expect((await screen.findAllByRole('button', { name: 'New ticket' })).length).toBeGreaterThan(0);
    expect(screen.queryByTestId('timeline')).toBeNull();
  });

  it('teaches when there is nothing', async () => {
    await open('known');
    expect(await screen.findByText('No tickets')).toBeInTheDocument();
    expect(screen.getByText('Contact us')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });
});

describe('the guide', () => {
  it('leads those with another device to help themselves', async () => {
    await open();
    await guideTo([
      [/My MFA device is gone/, null],
      ['Yes', 'at hand'],
    ]);
    expect(await violations()).toEqual([]);
    await user.click(await button(/To MFA devices/));
    expect(app.view).toBe('mfa');
  });

  it('says when a locked account opens, and offers no ticket', async () => {
    await open();
    await guideTo([[/The account is locked/, null]]);
    expect(await screen.findByText('It opens by itself')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Start the form/ })).toBeNull();
  });
});

describe('the account that a ticket is about', () => {
  it('is filled in where the vault knows one alone that is signed out, and can be typed over', async () => {
    const fake = scene({ state: 'unlocked', center: 'in' });
    fake.center.signedIn = fake.center.signedIn.slice(0, 1).map((row) => ({ ...row, signed_in: false }));
    render(App);
    await user.click(await button('Tickets'));
    await guideTo(lostMfa(false, 'No'));
    await user.click(await button(/^Start the form/));
    const email = await screen.findByLabelText('Account e-mail');
    expect(email).toHaveValue('lena.hofmann@nordlicht.example');
    await user.clear(email);
    await user.type(email, 'other@nordlicht.example');
    expect(email).toHaveValue('other@nordlicht.example');
  });
});

describe('a ticket from another account', () => {
  it('asks what the personal template asks, in words, and keeps what was typed', async () => {
    const fake = await open();
    await guideTo(lostMfa(false, 'Yes'));
    await user.click(await button(/Start the form/));
    await user.type(await screen.findByLabelText('Account e-mail'), 'lena@');
    await user.type(screen.getByLabelText('Phone in use'), '0151 23456789');
    await user.click(await button(/^Go on/));
    expect(await screen.findByText(/no mail domain/)).toBeInTheDocument();
    expect(screen.getByText(/Begin with \+ and the country code, such as/)).toBeInTheDocument();
    expect(screen.getByLabelText('Account e-mail')).toHaveValue('lena@');
    expect(screen.getByLabelText('Account e-mail')).toHaveFocus();
    expect(fake.ticketStore.rows.filter((row) => row.ticket.state === 'draft')).toHaveLength(0);
    expect(await violations()).toEqual([]);
    // It is in the vault already.
    await waitFor(() => expect([...fake.tickets.kept.values()][0]?.statement.login_email).toBe('lena@'));
  });

  it('goes from the form to the sent ticket, and is filed once however often it is clicked', async () => {
    const fake = await open();
    await guideTo(lostMfa(false, 'Yes'));
    await user.click(await button(/Start the form/));
    await user.type(await screen.findByLabelText('Account e-mail'), 'other@example.org');
    await user.type(screen.getByLabelText('Name, as on the document'), 'Lena Hofmann');
    await user.type(screen.getByLabelText('Number of the document'), 'C01X00T47');
    await user.type(screen.getByLabelText('Phone in use'), '+49 1515 5570142');
    const file = vi.spyOn(fake.tickets, 'file');
    const go = await button(/^Go on/);
    await Promise.all([user.click(go), user.click(go), user.click(go)]);
    await user.click(await button('Look over and send'));
    const submit = vi.spyOn(fake.tickets, 'submit');
    await user.click(await button(/^Send Enter|^Send$/));
    expect(await screen.findByTestId('timeline')).toHaveTextContent('Waits for a reviewer');
    expect(file).toHaveBeenCalledTimes(1);
    expect(submit).toHaveBeenCalledTimes(1);
    expect(await violations()).toEqual([]);
  });

  it('keeps the form when the session has ended, and leads to the sign-in', async () => {
    const fake = await open();
    await guideTo([
      [/Something else/, null],
      ['Yes', 'another account'],
    ]);
    await user.click(await button(/Start the form/));
    await user.type(await screen.findByLabelText('Subject'), 'Invoice');
    await user.type(screen.getByRole('textbox', { name: 'Question' }), 'Where is it?');
    vi.spyOn(fake.tickets, 'file').mockRejectedValue({ code: 'center_not_signed_in', message: 'ended' });
    await user.click(await button(/^Go on/));
    const said = (await screen.findByText('You are signed out here')).closest<HTMLElement>('.notice')!;
    expect(screen.getByRole('textbox', { name: 'Question' })).toHaveValue('Where is it?');
    await user.click(within(said).getByRole('button', { name: 'Sign in again' }));
    expect(app.view).toBe('sign-in');
    expect([...fake.tickets.kept.values()][0]?.statement).toEqual({ subject: 'Invoice', text: 'Where is it?' });
  });

  it('shows what the center refuses beside the field that it names', async () => {
    const fake = await open();
    await guideTo([
      [/Something else/, null],
      ['Yes', 'another account'],
    ]);
    await user.click(await button(/Start the form/));
    await user.type(await screen.findByLabelText('Subject'), 'Invoice');
    await user.type(screen.getByRole('textbox', { name: 'Question' }), 'Where is it?');
    vi.spyOn(fake.tickets, 'file').mockRejectedValue({
      code: 'center_invalid_value',
      message: 'A name has 1 to 100 characters.',
      detail: '/statement/subject',
    });
    await user.click(await button(/^Go on/));
    expect(await screen.findByText(/A name has 1 to 100 characters/)).toBeInTheDocument();
    expect(screen.getByLabelText('Subject')).toHaveAttribute('aria-invalid', 'true');
    await user.type(screen.getByLabelText('Subject'), '!');
    expect(screen.queryByText(/A name has 1 to 100 characters/)).toBeNull();
  });
});

describe('a ticket without an account', () => {
  async function filed(): Promise<FakeBackend> {
    const fake = await open('known');
    await guideTo(lostMfa(true, 'No'));
    await user.click(await button(/Start the form/));
    await user.type(await screen.findByLabelText('Account e-mail'), 'office@dongfang-bearings.example');
    await user.type(screen.getByLabelText('Company name, as on the business license'), 'Dongfang');
    await user.type(screen.getByLabelText('Company ID'), '91330206MA2AHK7T6X');
    await user.type(screen.getByLabelText('Name, as on the document'), 'Wu Min 吴敏');
    await user.type(screen.getByLabelText('Passport or license number'), 'E12345678');
    await user.type(screen.getByLabelText('Phone in use'), '+86 139 0574 8831');
    await user.type(screen.getByLabelText('Your e-mail address or phone'), 'wu.min@example.org');
    await user.click(await button(/^Go on/));
    const code = await screen.findByLabelText('Code');
    await user.type(code, '000000{Enter}');
    expect(await screen.findByText('That is not the code')).toBeInTheDocument();
    await user.clear(code);
    await user.type(code, `${SENT}{Enter}`);
    return fake;
  }

  it('counts after the code to the own contact, and shows its query code', async () => {
    const fake = await filed();
    const shown = await screen.findByTestId('query-code');
    expect(shown).toHaveTextContent(fake.ticketStore.rows.find((row) => row.queryCode)!.queryCode!);
    expect(await violations()).toEqual([]);
    await user.click(await button('Copy'));
    expect(fake.center.copied).toBe(shown.textContent);
    await user.click(await button('I have noted it'));
    expect(await screen.findByText('Missing: Documents')).toBeInTheDocument();
  });

  it('takes a document, shows it, seals and sends it with its progress, and then can be sent', async () => {
    const fake = await filed();
    await user.click(await button('I have noted it'));
    await user.click(await button('Choose a file…'));
    const dialog = await screen.findByRole('dialog');
    expect(await violations()).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Turn' }));
    await user.click(within(dialog).getByRole('button', { name: /Seal and send/ }));
    expect(await screen.findByText('Sealed, stored')).toBeInTheDocument();
    expect(fake.ticketStore.rows.find((row) => row.queryCode)!.documents).toHaveLength(1);
    await user.click(await button('Look over and send'));
    await user.click(await button(/^Send Enter|^Send$/));
    expect(await screen.findByTestId('timeline')).toHaveTextContent('Submitted');
  });

  it('takes what is dropped on the window, and a photograph', async () => {
    await filed();
    await user.click(await button('I have noted it'));
    await screen.findByText('or drop it here');
    drops.paths = ['/home/lena/Scans/license.png'];
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: /Later/ }));
    expect(await screen.findByText('license.png')).toBeInTheDocument();
    await user.click(await button('Remove: license.png'));
    await user.click(await button('Photograph…'));
    await user.click(await button('Take the photograph'));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: /Later/ }));
    expect(await screen.findByText('Photograph')).toBeInTheDocument();
    expect(await screen.findByText(/Not sent yet/)).toBeInTheDocument();
  });

  it('uses a camera that is connected while it waits for one', async () => {
    const fake = await filed();
    fake.cameraProblem = 'no_camera';
    await user.click(await button('I have noted it'));
    await user.click(await button('Photograph…'));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText('No camera is connected')).toBeInTheDocument();
    fake.cameraProblem = null;
    await waitFor(() => expect(screen.queryByText('No camera is connected')).toBeNull());
    await user.click(await button('Take the photograph'));
    expect(await screen.findByText('Is everything readable?')).toBeInTheDocument();
  });

  it('says of each file that cannot be taken why', async () => {
    const fake = await filed();
    await user.click(await button('I have noted it'));
    for (const [name, words] of [
      ['empty.jpg', 'The document is damaged'],
      ['eleven-megabytes.jpg', 'The document is too large'],
      ['program.jpg', 'Neither a JPEG nor a PNG nor a PDF'],
      ['scripted.pdf', 'That PDF cannot be taken'],
      ['huge.png', 'The document is too large'],
    ] as const) {
      fake.tickets.picked = name;
      await user.click(await button('Choose a file…'));
      const said = await screen.findByText(words);
      expect(screen.getByTestId('slot')).toContainElement(said);
    }
    expect(await violations()).toEqual([]);
    // Whoever drops a file did not choose what it goes to: it is named.
    drops.paths = ['/home/lena/Scans/empty.jpg'];
    expect(await screen.findByText(/“empty\.jpg”/)).toHaveTextContent('The document is damaged');
  });

  it('sends nothing while the list of reviewers’ keys does not verify, and says so', async () => {
    const fake = await filed();
    fake.tickets.listProblem = 'older';
    await user.click(await button('I have noted it'));
    expect(await screen.findByText('No document can be sent now')).toBeInTheDocument();
    expect(screen.getByText(/older than one seen before/)).toBeInTheDocument();
    await user.click(await button('Choose a file…'));
    await user.keyboard('{Escape}');
    const upload = vi.spyOn(fake.tickets, 'uploadDocument');
    await user.click(await button('Seal and send'));
    expect(upload).not.toHaveBeenCalled();
    // The center publishes a good one.
    fake.tickets.listProblem = null;
    await user.click(await button('Try again'));
    await user.click(await button('Seal and send'));
    await waitFor(() => expect(upload).toHaveBeenCalledTimes(1));
  });

  it('pauses, goes on and fails without losing what was picked', async () => {
    const fake = await filed();
    fake.tickets.piece = 30;
    await user.click(await button('I have noted it'));
    await user.click(await button('Choose a file…'));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: /Seal and send/ }));
    await user.click(await button('Pause'));
    expect(await screen.findByText(/^Paused/)).toBeInTheDocument();
    fake.center.offline = true;
    await user.click(await button('Go on'));
    expect(await screen.findByText('Not sent')).toBeInTheDocument();
    fake.center.offline = false;
    await user.click(await button('Go on'));
    expect(await screen.findByText('Sealed, stored')).toBeInTheDocument();
  });
});

describe('the course of a ticket', () => {
  it('shows hold, reasons and what follows', async () => {
    await open();
    await user.click(await button(/Phone change of a verified person/));
    const line = await screen.findByTestId('timeline');
    expect(line).toHaveTextContent('The front is cut off at the lower edge.');
    expect(line).toHaveTextContent(/Until .* every old address can object/);
    expect(line).toHaveTextContent('A one-time link comes to the new address');
    expect(await violations()).toEqual([]);
  });

  it('is withdrawn after a question, once', async () => {
    const fake = await open();
    await user.click(await button(/Phone change of a verified person/));
    const withdraw = vi.spyOn(fake.tickets, 'withdraw');
    await user.click(await button('Withdraw the ticket…'));
    await user.click(await button('Withdraw it'));
    expect(await screen.findAllByText('Withdrawn')).not.toHaveLength(0);
    expect(withdraw).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('button', { name: 'Withdraw the ticket…' })).toBeNull();
  });

  it('that moved on meanwhile is shown as it stands, and nothing is tried again', async () => {
    const fake = await open();
    await user.click(await button(/Identity verification of a person/));
    await user.click(await button('Answer'));
    await user.click(await button('Look over and send again'));
    const row = fake.ticketStore.rows.find((one) => one.ticket.state === 'more-information')!;
    fake.ticketStore.move(row, 'expired', 'center');
    await user.click(await button(/^Send Enter|^Send$/));
    expect(await screen.findByText('The ticket has moved on meanwhile')).toBeInTheDocument();
    expect(screen.getAllByText('Expired').length).toBeGreaterThan(0);
  });

  it('changes what is stated when more is asked, but not the account it is about', async () => {
    const fake = await open();
    const row = fake.ticketStore.rows.find((one) => one.ticket.kind === 'phone-change-individual')!;
    fake.ticketStore.move(row, 'more-information', 'staff', { reason: 'The name is cut off.' });
    await user.click(await button(/Phone change of a verified person/));
    await user.click(await button('Answer'));
    await user.click(await button('Change'));
    expect(await screen.findByLabelText('Account e-mail')).toHaveAttribute('readonly');
    const name = screen.getByLabelText('Name, as on the document');
    await user.clear(name);
    await user.type(name, 'Lena M. Hofmann');
    await user.click(await button('Save the change'));
    await waitFor(() => expect(row.ticket.statement).toMatchObject({ name: 'Lena M. Hofmann' }));
  });
});

describe('a query code', () => {
  it('is checked as it is typed, and finds its ticket', async () => {
    const fake = await open('known');
    const row = fake.ticketStore.begin({ kind: 'question', subject: 'a', text: 'b' }, null);
    row.queryCode = 'QF7D2-M9XKA-4TRBE-H8VN3-C5WJP-1';
    await user.click(await button('Follow by query code'));
    const field = await screen.findByLabelText('Query code');
    await user.type(field, 'QF7D2-é');
    expect(await screen.findByText(/é is neither/)).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, 'QF7D2{Enter}');
    expect(await screen.findByText('5 characters; a query code has 26.')).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, 'aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a{Enter}');
    expect(await screen.findByText('No ticket has this query code')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.clear(field);
    await user.type(field, 'qf7d2m9xka4trbeh8vn3c5wjp1{Enter}');
    expect(await screen.findByTestId('timeline')).toBeInTheDocument();
    await user.click((await screen.findAllByRole('button', { name: 'Tickets' })).at(-1)!);
    expect(await screen.findByTestId('followed-line')).toBeInTheDocument();
  });
});

describe('a link from a message', () => {
  const token = 'abcdefghijklmnopqrstuvwxyz';
  async function enter(link: string): Promise<void> {
    await user.click(await button('Open a link'));
    await user.type(await screen.findByLabelText('Link'), `${link}{Enter}`);
  }

  it('of another center, or none at all, is told as such', async () => {
    await open();
    await enter('https://example.org/hello');
    expect(await screen.findByText(/This is no link of a ticket/)).toBeInTheDocument();
    const field = screen.getByLabelText('Link');
    await user.clear(field);
    await user.type(field, `https://elsewhere.example/objections/${token}{Enter}`);
    expect(await screen.findByText(/a center that is not connected here/)).toBeInTheDocument();
  });

  it('objects once', async () => {
    const fake = await open();
    await enter(`https://accounts.haiyun.example/objections/${token}`);
    await user.type(await screen.findByLabelText('Why'), 'That was not me.');
    expect(await violations()).toEqual([]);
    const object = await button('Object');
    await Promise.all([user.click(object), user.click(object)]);
    expect(await screen.findByText('Your objection stands')).toBeInTheDocument();
    expect(fake.tickets.objected).toEqual([
      { link: `https://accounts.haiyun.example/objections/${token}`, reason: 'That was not me.' },
    ]);
  });

  it('asks the password, then binds the new device into the vault', async () => {
    await open();
    await enter(`https://accounts.haiyun.example/ticket-links/${token}`);
    const password = await screen.findByLabelText('Password of the account');
    await user.type(password, 'wrong{Enter}');
    expect(await screen.findByText('The password is not the one of this account')).toBeInTheDocument();
    await user.clear(password);
    await user.type(password, 'orchard velvet nine{Enter}');
    await user.click(await button('Bind'));
    expect(await screen.findByText('The new device is bound')).toBeInTheDocument();
  });

  it('binds another authenticator by two codes', async () => {
    await open();
    await enter(`https://accounts.haiyun.example/ticket-links/${token}`);
    await user.type(await screen.findByLabelText('Password of the account'), 'orchard velvet nine{Enter}');
    await user.click(await screen.findByRole('radio', { name: 'Another authenticator' }));
    expect(await screen.findByRole('img', { name: 'QR code of the new device' })).toBeInTheDocument();
    await user.type(screen.getByLabelText('First code'), '111111');
    await user.type(screen.getByLabelText('The code after it'), '222222');
    await user.click(await button('Bind'));
    expect(await screen.findByText('The new device is bound')).toBeInTheDocument();
  });

  it('that is over says what to do', async () => {
    await open();
    await enter('https://accounts.haiyun.example/objections/endedendedendedendedended');
    await user.click(await button('Object'));
    expect(await screen.findByText('This link is over')).toBeInTheDocument();
  });
});
