/** The applicant's side of tickets, played in memory. */
import type { BindProgress } from '../center-model';
import type { EntryId, QrShown } from '../model';
import type { Stop } from '../index';
import type * as T from '../tickets';
import { drawPage } from './documents';
import { drawQr } from './pictures';
import { SENT } from './center';
import { DAY, fail, type Net, type StoredTicket, type TicketStore } from './ticket-store';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const MIB = 1024 * 1024;

/** Files that a dialog or a drop can bring, by name: how each is taken. */
const refusals: Record<string, [code: string, message: string]> = {
  'empty.jpg': ['document_damaged', 'the file has no content'],
  'eleven-megabytes.jpg': ['document_too_large', 'the file has 11 MB, the center takes 10 MB'],
  'program.jpg': ['document_unsupported', 'the file begins like no JPEG, PNG or PDF'],
  'scripted.pdf': ['document_pdf', 'the PDF contains JavaScript'],
  'huge.png': ['document_too_large', 'the picture has 30000 x 30000 pixels'],
  'torn.jpg': ['document_damaged', 'the picture ends in the middle'],
};

export class FakeTickets implements T.TicketsBackend {
  /** Every code that "is sent". */
  code = SENT;
  /** What the next dialog brings. */
  picked: string | null = 'Business license.jpg';
  /** Why the list of keys does not verify. */
  listProblem: string | null = null;
  /** Milliseconds between two pieces of an upload. */
  piece = 250;
  password = 'orchard velvet nine';
  linkKind: 'bound' | 'bind_device' = 'bind_device';
  kept = new Map<string, T.TicketDraft>();
  follows = new Map<string, T.FollowedTicket & { code: string }>();
  objected: { link: string; reason: string }[] = [];
  sentCodes = 0;
  #documents: (T.OwnDocument & { ticket: string })[] = [];
  #watch = new Set<(document: T.OwnDocument) => void>();
  #filing = new Map<string, { again_at: number; tries: number }>();
  #sent = new Map<string, number>();
  #number = 0;
  #opened = false;
  #codesBound = 0;

  constructor(
    readonly store: TicketStore,
    readonly net: Net,
  ) {}

