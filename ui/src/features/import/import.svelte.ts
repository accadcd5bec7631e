/** The state of importing: which files were given, what was found in them, and what a person makes of it. */
import { backend } from '$backend';
import type { Failure, ImportChoice, ImportDone, ImportProblem, ImportRow, ImportView, Progress } from '../../backend';
import { asFailure } from '../../errors/failure';
import { clock } from '../../state/clock.svelte';
import { vault } from '../../state/vault.svelte';

export type Filter = 'all' | 'new' | 'duplicate' | 'conflict' | 'problem';
/** What becomes of a conflict: the vault's entry stays beside the new one, gives way to it, or stays alone. */
export type Answer = 'both' | 'replace' | 'keep';

export type Line = { row: ImportRow; problem?: undefined } | { row?: undefined; problem: ImportProblem };

/** A secret that is here already is seldom wanted twice; what lay in a backup's trash was thrown away once. */
export const wantedAtFirst = (row: ImportRow): boolean => row.standing !== 'duplicate' && !row.in_trash;

export class ImportState {
  view = $state.raw<ImportView | null>(null);
  filter = $state<Filter>('all');
  /** Tokens of the rows to import. */
  wanted = $state.raw<ReadonlySet<string>>(new Set());
  answers = $state.raw<ReadonlyMap<string, Answer>>(new Map());
  /** All go into this group; null: each keeps the file's. */
  group = $state<string | null>(null);
  busy = $state<'reading' | 'writing' | null>(null);
  stopping = $state(false);
  progress = $state.raw<Progress | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** By file: why its password did not open it. */
  passwordFailures = $state.raw<ReadonlyMap<string, Failure>>(new Map());
  done = $state.raw<(ImportDone & { leftOut: number; problems: number; undone: boolean }) | null>(null);
  #seen = new Set<string>();

  rows = $derived(this.view?.rows ?? []);
  files = $derived(this.view?.files ?? []);
  problems = $derived(this.view?.problems ?? []);
  waiting = $derived(this.files.filter((file) => file.state === 'password_needed'));
  counts = $derived.by(() => {
    const counts = { all: this.rows.length + this.problems.length, new: 0, duplicate: 0, conflict: 0 };
    for (const row of this.rows) counts[row.standing] += 1;
    return { ...counts, problem: this.problems.length };
  });
  lines = $derived.by<Line[]>(() => {
    const { filter } = this;
    const rows = filter === 'all' ? this.rows : this.rows.filter((row) => row.standing === filter);
    const problems = filter === 'all' || filter === 'problem' ? this.problems : [];
    return [...rows.map((row) => ({ row })), ...problems.map((problem) => ({ problem }))];
  });
  chosen = $derived(this.rows.filter((row) => this.wanted.has(row.token)));
  replacing = $derived(this.chosen.filter((row) => this.answer(row) === 'replace').length);

  answer(row: ImportRow): Answer {
    if (!this.wanted.has(row.token)) return 'keep';
    return row.standing === 'conflict' ? (this.answers.get(row.token) ?? 'both') : 'both';
  }

  setAnswer(row: ImportRow, answer: Answer): void {
    this.answers = new Map(this.answers).set(row.token, answer);
    this.want([row], answer !== 'keep');
  }

  want(rows: ImportRow[], wanted: boolean): void {
    const next = new Set(this.wanted);
    for (const { token } of rows)
      if (wanted) next.add(token);
      else next.delete(token);
    this.wanted = next;
    // “Keep mine” said before is no answer to wanting it.
    if (wanted && rows.some((row) => this.answers.get(row.token) === 'keep')) {
      const answers = new Map(this.answers);
      for (const row of rows) if (answers.get(row.token) === 'keep') answers.delete(row.token);
      this.answers = answers;
    }
  }

  /** Runs a reading of files; what it finds is taken into the list. */
  async read(work: () => Promise<ImportView | null>): Promise<void> {
    if (this.busy) return;
    this.busy = 'reading';
    this.failure = null;
    this.progress = null;
    this.done = null;
    try {
      const view = await work();
      if (view) this.#take(view);
    } catch (error) {
      this.failure = asFailure(error);
    } finally {
      this.busy = null;
      this.stopping = false;
    }
  }

  #take(view: ImportView): void {
    const fresh = view.rows.filter((row) => !this.#seen.has(row.token));
    for (const { token } of fresh) this.#seen.add(token);
    this.view = view.files.length > 0 ? view : null;
    const there = new Set(view.rows.map((row) => row.token));
    this.wanted = new Set([
      ...[...this.wanted].filter((token) => there.has(token)),
      ...fresh.filter(wantedAtFirst).map((row) => row.token),
    ]);
    if (this.counts[this.filter] === 0) this.filter = 'all';
  }

  async open(file: string, password: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = 'reading';
    this.progress = null;
    const failures = new Map(this.passwordFailures);
    failures.delete(file);
    this.passwordFailures = failures;
    try {
      this.#take(await backend.moving.password(file, password));
      return true;
    } catch (error) {
      this.passwordFailures = new Map(failures).set(file, asFailure(error));
      return false;
    } finally {
      this.busy = null;
      this.stopping = false;
    }
  }

  remove(file: string): Promise<void> {
    return this.read(() => backend.moving.remove(file));
  }

  /** Whether entries were written. */
  async apply(): Promise<boolean> {
    if (this.busy || this.chosen.length === 0) return false;
    this.busy = 'writing';
    this.failure = null;
    this.progress = null;
    const choices: ImportChoice[] = this.chosen.map((row) => ({
      token: row.token,
      replace: this.answer(row) === 'replace',
    }));
    const leftOut = this.rows.length - choices.length;
    const problems = this.problems.filter((problem) => !problem.entry_kept).length;
    try {
      const done = await backend.moving.apply(choices, this.group?.trim() || null);
      if (!done) return false;
      this.done = { ...done, leftOut, problems, undone: false };
      vault.lastImport = { added: done.added, at: clock.seconds };
      return true;
    } catch (error) {
      this.failure = asFailure(error);
      return false;
    } finally {
      this.busy = null;
      this.stopping = false;
    }
  }

  stop(): void {
    this.stopping = true;
    void backend.moving.stop();
  }

  async undo(): Promise<number | null> {
    if (this.busy || !vault.lastImport) return null;
    this.failure = null;
    try {
      const gone = await backend.moving.undo();
      vault.lastImport = null;
      if (this.done) this.done = { ...this.done, undone: true };
      return gone;
    } catch (error) {
      this.failure = asFailure(error);
      return null;
    }
  }

  /** Forgets the list, here and in the shell. */
  clear(): void {
    this.view = null;
    this.done = null;
    this.failure = null;
    this.filter = 'all';
    this.group = null;
    this.wanted = new Set();
    this.answers = new Map();
    this.passwordFailures = new Map();
    void backend.moving.discard().catch(() => {});
  }
}
