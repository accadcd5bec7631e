/** Moving in and out, played in memory: files are known by their names, and nothing is read or written. */
import type * as M from '../model';
import type { MovingBackend } from '../moving';

/** What of the rest of the fake this part needs. */
export interface MovingHost {
  slow(): number;
  open(): void;
  check(password: string): void;
  rows(): M.EntryRow[];
  setRows(rows: M.EntryRow[]): void;
  /** Adds an entry and returns its id. */
  keep(issuer: string, account: string, group: string | null): string;
  trash(ids: string[]): Promise<void>;
  restore(ids: string[]): Promise<void>;
  forget(ids: string[]): void;
  log(event: M.AuditEvent): void;
  progress(progress: M.Progress): void;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const fail = (code: M.ErrorCode, message: string): never => {
  throw { code, message } satisfies M.Failure;
};

const formats: M.ExportFormat[] = [
  { id: 'otpauth', name: 'otpauth addresses, one a line', extension: 'txt', encrypted: false },
  { id: 'aegis', name: 'Aegis', extension: 'json', encrypted: false },
  { id: 'aegis-encrypted', name: 'Aegis', extension: 'json', encrypted: true },
  { id: '2fas', name: '2FAS', extension: '2fas', encrypted: false },
  { id: '2fas-encrypted', name: '2FAS', extension: '2fas', encrypted: true },
  { id: 'bitwarden', name: 'Bitwarden', extension: 'json', encrypted: false },
  { id: 'freeotp-plus', name: 'FreeOTP+', extension: 'json', encrypted: false },
  {
    id: 'google-authenticator',
    name: 'Google Authenticator, one address a line for QR codes',
    extension: 'txt',
    encrypted: false,
  },
  { id: 'sheet-pdf', name: 'Recovery sheet to print (PDF)', extension: 'pdf', encrypted: false },
  { id: 'sheet-html', name: 'Recovery sheet to print (HTML)', extension: 'html', encrypted: false },
];

type Sample = [issuer: string, account: string, more?: Partial<M.ImportRow>];

const inFile: Sample[] = [
  ['Vodafone Kabel', 'lena@hofmann.example', { group: 'Private' }],
  ['Jira', 'lena.hofmann@nordlicht.example', { standing: 'conflict', group: 'Work' }],
  ['Hetzner', 'K0118-nordlicht', { standing: 'duplicate' }],
  ['Uferbank', '1031 4470 29', { digits: 8, algorithm: 'SHA256', has_note: true, favorite: true }],
  ['Werkstor 4', 'hofmann', { kind: 'hotp', period: null, counter: 42, tags: ['gate'] }],
  ['Steam', 'lena_h2', { kind: 'steam', digits: 5, algorithm: null, has_icon: true }],
  ['Vodafone Kabel', 'lena@hofmann.example', { standing: 'duplicate', existing: [] }],
];

export class FakeMoving implements MovingBackend {
  /** Opens every encrypted file. */
  filePassword = 'chalk river';
  /** The names that the next dialog chooses; empty: it is left without choosing. */
  picked: string[] = ['aegis-backup-20261119.json'];
  /** Files that were written. */
  written: { format: string; entries: number }[] = [];
  /** Entries that a file named "thousands" holds. */
  many = 2000;
  #files: M.ImportFile[] = [];
  #rows: M.ImportRow[] = [];
  #problems: M.ImportProblem[] = [];
  #last: { added: string[]; replaced: string[] } | null = null;
  #stopped = false;
  #made = 0;
  readonly #host: MovingHost;

  constructor(host: MovingHost) {
    this.#host = host;
  }

  async pick(): Promise<M.ImportView | null> {
    return this.picked.length === 0 ? null : this.files(this.picked.map((name) => `/home/lena/Downloads/${name}`));
  }

