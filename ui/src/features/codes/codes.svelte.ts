/** The state of the codes view: what is searched, chosen, active, shown, just copied. */
import { backend } from '$backend';
import type { EntryRow, Failure, Sort } from '../../backend';
import { asFailure } from '../../errors/failure';
import { clock } from '../../state/clock.svelte';
import { toasts } from '../../state/toasts.svelte';
import { vault } from '../../state/vault.svelte';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { matching, moved, sorted } from './filter';
import { LiveCodes } from './live.svelte';
import { Selection } from './selection.svelte';

/** How long a hidden code stays shown once asked for. */
export const SHOWN_SECONDS = 20;

export class CodesState {
  query = $state('');
  group = $state<string | null>(null);
  favoritesOnly = $state(false);
  tags = $state.raw<string[]>([]);
  favoritesOpen = $state(false);
  /** Index into `items`; -1 when there is nothing. */
  active = $state(0);
  details = $state<string | null>(null);
  editing = $state(false);
  askPin = $state.raw<EntryRow | null>(null);
  failure = $state.raw<Failure | null>(null);
  copied = $state.raw<{ id: string; until: number } | null>(null);
  /** Hidden codes that were asked for, and until when. */
  #shown = $state.raw(new Map<string, number>());
  readonly live = new LiveCodes();
  readonly selection = new Selection();
  /** Entries that the export view is to take. */
  exporting = $state.raw<string[]>([]);
  /** How many favorites fit in their one row; set by the view. */
  favoriteColumns = $state(3);

  filtered = $derived(this.query.trim() !== '' || this.group !== null || this.favoritesOnly || this.tags.length > 0);
  sort = $derived<Sort>(vault.settings?.sort ?? 'issuer');
  ordered = $derived(sorted(vault.entries, this.sort));
  results = $derived(
    matching(this.ordered, { query: this.query, group: this.group, favorites: this.favoritesOnly, tags: this.tags }),
  );
  /** Favorites stand above the list as long as nothing is searched, chosen or selected. */
  allFavorites = $derived(
    this.filtered || this.details !== null || this.selection.on ? [] : this.results.filter((row) => row.favorite),
  );
  favorites = $derived(this.favoritesOpen ? this.allFavorites : this.allFavorites.slice(0, this.favoriteColumns));
  list = $derived(this.allFavorites.length > 0 ? this.results.filter((row) => !row.favorite) : this.results);
  items = $derived([...this.favorites, ...this.list]);
  activeRow = $derived<EntryRow | undefined>(this.items[this.active]);
  /** Also those that a search hides at the moment. */
  selected = $derived(vault.entries.filter((row) => this.selection.has(row.id)));
  hidden = $derived(vault.settings?.hide_codes ?? false);
  canReorder = $derived(this.sort === 'own' && !this.filtered);

