import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import type { FakeBackend } from '../../backend/fake';
import { app } from '../../state/app.svelte';
import { desk } from './desk.svelte';
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

async function atDoor(): Promise<FakeBackend> {
  const fake = scene({ state: 'unlocked', center: 'in', scene: 'staff' });
  render(App);
  await user.click(await button('Review desk'));
  return fake;
}

async function atDesk(key = true): Promise<FakeBackend> {
  const fake = scene({ state: 'unlocked', center: 'in', scene: 'staff' });
  fake.desk.signedIn = true;
  fake.desk.hasKey = fake.desk.listed = key;
  render(App);
  await user.click(await button('Review desk'));
  await screen.findAllByTestId('queue-line');
  return fake;
}

const claim = async (name: RegExp) => {
  await user.click(await button(name));
  await user.click(await button('Claim it'));
};

describe('signing in as staff', () => {
  it('takes password and code together, and keeps the e-mail when they are wrong', async () => {
    await atDoor();
    await user.type(await screen.findByLabelText('E-mail address'), 'mara@center.example');
    await user.type(screen.getByLabelText('Password'), 'wrong');
    await user.type(screen.getByLabelText('Code of your authenticator'), '654321{Enter}');
    expect(await screen.findByText('E-mail, password or code is wrong')).toBeInTheDocument();
    expect(screen.getByLabelText('E-mail address')).toHaveValue('mara@center.example');
    expect(screen.getByLabelText('Code of your authenticator')).toHaveValue('');
    expect(await violations()).toEqual([]);
    await user.clear(screen.getByLabelText('Password'));
    await user.type(screen.getByLabelText('Password'), 'granite wharf eleven');
    await user.type(screen.getByLabelText('Code of your authenticator'), '654321{Enter}');
    expect(await screen.findAllByTestId('queue-line')).not.toHaveLength(0);
  });

  it('accepts an invitation into the vault, then uses its code', async () => {
    const fake = await atDoor();
    await user.click(await button('Accept the invitation'));
    await user.type(await screen.findByLabelText('Token'), 'abcdefghijklmnopqrstuvwxyz{Enter}');
    const password = await screen.findByLabelText('New password');
    await user.click(await button('Bind'));
    expect(await screen.findByText('Choose a password first.')).toBeInTheDocument();
    await user.type(password, 'harbor linen twelve');
    await user.click(await button('Bind'));
    expect(await screen.findByText('The invitation is accepted')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await user.click(await button('Sign in'));
    const signIn = vi.spyOn(fake.desk, 'signIn');
    await user.type(await screen.findByLabelText('Password'), 'harbor linen twelve{Enter}');
    await screen.findAllByTestId('queue-line');
    expect(signIn.mock.calls[0]?.[3]).toBeNull();
  });

  it('offers the code of whoever is typed, and asks another reviewer for one', async () => {
    const fake = await atDoor();
    fake.desk.codeEntry = 'entry-staff';
    await desk.loadStatus();
    const email = await screen.findByLabelText('E-mail address');
    await user.clear(email);
    await user.type(email, 'sam@center.example');
    expect(screen.getByLabelText('Code of your authenticator')).toBeInTheDocument();
    await user.clear(email);
    await user.type(email, 'Mara@center.example');
    expect(screen.queryByLabelText('Code of your authenticator')).toBeNull();
    expect(screen.getByLabelText('Use the code from this vault')).toBeChecked();
  });
});

describe('the trial’s made-up staff', () => {
  it('is played from its invitation on, which is good once', async () => {
    const fake = scene({ state: 'unlocked', center: 'trial' });
    render(App);
    await screen.findByTestId('search');
    app.open('sign-in');
    await user.click(await button('As a reviewer…'));
    expect(await screen.findByText('Made-up staff to decide tickets as')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    const invitation = (await fake.center.trial()).staff[0]!.invitation;
    await user.click(await button('Invitation of Mara Lindqvist'));
    expect(await screen.findByLabelText('Token')).toHaveValue(invitation);
    await user.click(await button(/^Open the invitation/));
    await user.type(await screen.findByLabelText('New password'), 'harbor linen twelve');
    await user.click(await button('Bind'));
    // The sidebar has a sign-in too.
    const accepted = (await screen.findByText('The invitation is accepted')).closest<HTMLElement>('.notice')!;
    await user.click(within(accepted).getByRole('button', { name: 'Sign in' }));
    // Another of them has another authenticator.
    expect(await screen.findByRole('checkbox', { name: 'Use the code from this vault' })).toBeChecked();
    await user.click(await button('As Otto Brandt'));
    expect(screen.getByLabelText('E-mail address')).toHaveValue('otto@center.example');
    expect(screen.queryByRole('checkbox', { name: 'Use the code from this vault' })).toBeNull();
    expect(screen.getByLabelText('Code of your authenticator')).toBeInTheDocument();
    expect(screen.getByLabelText('Password')).toHaveFocus();
    // The first one's invitation was used.
    vi.spyOn(fake.desk, 'openInvitation').mockRejectedValue({ code: 'center_link_ended', message: 'over' });
    await user.click(await button('Invitation of Mara Lindqvist'));
    await user.click(await button(/^Open the invitation/));
    expect(await screen.findByText(/sign in with the password that was chosen then/)).toBeInTheDocument();
  });

  it('stands at the desk of no other center', async () => {
    await atDoor();
    expect(await screen.findByText('Sign in as staff')).toBeInTheDocument();
    expect(screen.queryByText('Made-up staff to decide tickets as')).toBeNull();
  });
});

describe('the queue', () => {
  it('is filtered, and comes in parts', async () => {
    const fake = await atDesk();
    expect(screen.getAllByTestId('queue-line')).toHaveLength(20);
    expect(await violations()).toEqual([]);
    await user.click(await button('Show more'));
    await waitFor(() => expect(screen.getAllByTestId('queue-line').length).toBeGreaterThan(20));
    await user.selectOptions(screen.getByLabelText('Kind'), 'MFA unbinding for a company');
    await waitFor(() => expect(screen.getAllByTestId('queue-line')).toHaveLength(1));
    await user.click(screen.getByRole('radio', { name: 'Claimed by me' }));
    expect(await screen.findByText('No ticket is like this')).toBeInTheDocument();
    fake.center.offline = true;
    await user.click(screen.getByRole('radio', { name: 'Waiting' }));
    expect(await screen.findByText('The center does not answer')).toBeInTheDocument();
  });

  it('leads back to the sign-in when the session has ended', async () => {
    const fake = await atDesk();
    fake.desk.signedIn = false;
    await user.click(screen.getByRole('radio', { name: 'On hold' }));
    expect(await screen.findByText('Sign in as staff')).toBeInTheDocument();
  });
});

describe('a ticket at the desk', () => {
  it('shows what is stated beside what is on file only to who has claimed it', async () => {
    const fake = await atDesk();
    await user.click(await button(/MFA unbinding for a company/));
    expect(await screen.findByText(/A claim ends by itself/)).toBeInTheDocument();
    expect(screen.queryByTestId('compare')).toBeNull();
    await user.click(await button('Claim it'));
    const compare = await screen.findByTestId('compare');
    expect(compare.querySelectorAll('ins').length).toBeGreaterThan(0);
    expect(await screen.findByText('Opened in memory, never on disk')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    // What is not looked at is not kept.
    const close = vi.spyOn(fake.desk, 'closeDocument');
    await user.click((await screen.findAllByRole('button', { name: 'Review desk' })).at(-1)!);
    await waitFor(() => expect(close).toHaveBeenCalled());
  });

  it('is approved by the second only after every mark is confirmed, and then held', async () => {
    const fake = await atDesk();
    await claim(/MFA unbinding for a company/);
    const approve = await button(/Approve, second of two/);
    expect(approve).toHaveAttribute('aria-disabled', 'true');
    await user.click(await button('Confirm the spelling of Company ID'));
    await waitFor(() => expect(approve).not.toHaveAttribute('aria-disabled', 'true'));
    expect(screen.getByText('Then 72 hours on hold')).toBeInTheDocument();
    await user.keyboard('a');
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: /Approve/ }));
    expect(within(dialog).getByText('Say why.')).toBeInTheDocument();
    await user.type(within(dialog).getByLabelText('Reason'), 'The license shows 6X.');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByText(/On hold until/)).toBeInTheDocument();
    expect(fake.desk.decisions).toEqual([
      { id: expect.any(String), verdict: 'approve', reason: 'The license shows 6X.' },
    ]);
  });

  it('is approved second by no one who approved it first, which is said before and after the claim', async () => {
    const fake = await atDesk();
    const row = fake.ticketStore.rows.find((one) => one.ticket.kind === 'mfa-unbinding-enterprise')!;
    row.firstReviewer = fake.desk.me;
    row.marks.clear();
    await user.click(screen.getByRole('radio', { name: 'On hold' }));
    await user.click(screen.getByRole('radio', { name: 'Waiting' }));
    const line = (await button(/MFA unbinding for a company/)).closest('tr')!;
    expect(within(line).getByText('Another reviewer')).toBeInTheDocument();
    await user.click(within(line).getByRole('button'));
    expect(await screen.findByText(/claim it to reject it or to ask for more/)).toBeInTheDocument();
    await user.click(await button('Claim it'));
    const approve = await button(/Approve, second of two/);
    expect(approve).toHaveAttribute('aria-disabled', 'true');
    expect(screen.getByText('You gave the first approval. The second is another reviewer’s.')).toBeInTheDocument();
    await user.keyboard('a');
    expect(screen.queryByRole('dialog')).toBeNull();
    // What was approved too early is taken back.
    await user.click(await button(/Ask for more…/));
    expect(await screen.findByRole('dialog')).toBeInTheDocument();
  });

  it('names who has claimed it and who moved it', async () => {
    const fake = await atDesk();
    const row = fake.ticketStore.rows.find((one) => one.ticket.kind === 'mfa-unbinding-enterprise')!;
    row.claimed_by = 'r-07';
    row.claimed_until = fake.ticketStore.seconds + 600;
    await user.click(await button(/MFA unbinding for a company/));
    expect(await screen.findByText(/^Otto Brandt has claimed it until/)).toBeInTheDocument();
    expect(screen.getByText(/by (Otto Brandt|Ines Carvalho)/)).toBeInTheDocument();
  });

  it('cannot be approved while something differs; a spelling is marked with a reason', async () => {
    const fake = await atDesk();
    await claim(/MFA unbinding for a person/);
    expect(await screen.findAllByText('It cannot be approved now')).not.toHaveLength(0);
    await user.click(await button('Mark Name as another spelling'));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('Reason'), 'Typed with two f.');
    await user.click(within(dialog).getByRole('button', { name: /Mark it/ }));
    expect(await screen.findByText('Variant, to confirm')).toBeInTheDocument();
    const row = fake.ticketStore.rows.find((one) => one.marks.has('name'));
    expect(row?.marks.get('name')).toEqual({ by: 'r-02', confirmed: false });
  });

  it('changed meanwhile is read anew, said in words, and nothing is decided', async () => {
    const fake = await atDesk();
    await claim(/MFA unbinding for a company/);
    await user.click(await button(/Reject…/));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('Reason'), 'Not the same company.');
    const row = fake.ticketStore.rows.find((one) => one.ticket.kind === 'mfa-unbinding-enterprise')!;
    row.version += 1;
    await user.click(within(dialog).getByRole('button', { name: /^Reject/ }));
    expect(await screen.findByText('It was changed meanwhile')).toBeInTheDocument();
    expect(fake.desk.decisions).toEqual([]);
    // What was typed is still there.
    await user.click(await button(/Reject…/));
    expect(within(await screen.findByRole('dialog')).getByLabelText('Reason')).toHaveValue('Not the same company.');
  });

  it('is asked more about, once however often it is clicked', async () => {
    const fake = await atDesk();
    await claim(/Identity verification of a company/);
    await user.click(await button(/Ask for more…/));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('Reason'), 'The license is cut off.');
    const ask = within(dialog).getByRole('button', { name: /^Ask/ });
    const decide = vi.spyOn(fake.desk, 'decide');
    await Promise.all([user.click(ask), user.click(ask)]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(decide).toHaveBeenCalledTimes(1);
    expect(await screen.findByText('It waits for nobody at the desk')).toBeInTheDocument();
  });

  it('of one’s own is left to others', async () => {
    const fake = await atDesk();
    fake.desk.ownTicket = fake.ticketStore.rows.find(
      (row) => row.ticket.kind === 'mfa-unbinding-enterprise',
    )!.ticket.id;
    await claim(/MFA unbinding for a company/);
    expect(await screen.findByText('This ticket is not for you')).toBeInTheDocument();
  });

  it('shows the objection and a document that no key of this vault opens', async () => {
    await atDesk();
    await claim(/Phone change of a verified company/);
    expect((await screen.findAllByText(/I am the legal representative and have filed nothing/)).length).toBeGreaterThan(
      0,
    );
    const region = await screen.findByRole('region', { name: 'Document' });
    expect(await within(region).findByRole('alert')).toBeInTheDocument();
    expect(within(region).getByText('Sealed to an older list of keys')).toBeInTheDocument();
  });
});

