/** The review desk, played in memory: reviewer r-02, whose key the played list names. */
import type {
  DeskBackend,
  DeskFilter,
  DeskStatus,
  DeskTicket,
  OpenedDocument,
  PageRequest,
  ResealProgress,
} from '../desk';
import type { BindProgress } from '../center-model';
import type { Stop } from '../index';
import type { EntryId, QrShown } from '../model';
import type * as T from '../tickets';
import { drawPage } from './documents';
import { drawQr } from './pictures';
import { DAY, fail, guarded, HOUR, type Net, type StoredTicket, type TicketStore } from './ticket-store';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const RECIPIENT = 'age1qx7s0l9p4k2nvw8m5e3r6t7yu2ha9jd4cf8gz0xk3b5n7q9w2e4slkp0vt';

export class FakeDesk implements DeskBackend {
  me = 'r-02';
  password = 'granite wharf eleven';
  code = '654321';
  signedIn = false;
  hasKey = false;
  listed = false;
  /** The signed-in reviewer's own ticket: others decide it. */
  ownTicket: string | null = null;
  codeEntry: EntryId | null = null;
  decisions: { id: string; verdict: T.Verdict; reason: string }[] = [];
  #open = new Map<string, T.DocumentKind>();
  #reseal = new Set<(progress: ResealProgress) => void>();
  #stop = false;
  #invited = false;

  constructor(
    readonly store: TicketStore,
    readonly net: Net,
  ) {}

