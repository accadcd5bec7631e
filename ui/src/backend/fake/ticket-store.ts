/** What the played center holds of tickets: shared by the applicant's side and the review desk. */
import type { ErrorCode, Failure } from '../model';
import type {
  Compared,
  DocumentKind,
  Field,
  Match,
  Obstacle,
  Statement,
  Ticket,
  TicketDocument,
  TicketState,
} from '../tickets';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

export const fail = (code: string, message: string, more: Partial<Failure> = {}): never => {
  throw { code: code as ErrorCode, message, ...more } satisfies Failure;
};

/** What the played center lends: how slow it is, whether it is away, and whose session there is. */
export interface Net {
  slow(): number;
  offline(): boolean;
  account(): number | null;
}

export interface StoredTicket {
  ticket: Ticket;
  /** The account it was filed from; null: without one. */
  account: number | null;
  queryCode: string | null;
  version: number;
  changed_at: number;
  contested: boolean;
  claimed_by: string | null;
  claimed_until: number;
  marks: Map<Field, { by: string; confirmed: boolean }>;
  documents: TicketDocument[];
  firstReviewer: string | null;
}

/** What is on file of two accounts: a person and a company. */
export const onFile: Record<string, Partial<Record<Field, string>>> = {
  'lena.hofmann@example.org': {
    'login-email': 'lena.hofmann@example.org',
    name: 'Lena Hofmann',
    'document-number': 'C01X00T47',
    'current-phone': '+4915155570142',
  },
  'office@dongfang-bearings.example': {
    'login-email': 'office@dongfang-bearings.example',
    'company-name': 'Ningbo Dongfang Bearings Co., Ltd. 宁波东方轴承有限公司',
    'company-id': '91330206MA2AHK7T6X',
    'representative-name': 'Wu Min 吴敏',
    'representative-document-number': '330206198703142284',
    'current-phone': '+8613905748831',
  },
};

const needs: Record<Statement['kind'], DocumentKind[]> = {
  'identity-verification-individual': ['holding-document-front', 'holding-document-back'],
  'phone-change-individual': ['holding-document-front', 'holding-document-back'],
  'account-email-change': ['holding-document-front', 'holding-document-back'],
  'identity-verification-enterprise': ['business-license', 'representative-id-front', 'representative-id-back'],
  'phone-change-enterprise': ['business-license', 'representative-id-front', 'representative-id-back'],
  'mfa-unbinding-enterprise': ['business-license'],
  'phone-change-unverified': [],
  'mfa-unbinding-individual': [],
  question: [],
};

const asField: Record<string, Field> = {
  login_email: 'login-email',
  name: 'name',
  document_number: 'document-number',
  company_name: 'company-name',
  company_id: 'company-id',
  representative_name: 'representative-name',
  representative_document_number: 'representative-document-number',
  applicant_name: 'representative-name',
  applicant_document_number: 'representative-document-number',
  current_phone: 'current-phone',
  recovery_email: 'recovery-email',
};

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-./()]+/g, '');

export const guarded = (kind: Statement['kind']): boolean =>
  !kind.startsWith('identity-verification') && kind !== 'question';

export class TicketStore {
  rows: StoredTicket[] = [];
  #number = 0;

  constructor(public now: () => number) {}

  get seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Ids are what the center's are: letters and digits that mean nothing. */
  nextId(): string {
    this.#number += 1;
    return `01kb${(0x3f2a9c + this.#number * 0x1d35).toString(36)}q7${this.#number.toString(36)}`;
  }

  begin(statement: Statement, account: number | null, at = this.seconds): StoredTicket {
    const open = this.rows.find(
      (row) =>
        row.account === account &&
        account !== null &&
        row.ticket.kind === statement.kind &&
        !['executed', 'rejected', 'withdrawn', 'expired'].includes(row.ticket.state),
    );
    if (open) fail('center_limit_reached', 'You have a ticket open about this already.');
    const ticket: Ticket = {
      id: this.nextId(),
      kind: statement.kind,
      state: 'draft',
      statement,
      created_at: at,
      expires_at: at + 14 * DAY,
      contact_proven: !('new_phone' in statement || 'new_email' in statement || 'recovery_phone' in statement),
      factor_proven: false,
      documents_missing: needs[statement.kind],
      history: [{ at, to: 'draft', by: 'applicant' }],
    };
    const row: StoredTicket = {
      ticket,
      account,
      queryCode: null,
      version: 1,
      changed_at: at,
      contested: false,
      claimed_by: null,
      claimed_until: 0,
      marks: new Map(),
      documents: [],
      firstReviewer: null,
    };
    this.rows.unshift(row);
    return row;
  }