describe('the reviewer’s key', () => {
  it('is made in the vault and waits to be listed', async () => {
    const fake = await atDesk(false);
    expect(screen.getByText('You cannot open documents yet')).toBeInTheDocument();
    await user.click(await button('To my key'));
    await user.click(await button('Make and register a key'));
    expect(await screen.findByText('The signed list does not name it yet')).toBeInTheDocument();
    expect(await screen.findByRole('cell', { name: 'Mara Lindqvist (you)' })).toBeInTheDocument();
    expect(screen.getByRole('cell', { name: 'Otto Brandt' })).toBeInTheDocument();
    expect(fake.desk.hasKey).toBe(true);
    expect(await violations()).toEqual([]);
  });

  it('seals the documents of open tickets anew after the list changed', async () => {
    const fake = await atDesk();
    await user.click(await button('My key'));
    expect(await screen.findByText(/3 documents of open tickets/)).toBeInTheDocument();
    await user.click(await button('Seal them anew'));
    expect(await screen.findByText('3 documents were sealed anew')).toBeInTheDocument();
    expect(
      await screen.findByText(/Every document of an open ticket is sealed to the newest list/),
    ).toBeInTheDocument();
    expect(fake.ticketStore.rows.flatMap((row) => row.documents).some((one) => one.stale)).toBe(false);
  });

  it('says why a list does not verify', async () => {
    const fake = await atDesk();
    fake.tickets.listProblem = 'bad-signature';
    await user.click(await button('My key'));
    expect(await screen.findByText(/not signed by the root key/)).toBeInTheDocument();
  });
});