  async files(paths: string[]): Promise<M.ImportView> {
    this.#host.open();
    await sleep(this.#host.slow());
    for (const path of paths) this.#read(path.split(/[\\/]/).pop() ?? path);
    return this.#view();
  }

  #read(name: string): void {
    const key = `f${++this.#made}`;
    const base: M.ImportFile = {
      key,
      names: [name],
      format: null,
      state: 'read',
      pictures: false,
      encrypted: false,
      failure: null,
    };
    if (name.includes('letter')) {
      const failure: M.Failure = { code: 'import_unknown', message: 'no export that is known' };
      this.#files.push({ ...base, state: 'failed', failure });
    } else if (name.includes('encrypted')) {
      this.#files.push({ ...base, format: 'Aegis', state: 'password_needed', encrypted: true });
    } else if (/\.(png|jpe?g)$/i.test(name)) {
      this.#pictures(name);
    } else {
      this.#files.push({ ...base, format: 'Aegis' });
      this.#fill(key, name);
    }
  }

  /** Two parts of three of a transfer, until the third comes. */
  #pictures(name: string): void {
    const old = this.#files.find((file) => file.pictures);
    const names = [...(old?.names ?? []), name];
    this.#files = this.#files.filter((file) => !file.pictures);
    const key = 'pictures';
    this.#files.push({
      key,
      names,
      format: 'Google Authenticator',
      state: 'read',
      pictures: true,
      encrypted: false,
      failure: null,
    });
    this.#rows.push(this.#row(key, [`Part ${names.length}`, 'lena'], name));
    this.#problems = this.#problems.filter((problem) => problem.file !== key);
    for (let part = names.length + 1; part <= 3; part++)
      this.#problems.push({
        file: key,
        place: `QR code ${part} of 3`,
        reason: 'It is missing; add it and read the parts again.',
        entry_kept: false,
      });
  }

  #fill(key: string, name: string): void {
    const samples: Sample[] = name.includes('thousands')
      ? Array.from({ length: this.many }, (_, n) => [`Site ${n}`, `user${n}@hofmann.example`])
      : inFile;
    samples.forEach((sample, n) => this.#rows.push(this.#row(key, sample, `entry ${n + 1}`)));
    if (name.includes('thousands')) return;
    this.#problems.push(
      {
        file: key,
        place: 'entry 8',
        reason: 'The secret is empty.',
        entry_kept: false,
      },
      {
        file: key,
        place: 'entry 9 (Old router: admin)',
        reason: 'The algorithm “MD5-X” is not known; SHA1, SHA256 and SHA512 are.',
        entry_kept: false,
      },
    );
  }

  #row(file: string, [issuer, account, more]: Sample, place: string): M.ImportRow {
    const twin = this.#host.rows().find((row) => row.issuer === issuer && row.account === account);
    // What was imported before is there already.
    const known = twin && !more?.standing ? ('duplicate' as const) : undefined;
    return {
      token: `i${++this.#made}`,
      file,
      place,
      issuer,
      account,
      kind: 'totp',
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      counter: null,
      group: null,
      tags: [],
      has_note: false,
      has_icon: false,
      favorite: false,
      in_trash: false,
      existing: twin ? [{ id: twin.id, issuer: twin.issuer, account: twin.account, in_trash: false }] : [],
      ...more,
      standing: known ?? more?.standing ?? 'new',
    };
  }

  #view(): M.ImportView {
    return structuredClone({ files: this.#files, rows: this.#rows, problems: this.#problems });
  }

  async password(file: string, password: string): Promise<M.ImportView> {
    await sleep(this.#host.slow());
    const asked = this.#files.find((one) => one.key === file) ?? fail('candidate_gone', 'not waiting');
    if (password !== this.filePassword) fail('import_wrong_password', 'the password does not open this file');
    for (const one of this.#files.filter((f) => f.state === 'password_needed' && f.format === asked.format)) {
      one.state = 'read';
      this.#fill(one.key, one.names[0] ?? '');
    }
    return this.#view();
  }

  async remove(file: string): Promise<M.ImportView> {
    this.#files = this.#files.filter((one) => one.key !== file);
    this.#rows = this.#rows.filter((row) => row.file !== file);
    this.#problems = this.#problems.filter((problem) => problem.file !== file);
    return this.#view();
  }

  async apply(choices: M.ImportChoice[], group: string | null): Promise<M.ImportDone | null> {
    this.#host.open();
    this.#stopped = false;
    const wanted = choices.map(
      (choice) => this.#rows.find((row) => row.token === choice.token) ?? fail('candidate_gone', 'not waiting'),
    );
    for (let done = 0; done < wanted.length; done += 64) {
      this.#host.progress({ task: 'importing', done, total: wanted.length });
      await sleep(this.#host.slow() / 10);
      if (this.#stopped) return null;
    }
    const replaced = choices.flatMap((choice, n) => (choice.replace ? wanted[n]!.existing.map((twin) => twin.id) : []));
    await this.#host.trash(replaced);
    const added = wanted.map((row) => this.#host.keep(row.issuer, row.account, group ?? row.group));
    this.#last = { added, replaced };
    this.#host.log('imported');
    await this.discard();
    return { added: added.length, replaced: replaced.length };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
  }

  async undo(): Promise<number> {
    const last = this.#last ?? fail('candidate_gone', 'nothing to take back');
    this.#last = null;
    this.#host.forget(last.added);
    await this.#host.restore(last.replaced);
    this.#host.log('import_undone');
    return last.added.length;
  }

  async discard(): Promise<void> {
    [this.#files, this.#rows, this.#problems] = [[], [], []];
  }

  async formats(): Promise<M.ExportFormat[]> {
    return formats;
  }

  async preview(format: string, ids: M.EntryId[] | null): Promise<M.ExportPreview> {
    const rows = this.#host.rows().filter((row) => ids === null || ids.includes(row.id));
    const losses = rows.flatMap((row): M.ExportLoss[] => {
      if (format.startsWith('sheet-')) return [];
      if (!['totp', 'hotp'].includes(row.kind))
        return [{ id: row.id, left_out: true, what: `it knows no ${row.kind}` }];
      return [
        ...(row.group !== null && format === 'otpauth' ? [{ id: row.id, left_out: false, what: 'group' }] : []),
        ...(row.tags.length > 0 ? [{ id: row.id, left_out: false, what: 'tags' }] : []),
      ];
    });
    const out = losses.filter((loss) => loss.left_out).length;
    return { entries: rows.length, carried: rows.length - out, losses };
  }

  async write(
    format: string,
    ids: M.EntryId[] | null,
    password: string,
    filePassword: string | null,
  ): Promise<M.ExportDone | null> {
    await sleep(this.#host.slow());
    this.#host.check(password);
    const chosen = formats.find((one) => one.id === format) ?? fail('invalid_request', 'no such format');
    if (chosen.encrypted && !filePassword) fail('invalid_request', 'a password is needed');
    const { carried } = await this.preview(format, ids);
    this.written.push({ format, entries: carried });
    this.#host.log('exported');
    return { path: `/home/lena/Documents/tessera-${format}.${chosen.extension}`, entries: carried, logged: true };
  }

  /** The file was changed by another program. */
  changed = false;
  async deleteExport(): Promise<void> {
    this.#host.open();
    if (this.changed) fail('export_changed', 'changed since');
    this.written.pop();
  }

  #edit(ids: string[], edit: (row: M.EntryRow) => M.EntryRow): number {
    this.#host.open();
    this.#host.setRows(this.#host.rows().map((row) => (ids.includes(row.id) ? edit(row) : row)));
    return ids.length;
  }

  async moveEntries(ids: M.EntryId[], group: string | null): Promise<number> {
    return this.#edit(ids, (row) => ({ ...row, group }));
  }

  async tagEntries(ids: M.EntryId[], add: string[], remove: string[]): Promise<number> {
    return this.#edit(ids, (row) => ({
      ...row,
      tags: [...new Set([...row.tags.filter((tag) => !remove.includes(tag)), ...add])],
    }));
  }

  /** Here, entries of the same names. */
  async duplicates(ids: M.EntryId[]): Promise<M.EntryId[][]> {
    const sets = new Map<string, string[]>();
    for (const row of this.#host.rows().filter((row) => ids.includes(row.id))) {
      const names = `${row.issuer}\n${row.account}`;
      sets.set(names, [...(sets.get(names) ?? []), row.id]);
    }
    return [...sets.values()].filter((set) => set.length > 1);
  }

  async mergeDuplicates(ids: M.EntryId[]): Promise<M.MergedDuplicates> {
    const sets = await this.duplicates(ids);
    const trashed = sets.flatMap((set) => set.slice(1));
    await this.#host.trash(trashed);
    return { kept: sets.map((set) => set[0]!), trashed, too_full: 0 };
  }
}