  isShown(id: string): boolean {
    return !this.hidden || (this.#shown.get(id) ?? 0) > clock.seconds;
  }

  toggleShown(id: string): void {
    const shown = new Map(this.#shown);
    if ((shown.get(id) ?? 0) > clock.seconds) shown.delete(id);
    else shown.set(id, clock.seconds + SHOWN_SECONDS);
    this.#shown = shown;
  }

  choose(id: string): void {
    const index = this.items.findIndex((row) => row.id === id);
    if (index >= 0) this.active = index;
  }

  move(step: number): void {
    if (this.items.length === 0) return;
    this.active = Math.min(this.items.length - 1, Math.max(0, this.active + step));
    if (this.details !== null) this.details = this.activeRow?.id ?? null;
  }

  /** Shift and an arrow: everything from where that began to the row it ends at. */
  extend(step: number): void {
    const from = this.activeRow;
    if (!from) return;
    const id = from.id;
    this.selection.anchorAt(id);
    // Favorites go into the list while selecting: the row may stand elsewhere now.
    this.choose(id);
    this.move(step);
    if (this.activeRow) this.selection.extend(this.items, this.activeRow.id);
  }

  startSelecting(): void {
    const id = this.activeRow?.id;
    this.close();
    this.selection.start();
    if (id) this.choose(id);
  }

  /** Whatever changed what is listed: start at the top. */
  reset(): void {
    this.active = 0;
    this.failure = null;
  }

  setGroup(group: string | null, favorites = false): void {
    this.group = group;
    this.favoritesOnly = favorites;
    this.reset();
  }

  toggleTag(tag: string): void {
    this.tags = this.tags.includes(tag) ? this.tags.filter((other) => other !== tag) : [...this.tags, tag];
    this.reset();
  }

  clearFilter(): void {
    this.query = '';
    this.tags = [];
    this.setGroup(null);
  }

  open(id: string, editing = false): void {
    this.details = id;
    this.editing = editing;
    this.choose(id);
  }

  close(): void {
    const id = this.details;
    this.details = null;
    this.editing = false;
    if (id) this.choose(id);
  }

  /** Enter and click. A counter's code is made first; one that needs its PIN asks for it. */
  async copy(row: EntryRow): Promise<void> {
    this.failure = null;
    try {
      if (row.needs_pin && !this.live.at(row.id, clock.seconds)?.code) {
        this.askPin = row;
        return;
      }
      if (row.kind === 'hotp' && !this.live.rows.get(row.id)?.code) await this.advance(row);
      const { clears_in_s } = await backend.copyCode(row.id);
      this.#wasCopied(row, clears_in_s);
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  /** Throws the failure, for the dialog to show. */
  async copyWithPin(row: EntryRow, pin: string): Promise<void> {
    const code = await backend.codeWithPin(row.id, pin);
    this.live.put(code);
    const { clears_in_s } = await backend.copyCodeWithPin(row.id, pin);
    this.#wasCopied(row, clears_in_s);
  }

  async advance(row: EntryRow): Promise<void> {
    this.failure = null;
    try {
      this.live.put(await backend.advanceHotp(row.id));
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  #wasCopied(row: EntryRow, clears: number | null): void {
    const clearsIn = clears ?? 0;
    if (this.hidden) {
      const shown = new Map(this.#shown);
      this.#shown = shown.set(row.id, clock.seconds + SHOWN_SECONDS);
    }
    this.copied = { id: row.id, until: clock.seconds + Math.min(clearsIn || 5, 20) };
    const name = row.issuer || row.account;
    toasts.show(clearsIn > 0 ? t('codes.copied', { name, count: clearsIn }) : t('codes.copiedForGood', { name }));
  }

  async toggleFavorite(row: EntryRow): Promise<void> {
    try {
      await vault.setFavorite(row.id, !row.favorite);
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  async setSort(sort: Sort): Promise<void> {
    const id = this.activeRow?.id;
    try {
      // One's own order begins as what is seen now.
      if (sort === 'own' && vault.entries.every((row) => row.order === vault.entries[0]?.order))
        await backend.setOrder(this.ordered.map((row) => row.id));
      await vault.change({ sort });
      if (sort === 'own') await vault.reload();
      if (id) this.choose(id);
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  /** Moves an entry before another of the list, or to its end. */
  async reorder(id: string, before: string | null): Promise<void> {
    const ids = this.ordered.map((row) => row.id);
    const next = moved(ids, id, before);
    if (next.every((other, n) => other === ids[n])) return;
    try {
      const place = new Map(next.map((other, n) => [other, n]));
      vault.entries = vault.entries.map((row) => ({ ...row, order: place.get(row.id) ?? row.order }));
      this.choose(id);
      await backend.setOrder(next);
    } catch (error) {
      this.failure = asFailure(error);
      await vault.reload();
    }
  }

  /** Alt+Up and Alt+Down. */
  async nudge(step: -1 | 1): Promise<void> {
    const row = this.activeRow;
    if (!row || !this.canReorder) return;
    const among = row.favorite ? this.allFavorites : this.list;
    const at = among.indexOf(row);
    const to = at + step;
    if (to < 0 || to >= among.length) return;
    await this.reorder(row.id, step < 0 ? among[to]!.id : (among[to + 1]?.id ?? null));
  }

  /** Moves to the trash and offers to undo; no question, because nothing is lost for 30 days. */
  async trash(rows: EntryRow[]): Promise<void> {
    const ids = rows.map((row) => row.id);
    try {
      await backend.trashEntries(ids);
      this.details = null;
      this.selection.none();
      await vault.reload();
      this.active = Math.min(this.active, Math.max(0, this.items.length - 1));
      const name = rows[0]?.issuer || rows[0]?.account || '';
      const many = t('bulk.trashed', { count: rows.length, number: number(rows.length) });
      toasts.show(rows.length > 1 ? many : t('codes.trashed', { name }), {
        label: t('codes.undo'),
        run: () => void backend.restoreEntries(ids).then(() => vault.reload()),
      });
    } catch (error) {
      this.failure = asFailure(error);
    }
  }
}
