/**
 * The shell, played in memory: for `npm run dev` and for tests. It keeps no secret, computes no real code and protects
 * nothing; the real build never contains it. The address chooses a scene: ?state=open&count=10000&scene=quarantine …
 */
import type { Backend } from '../index';
import type * as M from '../model';
import { FakeBackups } from './backups';
import { playCamera } from './camera';
import { FakeCenter, type CenterScene } from './center';
import { code, codeRow } from './codes';
import { hash, makeEntries, makeRow, makeTrash } from './data';
import { FakeDesk } from './desk';
import { FakeMoving } from './moving';
import { drawQr, PICTURE } from './pictures';
import { fillTickets } from './ticket-data';
import { TicketStore } from './ticket-store';
import { FakeTickets } from './tickets';

interface Scene {
  state: M.Status['state'];
  count: number;
  scene: string;
  appearance: M.Appearance;
  center: CenterScene;
  /** The environment names the vault. */
  named: boolean;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const fail = (code: M.ErrorCode, message: string, detail?: string): never => {
  throw { code, message, detail } satisfies M.Failure;
};

export class FakeBackend implements Backend {
  password = 'quarry lantern ninety';
  recovery = ['7K3M8', 'Q9TXV', '2WDBE', 'H5RC6', '8YNE2', 'FV4PK', 'XJ6GM', 'T2MA9'];
  now: () => number = () => Date.now();
  readonly ticketStore = new TicketStore(() => this.now());
  /** Milliseconds that slow work takes; 0 in tests. */
  slow = 600;
  rows: M.EntryRow[] = [];
  trashed: M.EntryRow[] = [];
  notes = new Map<string, string>();
  icons = new Map<string, string>();
  copied: string | null = null;
  cameraProblem: M.ErrorCode | null = null;
  #state: M.Status;
  #settings: M.Settings = {
    auto_lock_s: 300,
    lock_on_screen_lock: true,
    lock_on_suspend: true,
    clipboard_s: 20,
    hide_codes: false,
    next_code: true,
    sort: 'issuer',
    density: 'comfortable',
    block_screenshots: false,
  };
  #candidates = new Map<string, M.Candidate>();
  #locked = new Set<() => void>();
  #changed = new Set<() => void>();
  #brought = new Set<() => void>();
  #progress = new Set<(progress: M.Progress) => void>();
  #audit: M.AuditRow[] = [];
  #quarantine: M.QuarantineRow[] = [];
  #slots: M.SlotRow[] = [];
  #stopCamera = () => {};
  #token = 0;
  readonly center: FakeCenter;
  readonly tickets: FakeTickets;
  readonly desk: FakeDesk;
  readonly moving: FakeMoving;
  readonly backups: FakeBackups;

