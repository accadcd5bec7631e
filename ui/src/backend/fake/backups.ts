/** Backups, played in memory: targets that succeed or fail as the scene wants, one backup to restore. */
import type { BackupsBackend } from '../backups';
import type * as M from '../model';

/** What the fake needs of the vault it plays in. */
export interface BackupsHost {
  now(): number;
  slow(): number;
  open(): void;
  isOpen(): boolean;
  check(password: string): void;
  rows(): M.EntryRow[];
  restore(names: { issuer: string; account: string }[]): void;
  create(password: string): Promise<M.RecoveryShown>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const fail = (code: M.ErrorCode, message: string, detail?: string): never => {
  throw { code, message, detail } satisfies M.Failure;
};
const DAY = 86_400;

export class FakeBackups implements BackupsBackend {
  rows: M.BackupTarget[] = [];
  passphrase = 'orchard violin seventeen';
  /** What the folder dialog answers, and how folders fail. */
  folder: string | null = '/media/lena/KEYRING';
  broken = new Map<string, M.ErrorCode>();
  file: string | null = 'tessera-0a1b2c3d-20261120T091200Z-1905.age';
  needs: M.RestoreFile['needs'] = 'passphrase';
  #opened: M.RestorePreview | null = null;
  #changed = new Set<() => void>();
  readonly #host: BackupsHost;

