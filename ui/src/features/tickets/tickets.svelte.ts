/** Where a person is among the tickets, and what was last known of them. Nothing here outlives the page. */
import { backend } from '$backend';
import type { AccountRow, CenterRow } from '../../backend';
import type {
  FollowedTicket,
  TicketDraft,
  TicketKind,
  TicketLine,
  TicketPlace,
  TicketRef,
} from '../../backend/tickets';
import { clock } from '../../state/clock.svelte';
import { Known } from '../../state/known.svelte';
import { emptyStatement } from './kinds';

export type Screen =
  | { at: 'list' }
  | { at: 'guide' }
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
  center = $state.raw<CenterRow | null>(null);
  /** Whose tickets are shown; null: nobody is signed in at this center. */
  account = $state.raw<AccountRow | null>(null);
  drafts = $state.raw<TicketDraft[]>([]);
  followed = $state.raw<FollowedTicket[]>([]);
  #lines = new Map<string, Known<Lines>>();

  get centerId(): string {
    return this.center?.id ?? '';
  }
  get placeOut(): TicketPlace {
    return { center: this.centerId, account: null };
  }
  get placeIn(): TicketPlace | null {
    return this.account?.signed_in ? { center: this.account.center, account: this.account.account } : null;
  }

  /** The account's list; kept for each account, so that one without connection shows what it last was. */
  lines(place: TicketPlace): Known<Lines> {
    const key = `${place.center} ${place.account}`;
    let known = this.#lines.get(key);
    if (!known) {
      known = new Known<Lines>(() => clock.seconds);
      this.#lines.set(key, known);
    }
    return known;
  }

  /** What the vault has, which never waits for the net. */
  async loadLocal(): Promise<void> {
    const [drafts, followed] = await Promise.all([backend.tickets.drafts(), backend.tickets.followed()]);
    this.drafts = drafts.filter((draft) => draft.place.center === this.centerId);
    this.followed = followed.filter((line) => line.ticket.center === this.centerId);
  }

  async load(): Promise<void> {
    const place = this.placeIn;
    if (!place) return;
    await this.lines(place).load(async (signal) => {
      const page = await backend.tickets.list(place, null, signal);
      return { items: page.items, next: page.next ?? null };
    });
  }

  async more(): Promise<void> {
    const place = this.placeIn;
    const known = place && this.lines(place);
    if (!place || !known?.value?.next) return;
    const { items, next } = known.value;
    const page = await backend.tickets.list(place, next);
    const fresh = page.items.filter((line) => !items.some((one) => one.id === line.id));
    known.set({ items: [...items, ...fresh], next: page.next ?? null });
  }

  go(screen: Screen): void {
    this.screen = screen;
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
    this.center = null;
    this.account = null;
    this.drafts = [];
    this.followed = [];
    this.#lines.clear();
  }
}

export const tickets = new TicketsState();
