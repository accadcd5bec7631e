/** The state of adding: where codes are looked for, what was found, and what a person makes of it before it is saved. */
import { backend } from '$backend';
import type { Candidate, EntryEdit, Failure, ScanResult, TransferRow } from '../../backend';
import { asFailure } from '../../errors/failure';

export const methods = ['camera', 'screen', 'image', 'paste', 'hand'] as const;
export type Method = (typeof methods)[number];

export interface ReviewItem {
  candidate: Candidate;
  edit: EntryEdit;
  /** Left out when false. */
  include: boolean;
}

export function reviewItem(candidate: Candidate): ReviewItem {
  return {
    candidate,
    edit: {
      issuer: candidate.issuer,
      account: candidate.account,
      group: null,
      tags: [],
      note: '',
      favorite: false,
      algorithm: null,
      digits: null,
      period: null,
      counter: null,
    },
    // A secret that is already here is seldom wanted twice.
    include: candidate.duplicates.length === 0,
  };
}

export class AddState {
  method = $state<Method>('camera');
  step = $state<'find' | 'review'>('find');
  items = $state<ReviewItem[]>([]);
  /** Codes that were read but cannot be saved. */
  strange = $state.raw<Candidate[]>([]);
  results = $state.raw<ScanResult[]>([]);
  /** A transfer of several QR codes, some of which may not have come yet. */
  transfer = $state.raw<TransferRow | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  saving = $state(false);
  included = $derived(this.items.filter((item) => item.include));

  choose(method: Method): void {
    this.method = method;
    this.failure = null;
    this.strange = [];
    this.results = [];
  }

  /** Runs a search; what it finds goes to the review. Returns whether anything was found. */
  async find(search: () => Promise<Candidate[]>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    this.strange = [];
    try {
      const found = await search();
      this.transfer = await backend.transferParts();
      return this.take(found);
    } catch (error) {
      this.failure = asFailure(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Several pictures: each with its own outcome, shown before going on. */
  async files(search: () => Promise<ScanResult[]>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      const results = await search();
      this.results = results;
      this.transfer = await backend.transferParts();
      const clean = results.every((result) => result.error === null && result.candidates.every((c) => !c.problem));
      // Nothing to explain: straight to the review.
      if (results.length > 0 && clean) this.take(results.flatMap((result) => result.candidates));
    } catch (error) {
      this.failure = asFailure(error);
    } finally {
      this.busy = false;
    }
  }

  take(candidates: Candidate[]): boolean {
    const good = candidates.filter((candidate) => candidate.problem === null);
    this.strange = candidates.filter((candidate) => candidate.problem !== null);
    if (good.length === 0) {
      if (this.strange.length === 0) this.failure = { code: 'no_code_found', message: '' };
      return false;
    }
    this.items = good.map(reviewItem);
    this.failure = null;
    this.step = 'review';
    return true;
  }

  back(): void {
    this.step = 'find';
    this.items = [];
    this.failure = null;
    this.transfer = null;
    void backend.discardCandidates();
  }

  /** Returns the new ids, or nothing when it was refused. */
  async save(): Promise<string[] | null> {
    if (this.saving || this.included.length === 0) return null;
    this.saving = true;
    this.failure = null;
    try {
      return await backend.saveCandidates(
        this.included.map(({ candidate, edit }) => ({
          token: candidate.token,
          issuer: edit.issuer.trim(),
          account: edit.account.trim(),
          group: edit.group,
          tags: [...edit.tags],
          favorite: edit.favorite,
          note: edit.note,
        })),
      );
    } catch (error) {
      this.failure = asFailure(error);
      return null;
    } finally {
      this.saving = false;
    }
  }
}