  constructor(host: BackupsHost, scene = '') {
    this.#host = host;
    const now = this.#seconds();
    if (scene.startsWith('backups')) {
      this.rows = [
        this.#row('b1', '/home/lena/Documents/Tessera', { last: this.#made(now - 600), up_to_date: true }),
        this.#row('b2', '/home/lena/Nextcloud/Backups', {
          schedule: 'on_change',
          way: 'keys',
          recipients: ['age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z'],
          last: this.#made(now - 540),
          up_to_date: true,
        }),
        this.#row('b3', '/media/lena/KEYRING', {
          keep: 5,
          last: this.#made(now - 19 * DAY),
          up_to_date: false,
          failed: {
            failure: { code: 'backup_folder_gone', message: 'The backup folder is not there.' },
            at: now - 300,
            again: now + 600,
          },
        }),
      ];
      this.rows[0]!.drill = { at: now - 94 * DAY, made: now - 94 * DAY, proof: 'passphrase', missing: 0, changed: 0 };
      this.rows[0]!.drill_due = true;
      this.rows[1]!.drill = { at: now - 2 * DAY, made: now - 3 * DAY, proof: 'key_file', missing: 1, changed: 0 };
    }
  }

  #seconds(): number {
    return Math.floor(this.#host.now() / 1000);
  }
  #made(made: number): M.BackupMade {
    const entries = this.#host.rows().length;
    return { made, entries, file: `tessera-0a1b2c3d-${made}-1905.age` };
  }
  #row(id: string, folder: string, part: Partial<M.BackupTarget> = {}): M.BackupTarget {
    return {
      id,
      folder,
      keep: 10,
      schedule: 'daily',
      way: 'passphrase',
      recipients: [],
      last: null,
      up_to_date: null,
      running: false,
      failed: null,
      drill: null,
      drill_failed: null,
      drill_due: false,
      ...part,
    };
  }
  #find(id: string): M.BackupTarget {
    this.#host.open();
    return this.rows.find((row) => row.id === id) ?? fail('backup_target_gone', 'gone');
  }
  #set(id: string, part: Partial<M.BackupTarget>): void {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...part } : row));
    for (const then of this.#changed) then();
  }

  async targets(): Promise<M.BackupTarget[]> {
    this.#host.open();
    return structuredClone(this.rows);
  }
  async pickFolder(): Promise<string | null> {
    return this.folder;
  }
  #checkEdit(edit: M.BackupTargetEdit, passphrase: string | null): void {
    if (edit.way === 'keys' && !edit.recipients.every((key) => key.startsWith('age1')))
      fail('backup_recipients', 'This is no age recipient that backups can be made for.');
    if (passphrase !== null && passphrase.length < 8) fail('weak_password', 'too weak');
  }
  async add(edit: M.BackupTargetEdit, passphrase: string | null, password: string): Promise<string> {
    await sleep(this.#host.slow());
    this.#host.check(password);
    this.#checkEdit(edit, passphrase);
    if (passphrase !== null) this.passphrase = passphrase;
    const id = `b${this.rows.length + 1}`;
    this.rows = [...this.rows, this.#row(id, edit.folder, { ...edit, up_to_date: false })];
    for (const then of this.#changed) then();
    return id;
  }
  async edit(id: string, edit: M.BackupTargetEdit, passphrase: string | null, password: string): Promise<void> {
    await sleep(this.#host.slow());
    this.#host.check(password);
    this.#find(id);
    this.#checkEdit(edit, passphrase);
    if (passphrase !== null) this.passphrase = passphrase;
    this.#set(id, { ...edit });
  }
  async remove(id: string): Promise<void> {
    this.#find(id);
    this.rows = this.rows.filter((row) => row.id !== id);
    for (const then of this.#changed) then();
  }
  async make(id: string): Promise<void> {
    const row = this.#find(id);
    this.#set(id, { running: true });
    await sleep(this.#host.slow());
    const code = this.broken.get(row.folder);
    if (code) {
      const failure = { code, message: 'not made' };
      this.#set(id, { running: false, failed: { failure, at: this.#seconds(), again: null } });
      fail(code, 'not made');
    }
    this.#set(id, { running: false, failed: null, up_to_date: true, last: this.#made(this.#seconds()) });
  }
  async copies(id: string): Promise<M.BackupCopy[]> {
    const row = this.#find(id);
    if (this.broken.has(row.folder)) fail(this.broken.get(row.folder)!, 'not there');
    return row.last ? [{ file: row.last.file, made: row.last.made, bytes: 421_888 }] : [];
  }
  async drill(id: string, passphrase: string | null, keyFile: boolean): Promise<M.DrillReport | null> {
    const row = this.#find(id);
    await sleep(this.#host.slow());
    if (row.way === 'passphrase' && passphrase !== this.passphrase) {
      this.#set(id, { drill_failed: this.#seconds() });
      fail('backup_wrong_passphrase', 'wrong');
    }
    const preview = this.#preview(row.last?.file ?? '');
    const proof = row.way === 'passphrase' ? 'passphrase' : keyFile ? 'key_file' : 'own_key';
    const count = (kind: M.RestoreKind) => preview.rows.filter((one) => one.kind === kind).length;
    this.#set(id, {
      drill: {
        at: this.#seconds(),
        made: preview.made,
        proof,
        missing: count('missing'),
        changed: count('changed'),
      },
      drill_failed: null,
      drill_due: false,
    });
    return { preview, proof };
  }
  async putOffDrill(id: string): Promise<void> {
    this.#find(id);
    this.#set(id, { drill_due: false });
  }

  #preview(name: string): M.RestorePreview {
    const now = this.#seconds();
    const rows = this.#host.isOpen() ? this.#host.rows() : [];
    const of = (row: M.EntryRow | undefined, part: Partial<M.RestoreRow>): M.RestoreRow => ({
      id: row?.id ?? 'restored',
      kind: 'changed',
      issuer: row?.issuer ?? 'Old Forge',
      account: row?.account ?? 'lena',
      in_trash: false,
      ours: row ? now - DAY : null,
      theirs: now - 2 * DAY,
      already_there: false,
      proposed: false,
      ...part,
    });
    return {
      name,
      made: now - DAY,
      entries: rows.length || 31,
      own: this.#host.isOpen() ? true : null,
      problems: [],
      rows: this.#host.isOpen()
        ? [
            of(undefined, { kind: 'added', ours: null, proposed: true }),
            of(rows[1], { kind: 'changed', theirs: now - 2 * DAY }),
            of(rows[4], { kind: 'missing', theirs: null }),
          ]
        : [],
    };
  }
  async pick(): Promise<M.RestoreFile | null> {
    this.#opened = null;
    return this.file === null ? null : { name: this.file, needs: this.needs };
  }
  async choose(id: string, file: string): Promise<M.RestoreFile> {
    this.#opened = null;
    const row = this.#find(id);
    return { name: file, needs: row.way === 'keys' ? 'nothing' : 'passphrase' };
  }
  async open(passphrase: string | null): Promise<M.RestorePreview | null> {
    await sleep(this.#host.slow());
    if (this.needs === 'passphrase' && passphrase !== this.passphrase) fail('backup_wrong_passphrase', 'wrong');
    this.#opened = this.#preview(this.file ?? '');
    return this.#opened;
  }
  async apply(take: M.EntryId[]): Promise<M.RestoreDone> {
    const opened = this.#opened ?? fail('invalid_request', 'none is open');
    await sleep(this.#host.slow());
    const taken = opened.rows.filter((row) => take.includes(row.id));
    this.#host.restore(taken.filter((row) => row.kind === 'added'));
    this.#opened = null;
    const count = (kind: M.RestoreKind) => taken.filter((row) => row.kind === kind).length;
    return { added: count('added'), changed: count('changed') };
  }
  async intoNew(password: string): Promise<M.RecoveryShown | null> {
    if (!this.#opened) fail('invalid_request', 'none is open');
    const shown = await this.#host.create(password);
    this.#host.restore([{ issuer: 'Old Forge', account: 'lena' }]);
    return shown;
  }
  async drop(): Promise<void> {
    this.#opened = null;
  }

  onChange(then: () => void): () => void {
    this.#changed.add(then);
    return () => this.#changed.delete(then);
  }
}