  constructor(scene: Partial<Scene> = {}) {
    const seconds = Math.floor(this.now() / 1000);
    this.#state = {
      state: scene.state ?? 'none',
      vault_name: 'vault.tessera',
      vault_path: '/home/lena/.local/share/tessera/vault.tessera',
      read_only: false,
      delay_s: 0,
      failed_unlocks: 0,
      warnings: [],
      appearance: scene.appearance ?? 'system',
      zoom: 1,
      platform_notes: ['screenshots_not_blocked', ...(scene.named ? (['vault_named'] as const) : [])],
      problem: null,
      locked_by: null,
      locked_at: null,
      waiting_candidates: 0,
      platform: 'linux',
      must_set_password: false,
      must_confirm_recovery: false,
      version: '0.1.0',
    };
    this.#slots = [
      { id: '1', kind: 'password', m_kib: 131_072, t: 3, p: 4, weak: false, made: seconds - 40_000 },
      { id: '2', kind: 'recovery', m_kib: null, t: null, p: null, weak: false, made: seconds - 40_000 },
    ];
    if (this.#state.state !== 'none') {
      this.rows = makeEntries(scene.count ?? 33, seconds);
      this.trashed = makeTrash(seconds);
      this.notes.set(this.rows[2]?.id ?? '', 'Shared duty account. Password in the team safe; hand over on Mondays.');
      this.#log('vault_made', 40_000);
      this.#log('failed_unlock', 9000);
      this.#log('unlocked_with_password', 60);
    }
    this.#play(scene.scene ?? '');
    this.center = new FakeCenter(
      {
        now: () => this.now(),
        slow: () => this.slow,
        open: () => this.#open(),
        row: (id) => this.#row(id),
        keep: (issuer, account) => this.#keep(issuer, account),
        trashEntries: (ids) => this.trashEntries(ids),
      },
      scene.center ?? '',
    );
    this.backups = new FakeBackups(
      {
        now: () => this.now(),
        slow: () => this.slow,
        open: () => this.#open(),
        isOpen: () => this.#state.state === 'unlocked',
        check: (password) => this.#check(password),
        rows: () => this.rows,
        restore: (names) => names.forEach(({ issuer, account }) => this.#keep(issuer, account)),
        create: (password) => this.createVault(password),
      },
      scene.scene,
    );
    const net = {
      slow: () => this.slow,
      offline: () => this.center.offline,
      account: () => this.center.signedIn.find((row) => row.signed_in)?.account ?? null,
    };
    this.tickets = new FakeTickets(this.ticketStore, net);
    this.desk = new FakeDesk(this.ticketStore, net);
    this.moving = new FakeMoving({
      slow: () => this.slow,
      open: () => this.#open(),
      check: (password) => this.#check(password),
      rows: () => this.rows,
      setRows: (rows) => (this.rows = rows),
      keep: (issuer, account, group) => this.#keep(issuer, account, group),
      trash: (ids) => this.trashEntries(ids),
      restore: (ids) => this.restoreEntries(ids),
      forget: (ids) => (this.rows = this.rows.filter((row) => !ids.includes(row.id))),
      log: (event) => this.#log(event),
      progress: (progress) => this.#progress.forEach((then) => then(progress)),
    });
    if (scene.center === 'in') fillTickets(this.ticketStore);
    if (scene.scene === 'staff') this.center.rows = this.center.rows.map((row) => ({ ...row, staff: true }));
    const freight = this.rows[2];
    if (scene.center === 'in' && freight && this.#state.state === 'unlocked')
      void this.center.linkEntry(freight.id, { center: 'center-1', account: 1_028_471_906 }, 'd0');
  }

  #keep(issuer: string, account: string, group: string | null = null): string {
    const now = Math.floor(this.now() / 1000);
    const row = makeRow(hash(`${issuer}${account}${this.rows.length}`), [issuer, account, group], now);
    this.rows = [
      ...this.rows,
      { ...row, uses: 0, last_used: null, order: this.rows.length, created: now, modified: now },
    ];
    for (const then of this.#changed) then();
    return row.id;
  }

  #play(scene: string): void {
    if (scene === 'quarantine') {
      const row = this.rows[9]!;
      this.rows = this.rows.filter((r) => r !== row);
      this.#state.warnings = [{ kind: 'quarantined_records', count: 1 }];
      this.#quarantine = [
        { item: row.id, reason: 'damaged', table: 'entry', issuer: null, account: null, actions: ['drop'] },
      ];
    }
    if (scene === 'rolled-back') this.#state.warnings = [{ kind: 'rolled_back', seen: 1905, found: 1902 }];
    if (scene === 'manifest') {
      this.#state.warnings = [{ kind: 'manifest_failed' }, { kind: 'read_only' }];
      this.#state.read_only = true;
    }
    if (scene === 'weak') this.#state.warnings = [{ kind: 'weak_kdf' }, { kind: 'rekey_due' }];
    if (scene === 'hidden') this.#settings.hide_codes = true;
    if (scene === 'own') this.#settings.sort = 'own';
    if (scene === 'empty') this.rows = [];
    if (scene === 'link') this.#state.waiting_candidates = 1;
    if (scene === 'delay') Object.assign(this.#state, { delay_s: 47, failed_unlocks: 4 });
    if (scene === 'no-camera') this.cameraProblem = 'no_camera';
    if (scene === 'camera-busy') this.cameraProblem = 'camera_busy';
  }

  #log(event: M.AuditEvent, ago = 0, about: string | null = null): void {
    const time = Math.floor(this.now() / 1000) - ago;
    const number = this.#audit.length + 1;
    this.#audit.unshift({ number, time, happened: null, event, event_number: 0, about, about_name: about });
  }

  #open(): void {
    if (this.#state.state !== 'unlocked') fail('locked', 'the vault is locked');
  }

  #row(id: string): M.EntryRow {
    this.#open();
    return this.rows.find((row) => row.id === id) ?? fail('entry_not_found', 'no such entry');
  }

  #check(password: string): void {
    if (password !== this.password) fail('wrong_password', 'the password does not open this vault');
  }

  async status(): Promise<M.Status> {
    return structuredClone(this.#state);
  }
  async setAppearance(appearance: M.Appearance): Promise<void> {
    this.#state.appearance = appearance;
  }
  async chooseVault(): Promise<boolean> {
    return false;
  }
  otherVaults = ['/home/lena/work.tessera', '/media/lena/KEYRING/old.tessera'];
  async vaults(): Promise<M.VaultRow[]> {
    return [this.#state.vault_path, ...this.otherVaults].map((path, n) => ({
      path,
      name: path.split('/').pop()!,
      current: n === 0,
      there: !path.startsWith('/media'),
    }));
  }
  async switchVault(path: string): Promise<void> {
    this.otherVaults = [this.#state.vault_path, ...this.otherVaults.filter((other) => other !== path)];
    Object.assign(this.#state, { vault_path: path, vault_name: path.split('/').pop() });
    await this.lock();
  }
  async forgetVault(path: string): Promise<void> {
    this.otherVaults = this.otherVaults.filter((other) => other !== path);
  }
  async moveToVault(ids: M.EntryId[], path: string, password: string): Promise<number> {
    await sleep(this.slow);
    if (!this.otherVaults.includes(path)) fail('invalid_request', 'not on the list');
    this.#check(password);
    await this.trashEntries(ids);
    return ids.length;
  }
  async setZoom(zoom: number): Promise<void> {
    this.#state.zoom = zoom;
    document.documentElement.style.fontSize = `${zoom * 100}%`;
  }

  async passwordStrength(password: string): Promise<M.Strength> {
    const kinds = new Set([...password]).size;
    const guesses = Math.min(18, kinds * 0.9 + password.length * 0.15);
    const score = guesses < 3 ? 0 : guesses < 6 ? 1 : guesses < 8 ? 2 : guesses < 10 ? 3 : 4;
    return {
      score,
      warning: /^(password|1234)/i.test(password) ? 'like_common' : null,
      suggestions: score < 3 ? ['add_words'] : [],
      guesses_log10: guesses,
    };
  }

  async createVault(password: string): Promise<M.RecoveryShown> {
    await sleep(this.slow * 2);
    this.password = password;
    Object.assign(this.#state, { state: 'unlocked', must_confirm_recovery: true });
    this.rows = [];
    this.#log('vault_made');
    return { groups: this.recovery };
  }
  async recoveryConfirm(groups: { index: number; text: string }[]): Promise<M.RecoveryConfirmed> {
    const wrong = groups.find(({ index, text }) => this.recovery[index] !== text.trim().toUpperCase());
    if (!wrong) this.#state.must_confirm_recovery = false;
    return { ok: !wrong, wrong_group: wrong?.index ?? null };
  }
  async recoveryShow(): Promise<M.RecoveryShown> {
    if (!this.#state.must_confirm_recovery) fail('no_recovery_pending', 'no new recovery code waits');
    return { groups: this.recovery };
  }
  async recoveryPrint(): Promise<void> {
    window.print();
  }
  async recoverySave(): Promise<string | null> {
    return '/home/lena/Documents/tessera-recovery-code.txt';
  }
  async unlock(password: string): Promise<void> {
    await sleep(this.slow);
    if (this.#state.delay_s > 0) fail('delayed', 'wait before the next try');
    if (password !== this.password) {
      this.#state.failed_unlocks += 1;
      this.#state.delay_s = this.#state.failed_unlocks < 3 ? 0 : 2 ** (this.#state.failed_unlocks - 1);
      const wait = this.#state.delay_s;
      if (wait > 0) setTimeout(() => (this.#state.delay_s = 0), wait * 1000);
      fail('wrong_password', 'the password does not open this vault');
    }
    Object.assign(this.#state, { state: 'unlocked', failed_unlocks: 0, delay_s: 0 });
    this.#log('unlocked_with_password');
  }
  async unlockWithRecovery(code: string): Promise<void> {
    await sleep(this.slow);
    const bare = code.toUpperCase().replace(/[^0-9A-Z]/g, '');
    if (bare.length !== this.recovery.join('').length) fail('recovery_code_typo', 'wrong length', '2');
    if (bare !== this.recovery.join('')) fail('wrong_recovery_code', 'the code does not open this vault');
    Object.assign(this.#state, { state: 'unlocked', must_set_password: true, failed_unlocks: 0, delay_s: 0 });
  }
  async setNewPassword(password: string): Promise<M.RecoveryShown> {
    await sleep(this.slow);
    this.password = password;
    Object.assign(this.#state, { must_set_password: false, must_confirm_recovery: true });
    this.recovery = ['M4QD7', 'H2VXB', '9TKCN', '5PWN3', 'JR8EA', 'A7GY5', '3SFBT', 'ZC6MH'];
    return { groups: this.recovery };
  }
  async lock(): Promise<void> {
    this.#state.state = 'locked';
    this.#candidates.clear();
    for (const then of this.#locked) then();
  }

  async entries(): Promise<M.EntryRow[]> {
    this.#open();
    return this.rows;
  }
  async icon(id: M.EntryId): Promise<string | null> {
    return this.icons.get(id) ?? null;
  }

  async codes(ids: M.EntryId[]): Promise<M.Codes> {
    this.#open();
    const wanted = new Set(ids);
    const rows = this.rows
      .filter((row) => wanted.has(row.id))
      .map((row): M.CodeRow => {
        const none = { id: row.id, code: null, next: null, valid_from: null, valid_until: null, period: row.period };
        if (row.kind === 'hotp') return { ...none, counter: row.counter, problem: null };
        if (row.needs_pin) return { ...none, counter: null, problem: { code: 'pin_needed', message: 'needs its PIN' } };
        return codeRow(row, this.now());
      });
    return { server_now: this.now(), rows };
  }
  async advanceHotp(id: M.EntryId): Promise<M.CodeRow> {
    const row = this.#row(id);
    const counter = (row.counter ?? 0) + 1;
    this.rows = this.rows.map((r) => (r.id === id ? { ...r, counter } : r));
    return {
      ...codeRow(row, this.now()),
      code: code(row, counter),
      next: null,
      valid_from: null,
      valid_until: null,
      counter,
    };
  }
  async copyCode(id: M.EntryId): Promise<M.Copied> {
    this.copied = codeRow(this.#row(id), this.now()).code;
    return { clears_in_s: this.#settings.clipboard_s };
  }
  async codeWithPin(id: M.EntryId, pin: string): Promise<M.CodeRow> {
    if (!/^\d{4,16}$/.test(pin)) fail('bad_pin', 'a PIN has 4 to 16 digits');
    return codeRow(this.#row(id), this.now());
  }
  async copyCodeWithPin(id: M.EntryId, pin: string): Promise<M.Copied> {
    this.copied = (await this.codeWithPin(id, pin)).code;
    return { clears_in_s: this.#settings.clipboard_s };
  }
  async entry(id: M.EntryId): Promise<M.EntryDetail> {
    const row = this.#row(id);
    const has_pin = (row.kind === 'motp' || row.kind === 'yandex') && !row.needs_pin;
    return { ...row, note: this.notes.get(id) ?? '', secret_bits: 160, has_pin, purged_at: null };
  }
  async pickIcon(id: M.EntryId): Promise<boolean> {
    this.icons.set(id, PICTURE);
    this.#change(id, { has_icon: true });
    return true;
  }
  async removeIcon(id: M.EntryId): Promise<void> {
    this.icons.delete(id);
    this.#change(id, { has_icon: false });
  }
  #change(id: M.EntryId, part: Partial<M.EntryRow>): void {
    const row = this.#row(id);
    this.rows = this.rows.map((r) => (r === row ? { ...r, ...part, modified: Math.floor(this.now() / 1000) } : r));
  }
  async updateEntry(id: M.EntryId, edit: M.EntryEdit, pin?: string | null): Promise<void> {
    this.#row(id);
    if (pin && !/^\d{4,16}$/.test(pin)) fail('bad_pin', 'a PIN has 4 to 16 digits');
    if (pin !== undefined) this.#change(id, { needs_pin: pin === null });
    const { issuer, account, group, tags, favorite, note } = edit;
    this.notes.set(id, note);
    this.#change(id, { issuer, account, group, tags, favorite });
  }
  async setFavorite(id: M.EntryId, favorite: boolean): Promise<void> {
    this.#row(id);
    this.rows = this.rows.map((r) => (r.id === id ? { ...r, favorite } : r));
  }
  async setOrder(ids: M.EntryId[]): Promise<void> {
    const place = new Map(ids.map((id, n) => [id, n]));
    this.rows = this.rows.map((r) => ({ ...r, order: place.get(r.id) ?? r.order }));
  }
  async trash(): Promise<M.EntryRow[]> {
    this.#open();
    return this.trashed;
  }
  async trashEntries(ids: M.EntryId[]): Promise<void> {
    const deleted = Math.floor(this.now() / 1000);
    this.trashed = [...this.rows.filter((r) => ids.includes(r.id)).map((r) => ({ ...r, deleted })), ...this.trashed];
    this.rows = this.rows.filter((r) => !ids.includes(r.id));
  }
  async restoreEntries(ids: M.EntryId[]): Promise<void> {
    this.rows = [...this.rows, ...this.trashed.filter((r) => ids.includes(r.id)).map((r) => ({ ...r, deleted: null }))];
    this.trashed = this.trashed.filter((r) => !ids.includes(r.id));
  }
  async deleteEntries(ids: M.EntryId[]): Promise<void> {
    this.trashed = this.trashed.filter((r) => !ids.includes(r.id));
  }
  async revealSecret(id: M.EntryId, password: string): Promise<M.SecretShown> {
    await sleep(this.slow);
    this.#check(password);
    const row = this.#row(id);
    this.#log('secret_shown', 0, row.issuer);
    return { base32: 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ', uri: null };
  }
  async revealQr(id: M.EntryId, password: string): Promise<M.QrShown> {
    await sleep(this.slow);
    this.#check(password);
    this.#row(id);
    return { svg: drawQr(id) };
  }

  #found(part: Partial<M.Candidate> = {}): M.Candidate {
    const candidate: M.Candidate = {
      token: `c${++this.#token}`,
      issuer: 'Haiyun Freight',
      account: 'dispatch@haiyun.example',
      kind: 'totp',
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      counter: null,
      duplicates: [],
      problem: null,
      shown_text: null,
      ...part,
    };
    if (candidate.problem) candidate.token = '';
    else this.#candidates.set(candidate.token, candidate);
    return candidate;
  }
  #strange(): M.Candidate {
    return this.#found({
      issuer: '',
      account: '',
      kind: null,
      digits: null,
      problem: { code: 'not_otpauth', message: 'not an authenticator key' },
      shown_text: 'https://nordlicht.example/…',
    });
  }

  async scanScreens(): Promise<M.ScreenInfo[]> {
    return [
      { id: '1', name: 'DP-1', x: 0, y: 0, width: 2560, height: 1440, primary: true },
      { id: '2', name: 'HDMI-1', x: 2560, y: 0, width: 1920, height: 1080, primary: false },
    ];
  }
  async scanScreen(id: string | null): Promise<M.Candidate[]> {
    await sleep(this.slow);
    return id === '2' ? [] : [this.#found()];
  }
  async scanFiles(paths: string[]): Promise<M.ScanResult[]> {
    await sleep(this.slow / 2);
    return paths.map((path) => {
      const file = path.split(/[\\/]/).pop() ?? path;
      if (file.endsWith('.svg'))
        return { file, candidates: [], error: { code: 'image_unsupported', message: 'SVG is not opened' } };
      if (file.includes('Screenshot')) return { file, candidates: [this.#strange()], error: null };
      if (file.includes('empty')) return { file, candidates: [], error: null };
      return { file, candidates: [this.#found({ issuer: 'Proxmox', account: `root@${file}` })], error: null };
    });
  }
  async pickFiles(): Promise<M.ScanResult[]> {
    return this.scanFiles(['IMG_2041.jpg', 'Screenshot from 2026-11-19 08-12-55.png', 'badge.svg']);
  }
  async scanBytes(bytes: Uint8Array, name: string): Promise<M.ScanResult> {
    void bytes;
    return (await this.scanFiles([name]))[0]!;
  }
  async scanClipboard(): Promise<M.Candidate[]> {
    return fail('clipboard_empty', 'nothing there');
  }
  async candidateFromText(text: string): Promise<M.Candidate> {
    const url = /^otpauth:\/\/(totp|hotp|steam)\/([^?]*)\?(.*)$/i.exec(text.trim());
    if (/^otpauth-migration:/i.test(text)) fail('migration_link', 'an export of Google Authenticator');
    if (!url) fail('not_otpauth', 'not an otpauth link');
    const [, kind = 'totp', label = '', query = ''] = url!;
    const params = new URLSearchParams(query);
    const [issuer, account] = decodeURIComponent(label).includes(':')
      ? (decodeURIComponent(label).split(':', 2) as [string, string])
      : [params.get('issuer') ?? '', decodeURIComponent(label)];
    return this.#found({ issuer, account: account.trim(), kind: kind.toLowerCase() as M.Kind });
  }
  async candidateFromForm(form: M.CandidateForm, secret: string, pin: string | null): Promise<M.Candidate> {
    if (/[^A-Za-z2-7\s=-]/.test(secret) && form.kind !== 'motp') fail('bad_secret', 'no base32');
    if (form.kind === 'motp' && pin && !/^\d{4}$/.test(pin)) fail('bad_pin', 'an mOTP PIN has 4 digits');
    const twin = secret
      .replace(/[\s=-]/g, '')
      .toUpperCase()
      .startsWith('JBSWY3DP')
      ? this.rows[2]
      : undefined;
    return this.#found({
      ...form,
      period: form.kind === 'hotp' ? null : form.period,
      counter: form.kind === 'hotp' ? form.counter : null,
      duplicates: twin ? [{ id: twin.id, issuer: twin.issuer, account: twin.account, in_trash: false }] : [],
    });
  }
  async cameras(): Promise<M.CameraInfo[]> {
    if (this.cameraProblem === 'no_camera') return [];
    return [
      { index: 0, name: 'Integrated Camera', description: 'HD 720p' },
      { index: 1, name: 'Logitech BRIO', description: '1080p' },
    ];
  }
  async cameraStart(
    index: number,
    onEvent: (event: M.CameraEvent) => void,
    onFrame: (jpeg: ArrayBuffer) => Promise<void>,
  ): Promise<void> {
    if (this.cameraProblem) fail(this.cameraProblem, 'Integrated Camera: device busy');
    this.#stopCamera();
    onEvent({ type: 'started', name: `Camera ${index}`, width: 1280, height: 720 });
    this.transfer = null;
    const held = () => {
      const candidates = this.parts ? this.#part(this.parts.shift() ?? 0) : [this.#found()];
      onEvent({ type: 'found', candidates, transfer: this.transfer });
    };
    this.showCode = held;
    this.cameraStarted = true;
    this.#stopCamera = playCamera(held, onFrame);
  }
  cameraStarted = false;
  /** Parts of a transfer that are held before the camera, one after the other; 0 is one of another transfer. */
  parts: number[] | null = null;
  transfer: M.TransferRow | null = null;
  /** Somebody holds the next code before the camera. */
  showCode = () => {};
  #part(part: number): M.Candidate[] {
    if (part === 0) {
      const problem: M.Failure = { code: 'other_transfer', message: 'another transfer' };
      return [this.#found({ issuer: '', account: '', kind: null, digits: null, problem })];
    }
    const missing = (this.transfer?.missing ?? [1, 2, 3]).filter((one) => one !== part);
    this.transfer = { parts: 3, missing };
    return [1, 2].map((n) => this.#found({ issuer: `Part ${part}`, account: `account ${n}` }));
  }
  async transferParts(): Promise<M.TransferRow | null> {
    return this.transfer;
  }
  async cameraStop(): Promise<void> {
    this.#stopCamera();
  }
  async saveCandidates(items: M.SaveItem[]): Promise<M.EntryId[]> {
    this.#open();
    const now = Math.floor(this.now() / 1000);
    const ids: string[] = [];
    for (const item of items) {
      const c = this.#candidates.get(item.token) ?? fail('candidate_gone', 'no such candidate');
      const row = makeRow(hash(`${item.token}${now}`), [item.issuer, item.account, item.group], now);
      this.rows = [
        ...this.rows,
        {
          ...row,
          kind: c.kind ?? 'totp',
          algorithm: c.algorithm,
          digits: c.digits ?? 6,
          period: c.period,
          counter: c.counter,
          tags: item.tags,
          favorite: item.favorite,
          uses: 0,
          last_used: null,
          order: this.rows.length,
          needs_pin: false,
          created: now,
          modified: now,
        },
      ];
      this.notes.set(row.id, item.note);
      ids.push(row.id);
    }
    this.#candidates.clear();
    for (const then of this.#changed) then();
    return ids;
  }
  async discardCandidates(): Promise<void> {
    this.#candidates.clear();
    this.transfer = null;
  }

  async settings(): Promise<M.Settings> {
    this.#open();
    return { ...this.#settings };
  }
  async setSettings(settings: M.Settings): Promise<void> {
    this.#open();
    this.#settings = { ...settings };
    this.#log('settings_changed');
  }
  async changePassword(old: string, next: string, rekey: boolean): Promise<M.RecoveryShown | null> {
    await sleep(this.slow * 2);
    this.#check(old);
    this.password = next;
    this.#log('password_changed');
    if (!rekey) return null;
    this.#state.must_confirm_recovery = true;
    return { groups: this.recovery };
  }
  async newRecoveryCode(password: string): Promise<M.RecoveryShown> {
    await sleep(this.slow);
    this.#check(password);
    this.#state.must_confirm_recovery = true;
    return { groups: this.recovery };
  }
  async strengthen(password: string): Promise<void> {
    this.#check(password);
    this.#state.warnings = this.#state.warnings.filter((w) => w.kind !== 'weak_kdf');
  }
  async removeSlot(id: string, password: string, rekey: boolean): Promise<null> {
    await sleep(this.slow);
    this.#check(password);
    if (this.#slots.length === 1) fail('last_way_in', 'one way in has to stay');
    this.#slots = this.#slots.filter((slot) => slot.id !== id);
    if (rekey) this.#log('rekeyed');
    this.#log('slot_removed');
    return null;
  }
  async slots(): Promise<M.SlotRow[]> {
    return this.#slots;
  }
  async auditLog(newest: number): Promise<M.AuditRow[]> {
    return this.#audit.slice(0, newest);
  }
  async checkVault(): Promise<M.CheckReport> {
    await sleep(this.slow);
    const findings: M.Finding[] = this.#quarantine.length
      ? [{ severity: 'error', what: 'Record 7f3a…c21e of table entries does not decrypt; it is kept byte for byte.' }]
      : [];
    return {
      clean: findings.length === 0,
      records: this.rows.length + this.trashed.length,
      slots: 2,
      audit_events: this.#audit.length,
      findings,
    };
  }
  async quarantine(): Promise<M.QuarantineRow[]> {
    return this.#quarantine;
  }
  async acceptManifest(): Promise<void> {
    this.#state.read_only = false;
    this.#state.warnings = [];
  }
  async acceptAsNewest(): Promise<void> {
    this.#state.warnings = this.#state.warnings.filter((w) => w.kind !== 'rolled_back' && w.kind !== 'fork');
  }
  async mergeOpen(): Promise<M.MergeRow[] | null> {
    return null;
  }
  async mergeApply(): Promise<number> {
    return 0;
  }
  async settle(item: string, action: M.SettleAction): Promise<void> {
    this.#quarantine = this.#quarantine.filter((q) => q.item !== item);
    if (action === 'drop') this.rows = this.rows.filter((r) => r.id !== item);
    this.#state.warnings = this.#state.warnings.filter((w) => w.kind !== 'quarantined_records');
  }
  async doctor(): Promise<M.DoctorRow[]> {
    return [
      { check: 'clock', state: 'ok', message: 'It is 23 November 2026, 14:07, and the clock runs steadily.' },
      { check: 'vault_file', state: 'ok', message: '/home/lena/.local/share/tessera/vault.tessera' },
      { check: 'camera', state: 'ok', message: 'Integrated Camera, Logitech BRIO' },
      { check: 'screen', state: 'ok', message: '2 screens, X11' },
      { check: 'clipboard', state: 'ok', message: '' },
      { check: 'screenshots', state: 'warning', message: 'X11' },
      { check: 'session_signals', state: 'failed', message: 'org.freedesktop.login1 does not answer' },
    ];
  }

  async activity(): Promise<void> {}
  onLocked(then: () => void): () => void {
    this.#locked.add(then);
    return () => this.#locked.delete(then);
  }
  onVaultChanged(then: () => void): () => void {
    this.#changed.add(then);
    return () => this.#changed.delete(then);
  }
  onProgress(then: (progress: M.Progress) => void): () => void {
    this.#progress.add(then);
    return () => this.#progress.delete(then);
  }
  onFileDrop(): () => void {
    return () => {};
  }
  async waitingCandidates(): Promise<M.Candidate[]> {
    this.#open();
    const waiting = Array.from({ length: this.#state.waiting_candidates }, () => this.#found());
    this.#state.waiting_candidates = 0;
    return waiting;
  }
  onCandidates(then: () => void): () => void {
    this.#brought.add(then);
    return () => this.#brought.delete(then);
  }
  /** Another program opens an `otpauth://` link. */
  openLink(): void {
    this.#state.waiting_candidates += 1;
    for (const then of this.#brought) then();
  }
}

const query = new URLSearchParams(location.search);
export const backend: Backend = new FakeBackend({
  state: query.get('state') === 'open' ? 'unlocked' : query.get('state') === 'locked' ? 'locked' : 'none',
  count: Number(query.get('count') ?? 33),
  scene: query.get('scene') ?? '',
  center: (query.get('center') as CenterScene | null) ?? '',
  appearance: (query.get('theme') as M.Appearance | null) ?? 'system',
  named: query.has('named'),
});