  async #ask(): Promise<void> {
    await sleep(this.net.slow());
    if (this.net.offline()) fail('center_unreachable', 'The center does not answer.');
  }
  async #staff(): Promise<void> {
    await this.#ask();
    if (!this.signedIn) fail('center_not_signed_in', 'The session has ended.');
  }
  get #self(): T.StaffMember {
    return {
      id: this.me,
      name: 'Mara Lindqvist',
      roles: ['reviewer', 'supervisor'],
      decides_from: this.store.seconds - 90 * DAY,
    };
  }

  async status(): Promise<DeskStatus> {
    return {
      staff: this.signedIn ? this.#self : null,
      email: this.codeEntry || this.signedIn ? 'mara@center.example' : null,
      codes: this.codeEntry ? [{ email: 'mara@center.example', entry: this.codeEntry }] : [],
      recipient: this.hasKey ? RECIPIENT : null,
    };
  }
  async signIn(_center: string, email: string, password: string, code: string | null): Promise<T.StaffMember> {
    await this.#ask();
    if (email !== 'mara@center.example' || password !== this.password || (code ?? this.code) !== this.code)
      fail('center_wrong_credentials', 'Name, password or code is wrong.');
    this.signedIn = true;
    return this.#self;
  }
  async signOut(): Promise<void> {
    this.signedIn = false;
  }

  async openInvitation(_center: string, token: string): Promise<{ issuer: string; account: string }> {
    await this.#ask();
    if (token.trim().length < 20) fail('center_link_ended', 'This invitation was used or has expired.');
    this.#invited = true;
    return { issuer: 'Example Center staff', account: 'mara@center.example' };
  }
  async invitationQr(): Promise<QrShown> {
    return { svg: drawQr('invitation') };
  }
  async acceptIntoVault(password: string, onProgress: (progress: BindProgress) => void): Promise<EntryId> {
    if (!this.#invited) fail('center_flow_ended', 'Open the invitation first.');
    const now = this.store.seconds;
    onProgress({ stage: 'stored', entry: 'entry-staff' });
    onProgress({ stage: 'first', at: now });
    onProgress({ stage: 'waiting', until: now + 17 });
    await sleep(this.net.slow() * 4);
    onProgress({ stage: 'second', at: now });
    await this.#ask();
    this.password = password;
    this.codeEntry = 'entry-staff';
    return this.codeEntry;
  }
  async acceptByCodes(password: string, first: string, second: string): Promise<void> {
    await this.#ask();
    if (first !== '111111' || second !== '222222') fail('center_wrong_code', 'These are not two codes in a row.');
    this.password = password;
  }
  async closeInvitation(): Promise<void> {
    this.#invited = false;
  }

  async registerKey(): Promise<string> {
    await this.#staff();
    this.hasKey = true;
    return RECIPIENT;
  }
  async keys(): Promise<T.ReviewerKey[]> {
    await this.#staff();
    const now = this.store.seconds;
    const own = { holder: this.me, recipient: RECIPIENT, registered_at: now - 40 * DAY, listed: this.listed };
    return [
      ...(this.hasKey ? [own] : []),
      { holder: 'r-07', recipient: RECIPIENT.replace('qx7', 'z4f'), registered_at: now - 200 * DAY, listed: true },
      { holder: 'r-11', recipient: RECIPIENT.replace('qx7', 'm2k'), registered_at: now - 120 * DAY, listed: true },
    ];
  }

  async members(): Promise<T.StaffName[]> {
    await this.#staff();
    return [
      { id: this.me, name: this.#self.name },
      { id: 'r-07', name: 'Otto Brandt' },
      { id: 'r-11', name: 'Ines Carvalho' },
    ];
  }

  #claimant(row: StoredTicket): string | null {
    return row.claimed_until > this.store.seconds ? row.claimed_by : null;
  }
  #line(row: StoredTicket): T.TicketLine {
    const by = this.#claimant(row);
    const { id, kind, state, created_at } = row.ticket;
    return {
      id,
      kind,
      state,
      created_at,
      changed_at: row.changed_at,
      contested: row.contested,
      ...(by ? { claimed_by: by, claimed_until: row.claimed_until } : {}),
      ...(state === 'first-approval' && row.firstReviewer ? { approved_by: row.firstReviewer } : {}),
    };
  }
  async queue(_center: string, filter: DeskFilter, cursor: string | null): Promise<T.Page<T.TicketLine>> {
    await this.#staff();
    const waits = ['submitted', 'first-approval', 'contested'];
    const from = Number(cursor ?? 0);
    const found = this.store.rows
      .filter((row) => row.ticket.state !== 'draft')
      .filter((row) => (filter.state ? row.ticket.state === filter.state : waits.includes(row.ticket.state)))
      .filter((row) => !filter.kind || row.ticket.kind === filter.kind)
      .filter((row) => !filter.mine || this.#claimant(row) === this.me)
      .sort((a, b) => a.changed_at - b.changed_at);
    const items = found.slice(from, from + 20).map((row) => this.#line(row));
    return { items, ...(found.length > from + 20 ? { next: String(from + 20) } : {}) };
  }
  async ticket(_center: string, id: string): Promise<DeskTicket> {
    await this.#staff();
    const row = this.store.find(id);
    const mine = this.#claimant(row) === this.me;
    const history = row.ticket.history.map(({ reason, ...event }) => ({
      ...event,
      ...(mine && reason !== undefined ? { reason } : {}),
    }));
    const ticket: T.StaffTicket = {
      line: this.#line(row),
      history,
      ...(row.ticket.hold_until === undefined ? {} : { hold_until: row.ticket.hold_until }),
      ...(mine
        ? {
            review: {
              statement: row.ticket.statement,
              comparison: this.store.compare(row),
              obstacles: this.store.obstacles(row, this.me),
              from_account: row.account !== null,
              factor_proven: row.ticket.factor_proven,
              objections: history.filter((event) => event.to === 'contested'),
            },
          }
        : {}),
    };
    return { ticket, version: String(row.version), documents: row.documents };
  }
  #hand(id: string, version?: string): StoredTicket {
    const row = this.store.find(id);
    if (version !== undefined && version !== String(row.version)) fail('center_changed', 'It was changed meanwhile.');
    if (!['submitted', 'first-approval', 'contested'].includes(row.ticket.state))
      fail('center_wrong_state', 'The ticket waits for nobody.');
    if (this.#claimant(row) !== this.me) fail('center_forbidden', 'Claim the ticket first.');
    return row;
  }
  async claim(_center: string, id: string): Promise<void> {
    await this.#staff();
    const row = this.store.find(id);
    if (id === this.ownTicket) fail('center_forbidden', 'This ticket is your own: others decide it.');
    if (this.#claimant(row) && this.#claimant(row) !== this.me)
      fail('center_wrong_state', 'Another reviewer has claimed this ticket.');
    row.claimed_by = this.me;
    row.claimed_until = this.store.seconds + HOUR / 2;
  }
  async release(_center: string, id: string): Promise<void> {
    await this.#staff();
    this.store.find(id).claimed_until = 0;
  }
  async mark(_center: string, id: string, version: string, field: T.Field): Promise<void> {
    await this.#staff();
    const row = this.#hand(id, version);
    row.marks.set(field, { by: this.me, confirmed: false });
    row.version += 1;
  }
  async confirmMark(_center: string, id: string, version: string, field: T.Field): Promise<void> {
    await this.#staff();
    const row = this.#hand(id, version);
    const mark = row.marks.get(field) ?? fail('center_wrong_state', 'There is no such mark.');
    if (mark.by === this.me) fail('center_forbidden', 'Another reviewer must confirm what you marked.');
    row.marks.set(field, { ...mark, confirmed: true });
    row.version += 1;
  }
  async decide(_center: string, id: string, version: string, verdict: T.Verdict, reason: string): Promise<void> {
    await this.#staff();
    const row = this.#hand(id, version);
    const by = { staff: this.me, reason };
    if (verdict === 'approve') {
      const obstacles = this.store.obstacles(row, this.me);
      if (obstacles.some(({ what }) => what === 'own-first-approval'))
        fail('center_forbidden', 'You gave the first approval: another reviewer gives the second.');
      if (obstacles.length > 0) fail('center_statement_mismatch', 'It does not agree with what is on file.');
      if (!guarded(row.ticket.kind)) this.store.move(row, 'executed', 'staff', by);
      else if (row.ticket.state === 'first-approval') {
        this.store.move(row, 'second-approval', 'staff', by);
        this.store.move(row, 'hold', 'center');
      } else {
        this.store.move(row, 'first-approval', 'staff', by);
        row.firstReviewer = this.me;
      }
    } else this.store.move(row, verdict === 'reject' ? 'rejected' : 'more-information', 'staff', by);
    row.claimed_until = 0;
    this.decisions.push({ id, verdict, reason });
  }

  async openDocument(_center: string, id: string): Promise<OpenedDocument> {
    await this.#staff();
    const document = this.store.rows.flatMap((row) => row.documents).find((one) => one.document === id);
    if (!document) return fail('center_no_such_thing', 'There is no such document.');
    if (!this.hasKey || document.stale) fail('document_not_for_us', 'No key of this vault opens it.');
    this.#open.set(id, document.kind);
    return { document: id, pages: document.kind === 'business-license' ? 2 : 1 };
  }
  async documentPage(id: string, { page, edge, turns }: PageRequest): Promise<ArrayBuffer> {
    const kind = this.#open.get(id) ?? fail('center_step_gone', 'The document was closed.');
    return drawPage({ kind, page, edge, turns, crop: null });
  }
  async closeDocument(id: string): Promise<void> {
    this.#open.delete(id);
  }

  async stale(): Promise<T.TicketDocument[]> {
    await this.#staff();
    return this.store.rows.flatMap((row) => row.documents).filter((document) => document.stale);
  }
  async reseal(): Promise<ResealProgress> {
    await this.#staff();
    this.#stop = false;
    const stale = await this.stale();
    const progress: ResealProgress = { done: 0, total: stale.length, failed: [] };
    for (const document of stale) {
      if (this.#stop) break;
      await sleep(this.net.slow());
      document.stale = false;
      document.list_version = 7;
      progress.done += 1;
      for (const then of this.#reseal) then({ ...progress });
    }
    return progress;
  }
  async stopReseal(): Promise<void> {
    this.#stop = true;
  }
  onReseal(then: (progress: ResealProgress) => void): Stop {
    this.#reseal.add(then);
    return () => this.#reseal.delete(then);
  }
}
