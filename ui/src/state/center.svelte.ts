/** Which centers and accounts this vault knows, and which one the views are about. */
import { backend } from '$backend';
import type { AccountRef, AccountRow, CenterRow, EntryId, EntryLink, Failure, LastKnown, TrialState } from '../backend';
import { asFailure } from '../errors/failure';
import { Known } from './known.svelte';
import { limitsOf, rulesOf } from './rules';

export class Center {
  centers = $state.raw<CenterRow[]>([]);
  accounts = $state.raw<AccountRow[]>([]);
  links = $state.raw<EntryLink[]>([]);
  trial = $state.raw<TrialState | null>(null);
  loaded = $state(false);
  failure = $state.raw<Failure | null>(null);
  #who = $state.raw<AccountRef | null>(null);
  #center = $state<string | null>(null);
  /** What was read for an account stays while views change; by account and name. */
  #known = new Map<string, Known<unknown>>();
  /** What was read when the vault was open before. */
  #before = new Map<string, LastKnown>();
  /** Centers that were asked about themselves since the vault was opened. */
  #met = new Set<string>();

  async load(): Promise<void> {
    try {
      const center = backend.center;
      const [centers, accounts, links, trial, before] = await Promise.all([
        center.centers(),
        center.accounts(),
        center.entryLinks(),
        center.trial(),
        center.lastKnown(),
      ]);
      this.#before = new Map(before.map((one) => [keyOf(one.who, one.name), one]));
      Object.assign(this, { centers, accounts, links, trial, failure: null, loaded: true });
      for (const key of this.#known.keys())
        if (!accounts.some((row) => row.signed_in && key.startsWith(`${row.center}/${row.account}/`)))
          this.#known.delete(key);
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  clear(): void {
    for (const known of this.#known.values()) known.stop();
    this.#known.clear();
    this.#before.clear();
    this.#met.clear();
    Object.assign(this, { centers: [], accounts: [], links: [], trial: null, loaded: false, failure: null });
    this.#who = null;
    this.#center = null;
  }

  /** The account that the views are about: the chosen one, else the first that is signed in, else the first. */
  get row(): AccountRow | null {
    const who = this.#who;
    // A center was chosen to sign in at: none of another center stands in for it.
    const here = this.#center === null ? this.accounts : this.accounts.filter((row) => row.center === this.#center);
    return this.accounts.find((row) => who && same(row, who)) ?? here.find((row) => row.signed_in) ?? here[0] ?? null;
  }

  /** The account, signed in. */
  get who(): AccountRef | null {
    const row = this.row;
    return row?.signed_in ? { center: row.center, account: row.account } : null;
  }

  get center(): CenterRow | null {
    const id = this.#center ?? this.row?.center;
    return this.centers.find((row) => row.id === id) ?? this.centers[0] ?? null;
  }

  /** The numbers of its rules. */
  get limits() {
    return limitsOf(this.center);
  }

  /** The same as words, for `t`. */
  get rules() {
    return rulesOf(this.center);
  }

  choose(who: AccountRef): void {
    this.#who = { center: who.center, account: who.account };
    this.#center = who.center;
  }

  /** For views without an account: sign in, register, retrieve. */
  chooseCenter(center: string): void {
    this.#center = center;
    if (this.#who?.center !== center) this.#who = null;
  }

  /**
   * Asks a center about itself, once while the vault is open: whom to contact, and the numbers of its rules. What it said
   * last stands until then, and stays when it does not answer.
   */
  meet(row: CenterRow | null): void {
    if (!row || this.#met.has(row.id)) return;
    this.#met.add(row.id);
    backend.center.refreshCenter(row.id).then(
      (fresh) => {
        this.centers = this.centers.map((one) => (one.id === fresh.id ? fresh : one));
      },
      () => this.#met.delete(row.id),
    );
  }

  /** `once`: what it told is not kept for the next time that the vault is open. */
  known<T>(
    who: AccountRef,
    name: string,
    read: (who: AccountRef, signal: AbortSignal) => Promise<T>,
    once = false,
  ): Known<T> {
    const key = keyOf(who, name);
    const there = this.#known.get(key) as Known<T> | undefined;
    if (there) return there;
    const keep = (value: T, at: number) =>
      // Without it the panel is empty next time, which it says.
      void backend.center.keepKnown({ who, name, at, text: JSON.stringify(value) }).catch(() => {});
    const fresh = new Known<T>((signal) => read(who, signal), once ? undefined : keep);
    const before = once ? undefined : this.#before.get(key);
    if (before) fresh.remember(JSON.parse(before.text) as T, before.at);
    this.#known.set(key, fresh as Known<unknown>);
    return fresh;
  }

  /** The account that an entry belongs to. */
  linkOf(entry: EntryId): EntryLink | null {
    return this.links.find((link) => link.entry === entry) ?? null;
  }
}

const keyOf = (who: AccountRef, name: string) => `${who.center}/${who.account}/${name}`;

export const same = (a: AccountRef, b: AccountRef): boolean => a.center === b.center && a.account === b.account;

export const center = new Center();