  async #ask(): Promise<void> {
    await sleep(this.net.slow());
    if (this.net.offline()) fail('center_unreachable', 'The center does not answer.');
  }

  async drafts(): Promise<T.TicketDraft[]> {
    return [...this.kept.values()].sort((a, b) => b.saved_at - a.saved_at);
  }
  async saveDraft(edit: T.TicketDraftEdit): Promise<T.TicketDraft> {
    const id = edit.id ?? `draft-${++this.#number}`;
    const draft = { ...structuredClone(edit), id, saved_at: this.store.seconds };
    this.kept.set(id, draft);
    return draft;
  }
  async dropDraft(id: string): Promise<void> {
    this.kept.delete(id);
  }

  #draft(id: string): T.TicketDraft {
    return this.kept.get(id) ?? fail('center_no_such_thing', 'There is no such draft.');
  }
  #stated(draft: T.TicketDraft): T.Statement {
    return { kind: draft.kind, ...draft.statement } as unknown as T.Statement;
  }

  async file(id: string): Promise<T.Ticket> {
    await this.#ask();
    const draft = this.#draft(id);
    if (!this.net.account()) fail('center_not_signed_in', 'The session has ended.');
    const row = this.store.begin(this.#stated(draft), draft.place.account);
    this.kept.delete(id);
    return row.ticket;
  }

  async beginFiling(id: string): Promise<T.CodeSent> {
    await this.#ask();
    this.#draft(id);
    const again_at = this.store.seconds + 60;
    this.#filing.set(id, { again_at, tries: 0 });
    this.sentCodes += 1;
    return { again_at };
  }
  async resendFiling(id: string): Promise<T.CodeSent> {
    await this.#ask();
    const filing = this.#filing.get(id) ?? fail('center_flow_ended', 'This filing is over.');
    if (this.store.seconds < filing.again_at)
      fail('center_sent_lately', 'A code was sent a moment ago.', { detail: String(filing.again_at) });
    return this.beginFiling(id);
  }
  async proveFiling(id: string, code: string): Promise<T.FiledTicket> {
    await this.#ask();
    const draft = this.#draft(id);
    const filing = this.#filing.get(id) ?? fail('center_flow_ended', 'This filing is over.');
    this.#right(code, filing);
    const row = this.store.begin(this.#stated(draft), null);
    row.queryCode = 'QF7D2-M9XKA-4TRBE-H8VN3-C5WJP-1';
    const stated = Object.entries(draft.statement).find(
      ([name]) => name.startsWith('new_') || name === 'recovery_phone',
    );
    if (stated?.[1] === draft.contact) row.ticket = { ...row.ticket, contact_proven: true };
    this.#follow(row, draft.place.center);
    this.kept.delete(id);
    this.#filing.delete(id);
    return { ticket: row.ticket, query_code: row.queryCode };
  }
  #right(code: string, filing: { tries: number }): void {
    if (code === this.code) return;
    filing.tries += 1;
    if (filing.tries >= 5) fail('center_flow_ended', 'Five wrong codes.');
    fail('center_wrong_code', 'The code is wrong.');
  }

  #follow(row: StoredTicket, center: string): void {
    const { id, kind, state, created_at } = row.ticket;
    this.follows.set(id, {
      ticket: { center, account: null, id },
      kind,
      state,
      created_at,
      seen_at: this.store.seconds,
      code: row.queryCode!,
    });
  }

  async list(place: T.TicketPlace, cursor: string | null): Promise<T.Page<T.TicketLine>> {
    await this.#ask();
    if (!place.account || place.account !== this.net.account()) fail('center_not_signed_in', 'The session has ended.');
    const from = Number(cursor ?? 0);
    const own = this.store.rows
      .filter((row) => row.account === place.account)
      .sort((a, b) => b.ticket.created_at - a.ticket.created_at);
    const items = own.slice(from, from + 20).map(({ ticket, changed_at }) => ({
      id: ticket.id,
      kind: ticket.kind,
      state: ticket.state,
      created_at: ticket.created_at,
      changed_at,
      contested: false,
    }));
    return { items, ...(own.length > from + 20 ? { next: String(from + 20) } : {}) };
  }

  #own(ref: T.TicketRef): StoredTicket {
    const row = this.store.find(ref.id);
    if (ref.account === null ? !this.follows.has(ref.id) : row.account !== ref.account)
      fail('center_no_such_thing', 'There is no such ticket.');
    if (ref.account !== null && this.net.account() !== ref.account)
      fail('center_not_signed_in', 'The session has ended.');
    return row;
  }
  #seen(ref: T.TicketRef, row: StoredTicket): T.Ticket {
    if (ref.account === null) this.#follow(row, ref.center);
    // What staff note for each other is not for the applicant.
    const history = row.ticket.history.map(({ at, from, to, by, reason }) => ({
      at,
      ...(from ? { from } : {}),
      to,
      by,
      ...(reason !== undefined && ['more-information', 'rejected', 'executed'].includes(to) ? { reason } : {}),
    }));
    return { ...row.ticket, history };
  }
  async read(ref: T.TicketRef): Promise<T.Ticket> {
    await this.#ask();
    return this.#seen(ref, this.#own(ref));
  }
  async followed(): Promise<T.FollowedTicket[]> {
    return [...this.follows.values()].map(({ ticket, kind, state, created_at, seen_at }) => ({
      ticket,
      kind,
      state,
      created_at,
      seen_at,
    }));
  }
  async query(center: string, code: string, keep: boolean): Promise<T.Ticket> {
    await this.#ask();
    const bare = (text: string) => text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
    const row =
      this.store.rows.find((one) => one.queryCode && bare(one.queryCode) === bare(code)) ??
      fail('center_no_such_thing', 'No ticket has this query code.');
    if (keep) this.#follow(row, center);
    return this.#seen({ center, account: null, id: row.ticket.id }, row);
  }
  async unfollow(ref: T.TicketRef): Promise<void> {
    this.follows.delete(ref.id);
  }
  async queryCode(ref: T.TicketRef): Promise<string> {
    return this.follows.get(ref.id)?.code ?? fail('center_no_such_thing', 'The vault keeps no code of this ticket.');
  }

  #changeable(row: StoredTicket): void {
    if (row.ticket.state !== 'draft' && row.ticket.state !== 'more-information')
      fail('center_wrong_state', 'The ticket has moved on.');
  }
  async restate(ref: T.TicketRef, statement: T.Statement): Promise<T.Ticket> {
    await this.#ask();
    const row = this.#own(ref);
    this.#changeable(row);
    row.ticket = { ...row.ticket, statement };
    row.version += 1;
    return this.#seen(ref, row);
  }
  async #send(slot: string): Promise<T.CodeSent> {
    await this.#ask();
    const until = this.#sent.get(slot) ?? 0;
    if (this.store.seconds < until)
      fail('center_sent_lately', 'A code was sent a moment ago.', { detail: String(until) });
    this.#sent.set(slot, this.store.seconds + 60);
    this.sentCodes += 1;
    return { again_at: this.store.seconds + 60 };
  }
  async sendContactCode(ref: T.TicketRef): Promise<T.CodeSent> {
    this.#changeable(this.#own(ref));
    return this.#send(`contact ${ref.id}`);
  }
  async proveContact(ref: T.TicketRef, code: string): Promise<void> {
    await this.#ask();
    const row = this.#own(ref);
    if (code !== this.code) fail('center_wrong_code', 'The code is wrong.');
    row.ticket = { ...row.ticket, contact_proven: true };
  }
  async sendFactorCode(ref: T.TicketRef, factor: T.OldFactor): Promise<T.CodeSent> {
    return this.#send(`${factor} ${ref.id}`);
  }
  async proveFactor(ref: T.TicketRef, _factor: T.OldFactor, code: string): Promise<void> {
    await this.#ask();
    const row = this.#own(ref);
    if (code !== this.code) fail('center_wrong_code', 'The code is wrong.');
    row.ticket = { ...row.ticket, factor_proven: true };
  }
  async submit(ref: T.TicketRef): Promise<T.Ticket> {
    await this.#ask();
    const row = this.#own(ref);
    this.#changeable(row);
    if (!row.ticket.contact_proven) fail('center_wrong_state', 'Prove the new contact first.');
    if (row.ticket.documents_missing.length > 0) fail('center_wrong_state', 'Documents are missing.');
    this.store.move(row, 'submitted', 'applicant');
    return this.#seen(ref, row);
  }
  async withdraw(ref: T.TicketRef): Promise<T.Ticket> {
    await this.#ask();
    const row = this.#own(ref);
    if (['executed', 'rejected', 'withdrawn', 'expired'].includes(row.ticket.state))
      fail('center_wrong_state', 'The ticket has ended.');
    this.store.move(row, 'withdrawn', 'applicant');
    return this.#seen(ref, row);
  }

  async sealingList(): Promise<T.SealingList> {
    await this.#ask();
    if (this.listProblem)
      fail('center_key_list', 'The list of reviewers’ keys does not verify.', { detail: this.listProblem });
    return { version: 7, expires_at: this.store.seconds + 20 * DAY, reviewers: 3, escrow: 1 };
  }
  async documents(ref: T.TicketRef): Promise<T.OwnDocument[]> {
    return this.#documents.filter((one) => one.ticket === ref.id).map((one) => this.#shown(one));
  }
  #shown(row: T.OwnDocument & { ticket: string }): T.OwnDocument {
    const document: T.OwnDocument & { ticket?: string } = { ...row };
    delete document.ticket;
    return document;
  }
  #take(ref: T.TicketRef, kind: T.DocumentKind, name: string | null): T.OwnDocument {
    const refused = name ? refusals[name] : undefined;
    if (refused) fail(...refused);
    const document = {
      id: `own-${++this.#number}`,
      ticket: ref.id,
      kind,
      name,
      pages: name?.endsWith('.pdf') ? 2 : 1,
      is_pdf: name?.endsWith('.pdf') ?? false,
      original_bytes: Math.round(2.4 * MIB),
      turns: 0,
      crop: null,
      state: 'picked' as const,
      bytes: 0,
      sent: 0,
      recipients: 0,
      failure: null,
    };
    this.#documents = [...this.#documents.filter((one) => one.ticket !== ref.id || one.kind !== kind), document];
    return this.#shown(document);
  }
  async pickDocument(ref: T.TicketRef, kind: T.DocumentKind): Promise<T.OwnDocument | null> {
    return this.picked === null ? null : this.#take(ref, kind, this.picked);
  }
  async addDocument(ref: T.TicketRef, kind: T.DocumentKind, path: string): Promise<T.OwnDocument> {
    return this.#take(ref, kind, path.split('/').at(-1)!);
  }

  #photo: ReturnType<typeof setInterval> | undefined;
  async startPhoto(
    _index: number,
    onEvent: (event: { type: 'started'; name: string } | { type: 'error'; failure: never }) => void,
    onFrame: (jpeg: ArrayBuffer) => Promise<void>,
  ): Promise<void> {
    await sleep(this.net.slow());
    onEvent({ type: 'started', name: 'Integrated Camera' });
    const frame = () =>
      void drawPage({ kind: 'holding-document-front', page: 0, edge: 640, turns: 0, crop: null }).then(onFrame);
    frame();
    this.#photo = setInterval(frame, 200);
  }
  async takePhoto(ref: T.TicketRef, kind: T.DocumentKind): Promise<T.OwnDocument> {
    clearInterval(this.#photo);
    return this.#take(ref, kind, null);
  }
  async stopPhoto(): Promise<void> {
    clearInterval(this.#photo);
  }

  #document(id: string): T.OwnDocument & { ticket: string } {
    return this.#documents.find((one) => one.id === id) ?? fail('center_step_gone', 'There is no such document.');
  }
  async documentPreview(id: string, page: number, edge: number, whole: boolean): Promise<ArrayBuffer> {
    const { kind, turns, crop } = this.#document(id);
    return drawPage({ kind, page, edge: Math.min(edge, 1600), turns, crop: whole ? null : crop });
  }
  async editDocument(id: string, turns: number, crop: T.Crop | null): Promise<T.OwnDocument> {
    return this.#set(id, { turns, crop });
  }
  #set(id: string, part: Partial<T.OwnDocument>): T.OwnDocument {
    const document = this.#document(id);
    Object.assign(document, part);
    const shown = this.#shown(document);
    for (const then of this.#watch) then(shown);
    return shown;
  }
  async uploadDocument(id: string): Promise<void> {
    this.#document(id);
    void this.#upload(id).catch(() => {});
  }
  async #upload(id: string): Promise<void> {
    const bytes = 1_204_224;
    this.#set(id, { state: 'sealing', failure: null });
    await sleep(this.piece);
    if (this.listProblem) {
      const failure = {
        code: 'center_key_list' as const,
        message: 'The list of reviewers’ keys does not verify.',
        detail: this.listProblem,
      };
      this.#set(id, { state: 'failed', failure });
      return;
    }
    this.#set(id, { state: 'sending', bytes, recipients: 4 });
    await this.#go(id);
  }
  async #go(id: string): Promise<void> {
    for (;;) {
      await sleep(this.piece);
      const document = this.#documents.find((one) => one.id === id);
      if (document?.state !== 'sending') return;
      if (this.net.offline()) {
        this.#set(id, { state: 'failed', failure: { code: 'center_unreachable' as const, message: 'offline' } });
        return;
      }
      const sent = Math.min(document.bytes, document.sent + 200_704);
      if (sent < document.bytes) this.#set(id, { sent });
      else {
        const row = this.store.find(document.ticket);
        this.store.removeDocument(row, document.kind);
        this.store.addDocument(row, document.kind, document.bytes);
        this.#set(id, { sent, state: 'stored' });
        return;
      }
    }
  }
  async pauseUpload(id: string): Promise<void> {
    if (this.#document(id).state === 'sending') this.#set(id, { state: 'paused' });
  }
  async resumeUpload(id: string): Promise<void> {
    const { bytes } = this.#document(id);
    if (bytes === 0) return this.uploadDocument(id);
    this.#set(id, { state: 'sending', failure: null });
    void this.#go(id);
  }
  async removeDocument(ref: T.TicketRef, id: string): Promise<void> {
    const document = this.#document(id);
    this.#documents = this.#documents.filter((one) => one !== document);
    this.store.removeDocument(this.store.find(ref.id), document.kind);
  }
  onDocument(then: (document: T.OwnDocument) => void): Stop {
    this.#watch.add(then);
    return () => this.#watch.delete(then);
  }

  async readLink(text: string): Promise<T.TicketLink> {
    const found = /^https?:\/\/([^/]+)\/(objections|ticket-links)\/([A-Za-z0-9_-]{20,})\/?$/.exec(text.trim());
    if (!found) fail('center_address_invalid', 'This is no link of a ticket.');
    if (found![1] !== 'accounts.haiyun.example') fail('center_not_found', 'No connected center has this address.');
    return { kind: found![2] === 'objections' ? 'objection' : 'binding', center: 'center-1' };
  }
  async object(link: string, reason: string): Promise<void> {
    await this.#ask();
    if (link.includes('ended') || this.objected.some((one) => one.link === link))
      fail('center_link_ended', 'The link is over.');
    this.objected.push({ link, reason });
    const held = this.store.rows.find((row) => row.ticket.state === 'hold');
    if (held) this.store.move(held, 'contested', 'objector', { reason });
  }
  async openLink(link: string, password: string): Promise<T.LinkOutcome> {
    await this.#ask();
    if (link.includes('ended')) fail('center_link_ended', 'The link is over.');
    if (password !== this.password) fail('center_wrong_credentials', 'The password is wrong.');
    this.#opened = this.linkKind === 'bind_device';
    if (this.linkKind === 'bound') return { result: 'bound' };
    return { result: 'bind_device', issuer: 'Example Center', account: 'lena.hofmann@example.org' };
  }
  async bindLinkIntoVault(onProgress: (progress: BindProgress) => void): Promise<EntryId> {
    if (!this.#opened) fail('center_flow_ended', 'The link was closed.');
    const now = this.store.seconds;
    onProgress({ stage: 'stored', entry: 'entry-link' });
    onProgress({ stage: 'first', at: now });
    onProgress({ stage: 'waiting', until: now + 23 });
    await sleep(this.net.slow() * 6);
    onProgress({ stage: 'second', at: now });
    await this.#ask();
    this.#codesBound += 1;
    return `entry-${this.#codesBound}`;
  }
  async linkQr(): Promise<QrShown> {
    return { svg: drawQr('ticket link') };
  }
  async bindLinkByCodes(first: string, second: string): Promise<void> {
    await this.#ask();
    if (first !== '111111' || second !== '222222') fail('center_wrong_code', 'These are not two codes in a row.');
  }
  async closeLink(): Promise<void> {
    this.#opened = false;
  }
}