  find(id: string): StoredTicket {
    return this.rows.find((row) => row.ticket.id === id) ?? fail('center_no_such_thing', 'There is no such ticket.');
  }

  /** Moves a ticket and writes the step down. */
  move(
    row: StoredTicket,
    to: TicketState,
    by: Ticket['history'][number]['by'],
    more: { reason?: string; staff?: string; at?: number } = {},
  ): void {
    const at = more.at ?? this.seconds;
    const { reason, staff } = more;
    const { state, history } = row.ticket;
    const event = {
      at,
      from: state,
      to,
      by,
      ...(reason === undefined ? {} : { reason }),
      ...(staff === undefined ? {} : { staff }),
    };
    row.ticket = { ...row.ticket, state: to, history: [...history, event] };
    delete row.ticket.expires_at;
    delete row.ticket.hold_until;
    if (to === 'submitted') row.ticket.submitted_at = at;
    if (to === 'more-information') row.ticket.expires_at = at + 14 * DAY;
    if (to === 'hold') row.ticket.hold_until = at + (row.ticket.factor_proven ? DAY : 3 * DAY);
    if (to === 'contested') row.contested = true;
    row.version += 1;
    row.changed_at = at;
  }

  addDocument(row: StoredTicket, kind: DocumentKind, bytes: number, stale = false): TicketDocument {
    const document: TicketDocument = {
      document: `d${this.nextId()}`,
      ticket: row.ticket.id,
      kind,
      bytes,
      digest: 'b1946ac92492d2347c6235b4d2611184a0c7dd7e1d2c1f7c5b1946ac92492d23',
      list_version: stale ? 6 : 7,
      stale,
    };
    row.documents = [...row.documents, document];
    row.ticket = { ...row.ticket, documents_missing: row.ticket.documents_missing.filter((one) => one !== kind) };
    return document;
  }

  removeDocument(row: StoredTicket, kind: DocumentKind): void {
    row.documents = row.documents.filter((one) => one.kind !== kind);
    const missing = needs[row.ticket.kind].filter((one) => !row.documents.some((there) => there.kind === one));
    row.ticket = { ...row.ticket, documents_missing: missing };
  }

  compare(row: StoredTicket): Compared[] {
    const { kind, ...fields } = row.ticket.statement;
    if (kind.startsWith('identity-verification') || kind === 'question') return [];
    const stated = fields as Record<string, string>;
    const filed = onFile[stated.login_email?.toLowerCase() ?? ''] ?? {};
    return Object.entries(stated).flatMap(([name, value]): Compared[] => {
      const field = asField[name];
      if (!field) return [];
      const there = filed[field];
      const mark = row.marks.get(field);
      let result: Match = 'missing';
      if (there !== undefined)
        result =
          plain(there) === plain(value)
            ? 'matches'
            : mark
              ? mark.confirmed
                ? 'variant-confirmed'
                : 'variant-marked'
              : 'differs';
      return [{ field, stated: value, ...(there === undefined ? {} : { filed: there }), result }];
    });
  }

  obstacles(row: StoredTicket, reviewer: string): Obstacle[] {
    if (!guarded(row.ticket.kind)) return [];
    const compared = this.compare(row);
    const second = row.ticket.state === 'first-approval';
    const own: Obstacle[] = second && row.firstReviewer === reviewer ? [{ what: 'own-first-approval' }] : [];
    if (compared.find((one) => one.field === 'login-email')?.result === 'missing')
      return [...own, { what: 'no-account' }];
    const fields = compared.flatMap(({ field, result }): Obstacle[] => {
      if (result === 'differs') return [{ what: 'differs', field }];
      if (result === 'variant-marked' && second) return [{ what: 'unconfirmed', field }];
      if (result === 'missing' && field !== 'current-phone' && field !== 'recovery-email')
        return [{ what: 'missing', field }];
      return [];
    });
    return [...own, ...fields];
  }
}
