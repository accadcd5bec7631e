/** What each kind of ticket asks for: the same as `center-api` says, in the order in which a person is asked. */
import type { AccountKind } from '../../backend';
import type { DocumentKind, OldFactor, Statement, Ticket, TicketKind } from '../../backend/tickets';

/** How a field is read; the rules are the center's (see `check.ts`). */
export type Reading = 'email' | 'name' | 'number' | 'phone' | 'line' | 'text' | 'document-type';

export interface FieldSpec {
  /** As in the statement. */
  name: FieldName;
  reading: Reading;
}

export type FieldName =
  | 'login_email'
  | 'name'
  | 'document_type'
  | 'document_number'
  | 'company_name'
  | 'company_id'
  | 'representative_name'
  | 'representative_document_number'
  | 'applicant_name'
  | 'applicant_document_number'
  | 'current_phone'
  | 'new_phone'
  | 'new_email'
  | 'recovery_phone'
  | 'recovery_email'
  | 'subject'
  | 'text';

export type SectionName =
  'account' | 'person' | 'company' | 'representative' | 'applicant' | 'phone' | 'email' | 'question';

export interface Section {
  name: SectionName;
  fields: FieldSpec[];
}

const email: FieldSpec = { name: 'login_email', reading: 'email' };
const account: Section = { name: 'account', fields: [email] };
const person: Section = {
  name: 'person',
  fields: [
    { name: 'name', reading: 'name' },
    { name: 'document_number', reading: 'number' },
  ],
};
const company: Section = {
  name: 'company',
  fields: [
    { name: 'company_name', reading: 'name' },
    { name: 'company_id', reading: 'number' },
  ],
};
const representative: Section = {
  name: 'representative',
  fields: [
    { name: 'representative_name', reading: 'name' },
    { name: 'representative_document_number', reading: 'number' },
  ],
};
const newPhone: Section = { name: 'phone', fields: [{ name: 'new_phone', reading: 'phone' }] };
const currentPhone: FieldSpec = { name: 'current_phone', reading: 'phone' };

export const forms: Record<TicketKind, Section[]> = {
  'identity-verification-individual': [
    {
      name: 'person',
      fields: [person.fields[0]!, { name: 'document_type', reading: 'document-type' }, person.fields[1]!],
    },
  ],
  'identity-verification-enterprise': [company, representative],
  'phone-change-individual': [account, person, newPhone],
  'phone-change-enterprise': [account, company, representative, newPhone],
  'phone-change-unverified': [
    account,
    {
      name: 'phone',
      fields: [
        { name: 'recovery_phone', reading: 'phone' },
        { name: 'recovery_email', reading: 'email' },
      ],
    },
  ],
  'account-email-change': [account, person, { name: 'email', fields: [{ name: 'new_email', reading: 'email' }] }],
  'mfa-unbinding-individual': [account, { name: 'person', fields: [...person.fields, currentPhone] }],
  'mfa-unbinding-enterprise': [
    account,
    company,
    {
      name: 'applicant',
      fields: [
        { name: 'applicant_name', reading: 'name' },
        { name: 'applicant_document_number', reading: 'number' },
        currentPhone,
      ],
    },
  ],
  question: [
    {
      name: 'question',
      fields: [
        { name: 'subject', reading: 'line' },
        { name: 'text', reading: 'text' },
      ],
    },
  ],
};

export const documentsOf: Record<TicketKind, DocumentKind[]> = {
  'identity-verification-individual': ['holding-document-front', 'holding-document-back'],
  'identity-verification-enterprise': ['business-license', 'representative-id-front', 'representative-id-back'],
  'phone-change-individual': ['holding-document-front', 'holding-document-back'],
  'phone-change-enterprise': ['business-license', 'representative-id-front', 'representative-id-back'],
  'phone-change-unverified': [],
  'account-email-change': ['holding-document-front', 'holding-document-back'],
  'mfa-unbinding-individual': [],
  'mfa-unbinding-enterprise': ['business-license'],
  question: [],
};

export const kinds = Object.keys(forms) as TicketKind[];

/** Changes how somebody gets into an account: two reviewers, then a hold. */
export const isGuarded = (kind: TicketKind): boolean =>
  kind !== 'question' && !kind.startsWith('identity-verification');

/** Identity is verified for the account that asks: there is no other way to ask. */
export const needsAccount = (kind: TicketKind): boolean => kind.startsWith('identity-verification');

export const fieldsOf = (kind: TicketKind): FieldSpec[] => forms[kind].flatMap((section) => section.fields);

/** A new statement, every field there and empty. */
export function emptyStatement(kind: TicketKind): Record<string, string> {
  return Object.fromEntries(fieldsOf(kind).map(({ name }) => [name, name === 'document_type' ? 'id-card' : '']));
}

export function asStatement(kind: TicketKind, typed: Record<string, string>): Statement {
  const own = fieldsOf(kind).map(({ name }) => [name, (typed[name] ?? '').trim()]);
  return { kind, ...Object.fromEntries(own) } as Statement;
}

export function asTyped(statement: Statement): Record<string, string> {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== 'kind'));
}

const newContacts: FieldName[] = ['new_phone', 'new_email', 'recovery_phone'];

/** The contact that the ticket asks to bind, which is proven by a code before the ticket is submitted. */
export function newContact(statement: Statement): string | null {
  const typed = asTyped(statement);
  const name = newContacts.find((one) => one in typed);
  return name ? (typed[name] ?? null) : null;
}

/** What identity verification an account of a kind asks for. */
export const verificationOf = (kind: AccountKind): TicketKind =>
  kind === 'individual' ? 'identity-verification-individual' : 'identity-verification-enterprise';

/** Old factors whose proof shortens the hold: never the contact that is to be changed, and only before the hold. */
export function provableFactors(ticket: Pick<Ticket, 'kind' | 'state'>): OldFactor[] {
  const early = ['draft', 'submitted', 'first-approval', 'contested', 'more-information'].includes(ticket.state);
  if (!early || !isGuarded(ticket.kind)) return [];
  const factors: OldFactor[] = [];
  if (!ticket.kind.startsWith('phone-change')) factors.push('phone');
  if (ticket.kind !== 'account-email-change') factors.push('email');
  return factors;
}
