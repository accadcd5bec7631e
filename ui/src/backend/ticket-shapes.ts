/**
 * The center's shapes of tickets and staff. They come from `center-api` (types/center/); until those are generated on this
 * branch they stand here, field for field the same.
 */
export type TicketKind =
  | 'identity-verification-individual'
  | 'identity-verification-enterprise'
  | 'phone-change-individual'
  | 'phone-change-enterprise'
  | 'phone-change-unverified'
  | 'account-email-change'
  | 'mfa-unbinding-individual'
  | 'mfa-unbinding-enterprise'
  | 'question';
export type DocumentKind =
  | 'holding-document-front'
  | 'holding-document-back'
  | 'business-license'
  | 'representative-id-front'
  | 'representative-id-back';
export type TicketState =
  | 'draft'
  | 'submitted'
  | 'more-information'
  | 'first-approval'
  | 'second-approval'
  | 'hold'
  | 'executed'
  | 'rejected'
  | 'withdrawn'
  | 'expired'
  | 'contested';
export type DocumentType = 'id-card' | 'passport' | 'drivers-license';
export type Field =
  | 'login-email'
  | 'name'
  | 'document-number'
  | 'company-name'
  | 'company-id'
  | 'representative-name'
  | 'representative-document-number'
  | 'current-phone'
  | 'recovery-email';
export type Match = 'matches' | 'differs' | 'missing' | 'variant-marked' | 'variant-confirmed';
export type Verdict = 'approve' | 'reject' | 'ask-more';
export type Party = 'applicant' | 'staff' | 'objector' | 'center';
export type OldFactor = 'phone' | 'email';

export type Statement =
  | { kind: 'identity-verification-individual'; name: string; document_type: DocumentType; document_number: string }
  | {
      kind: 'identity-verification-enterprise';
      company_name: string;
      company_id: string;
      representative_name: string;
      representative_document_number: string;
    }
  | { kind: 'phone-change-individual'; login_email: string; name: string; document_number: string; new_phone: string }
  | {
      kind: 'phone-change-enterprise';
      login_email: string;
      company_name: string;
      company_id: string;
      representative_name: string;
      representative_document_number: string;
      new_phone: string;
    }
  | { kind: 'phone-change-unverified'; login_email: string; recovery_phone: string; recovery_email: string }
  | { kind: 'account-email-change'; login_email: string; name: string; document_number: string; new_email: string }
  | {
      kind: 'mfa-unbinding-individual';
      login_email: string;
      name: string;
      document_number: string;
      current_phone: string;
    }
  | {
      kind: 'mfa-unbinding-enterprise';
      login_email: string;
      company_name: string;
      company_id: string;
      applicant_name: string;
      applicant_document_number: string;
      current_phone: string;
    }
  | { kind: 'question'; subject: string; text: string };

export interface Page<T> {
  items: T[];
  next?: string;
}
export interface CodeSent {
  again_at: number;
}
export interface TicketEvent {
  at: number;
  from?: TicketState;
  to: TicketState;
  by: Party;
  reason?: string;
  staff?: string;
}
export interface Ticket {
  id: string;
  kind: TicketKind;
  state: TicketState;
  statement: Statement;
  created_at: number;
  submitted_at?: number;
  hold_until?: number;
  expires_at?: number;
  contact_proven: boolean;
  factor_proven: boolean;
  documents_missing: DocumentKind[];
  history: TicketEvent[];
}
export interface FiledTicket {
  ticket: Ticket;
  query_code: string;
}
export interface TicketLine {
  id: string;
  kind: TicketKind;
  state: TicketState;
  created_at: number;
  changed_at: number;
  contested: boolean;
  claimed_by?: string;
  claimed_until?: number;
}
export interface Compared {
  field: Field;
  stated: string;
  filed?: string;
  result: Match;
}
export interface Review {
  statement: Statement;
  comparison: Compared[];
  obstacles: string[];
  from_account: boolean;
  same_person?: boolean;
  factor_proven: boolean;
  objections: TicketEvent[];
}
export interface StaffTicket {
  line: TicketLine;
  history: TicketEvent[];
  hold_until?: number;
  review?: Review;
}
export interface TicketDocument {
  document: string;
  ticket: string;
  kind: DocumentKind;
  bytes: number;
  digest: string;
  list_version: number;
  stale: boolean;
}
export type Role = 'reviewer' | 'supervisor' | 'operator';
export interface StaffMember {
  id: string;
  name: string;
  roles: Role[];
  decides_from: number;
}
export interface ReviewerKey {
  holder: string;
  recipient: string;
  registered_at: number;
  listed: boolean;
}
