/** Where a reviewer is at the desk, and what was last known of it. Nothing here outlives the page. */
import { backend } from '$backend';
import type { CenterRow } from '../../backend';
import type { DeskFilter, DeskStatus } from '../../backend/desk';
import type { ReviewerKey, StaffName, TicketDocument, TicketLine } from '../../backend/tickets';
import { Known } from '../../state/known.svelte';

export type DeskScreen =
  { at: 'queue' } | { at: 'ticket'; id: string } | { at: 'key' } | { at: 'invitation'; token?: string };

interface Lines {
  items: TicketLine[];
  next: string | null;
}

export class DeskState {
  screen = $state.raw<DeskScreen>({ at: 'queue' });
  center = $state.raw<CenterRow | null>(null);
  status = $state.raw<DeskStatus | null>(null);
  filter = $state.raw<DeskFilter>({ state: null, kind: null, mine: false });
  readonly queue = new Known<Lines>(async (signal) => {
    const page = await backend.desk.queue(this.centerId, this.filter, null, signal);
    return { items: page.items, next: page.next ?? null };
  });
  readonly keys = new Known<ReviewerKey[]>((signal) => backend.desk.keys(this.centerId, signal));
  readonly members = new Known<StaffName[]>((signal) => backend.desk.members(this.centerId, signal));
  readonly stale = new Known<TicketDocument[]>((signal) => backend.desk.stale(this.centerId, signal));

  get centerId(): string {
    return this.center?.id ?? '';
  }

  get signedIn(): boolean {
    return this.status?.staff != null;
  }

  /** A key of this vault that the center has listed: without one no document opens. */
  get keyState(): 'none' | 'unregistered' | 'unlisted' | 'listed' | 'unknown' {
    const recipient = this.status?.recipient;
    if (!this.status) return 'unknown';
    if (!recipient) return 'none';
    if (!this.keys.value) return 'unknown';
    const own = this.keys.value.find((key) => key.recipient === recipient);
    return own ? (own.listed ? 'listed' : 'unlisted') : 'unregistered';
  }

  async loadStatus(): Promise<void> {
    this.status = await backend.desk.status(this.centerId);
    if (this.signedIn) void this.members.load();
  }

  /** Who a staff member is: until names are known, the beginning of its number, which is 32 signs long. */
  nameOf(id: string): string {
    return this.members.value?.find((one) => one.id === id)?.name ?? (id.length > 12 ? `${id.slice(0, 8)}…` : id);
  }

  /** A session that ended shows in any answer: then the sign-in comes, and what was typed elsewhere stays. */
  async ended(code: string | undefined): Promise<void> {
    if (code === 'center_not_signed_in') await this.loadStatus();
  }

  async more(): Promise<void> {
    const known = this.queue.value;
    if (!known?.next) return;
    const page = await backend.desk.queue(this.centerId, this.filter, known.next);
    const fresh = page.items.filter((line) => !known.items.some((one) => one.id === line.id));
    this.queue.set({ items: [...known.items, ...fresh], next: page.next ?? null });
  }

  setFilter(part: Partial<DeskFilter>): void {
    this.filter = { ...this.filter, ...part };
    this.queue.value = null;
    void this.queue.load();
  }

  go(screen: DeskScreen): void {
    this.screen = screen;
  }

  clear(): void {
    this.screen = { at: 'queue' };
    this.center = null;
    this.status = null;
    this.filter = { state: null, kind: null, mine: false };
    for (const known of [this.queue, this.keys, this.members, this.stale]) {
      known.stop();
      known.value = null;
      known.failure = null;
    }
  }
}

export const desk = new DeskState();
