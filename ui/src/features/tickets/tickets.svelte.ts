/** Where a person is among the tickets, and what was last known of them. Nothing here outlives the page. */
import { backend } from '$backend';
import type { AccountRow, CenterRow } from '../../backend';
import type {
  FollowedTicket,
  Ticket,
  TicketDraft,
  TicketKind,
  TicketLine,
  TicketPlace,
  TicketRef,
} from '../../backend/tickets';
import { center } from '../../state/center.svelte';
import { Known } from '../../state/known.svelte';
import type { What } from './guide';
import { emptyStatement } from './kinds';

export type Screen =
  | { at: 'list' }
  /** `what` is known already where the guide was opened. */
  | { at: 'guide'; what: What | null }
  | { at: 'form'; draft: TicketDraft }
  /** `code` is the query code, the one time that it is shown; `moved`: it is not as the page before had it. */
  | { at: 'ticket'; ticket: TicketRef; code: string | null; moved?: boolean }
  | { at: 'work'; ticket: TicketRef }
  | { at: 'query' }
  | { at: 'link'; link: string };

interface Lines {
  items: TicketLine[];
  next: string | null;
}

export class TicketsState {
  screen = $state.raw<Screen>({ at: 'list' });
  /** Whose screen it is: the center's and the account's name. */
  #of = '';
  drafts = $state.raw<TicketDraft[]>([]);
  followed = $state.raw<FollowedTicket[]>([]);

  get center(): CenterRow | null {
    return center.center;
  }
  get account(): AccountRow | null {
    return center.row;
  }
  get centerId(): string {
    return this.center?.id ?? '';
  }
  get placeOut(): TicketPlace {
    return { center: this.centerId, account: null };
  }
  get placeIn(): (TicketPlace & { account: number }) | null {
    const who = center.who;
    return who && who.center === this.centerId ? { center: who.center, account: who.account } : null;
  }

  /**
   * The login e-mail of the account that a ticket about one that cannot be signed in to is about: of the accounts that this
   * vault knows at the center and that are signed out, if it is one alone.
   */
  get subject(): string | null {
    const out = center.accounts.filter((row) => row.center === this.centerId && !row.signed_in);
    const emails = new Set(out.map((row) => row.login_name.trim()).filter((name) => name.includes('@')));
    return emails.size === 1 ? ([...emails][0] ?? null) : null;
  }

  /** The account's list; kept for each account, so that one without connection shows what it last was. */
  get lines(): Known<Lines> | null {
    const place = this.placeIn;
    return (
      place &&
      center.known(place, 'tickets', async (who, signal) => {
        const page = await backend.tickets.list(who, null, signal);
        return { items: page.items, next: page.next ?? null };
      })
    );
  }

  /** What the vault has, which never waits for the net. */
  async loadLocal(): Promise<void> {
    const [drafts, followed] = await Promise.all([backend.tickets.drafts(), backend.tickets.followed()]);
    this.drafts = drafts.filter((draft) => draft.place.center === this.centerId);
    this.followed = followed.filter((line) => line.ticket.center === this.centerId);
  }

  /** One ticket; of an account's it is kept what it last was. */
  ticket(where: TicketRef): Known<Ticket> {
    const { center: at, account } = where;
    if (account === null) return new Known<Ticket>((signal) => backend.tickets.read(where, signal));
    return center.known(
      { center: at, account },
      `ticket ${where.id}`,
      (_, signal) => backend.tickets.read(where, signal),
      true,
    );
  }

  async more(): Promise<void> {
    const place = this.placeIn;
    const known = this.lines;
    if (!place || !known?.value?.next) return;
    const { items, next } = known.value;
    const page = await backend.tickets.list(place, next);
    const fresh = page.items.filter((line) => !items.some((one) => one.id === line.id));
    known.set({ items: [...items, ...fresh], next: page.next ?? null });
  }

  go(screen: Screen): void {
    this.screen = screen;
    this.#of = this.#here;
  }

  /** Another account or center begins at its list, also when it came while another view was open. */
  settle(): void {
    if (this.#of !== this.#here) this.go({ at: 'list' });
  }

  get #here(): string {
    return `${this.centerId} ${this.account?.account ?? ''}`;
  }

  /** A draft of the same kind and place is gone on with: two of one thing would only be refused later. */
  async begin(kind: TicketKind, place: TicketPlace, prefill: Record<string, string> = {}): Promise<void> {
    await this.loadLocal();
    const there = this.drafts.find((draft) => draft.kind === kind && draft.place.account === place.account);
    const draft =
      there ??
      (await backend.tickets.saveDraft({
        id: null,
        place,
        kind,
        statement: { ...emptyStatement(kind), ...prefill },
        contact: '',
      }));
    this.go({ at: 'form', draft });
  }

  clear(): void {
    this.screen = { at: 'list' };
    this.drafts = [];
    this.followed = [];
  }
}

export const tickets = new TicketsState();
