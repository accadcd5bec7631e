/**
 * The shapes of the account center: those of its API, generated from `tessera-center-api`, and those that the shell adds.
 * The shell keeps every token (sessions, trusted devices, flows); the page holds handles that mean nothing elsewhere.
 */
import type { About } from './types/center/About';
import type { Account } from './types/center/Account';
import type { AccountKind } from './types/center/AccountKind';
import type { FactorOffer } from './types/center/FactorOffer';
import type { Language } from './types/center/Language';
import type { Method } from './types/center/Method';
import type { MfaDevice } from './types/center/MfaDevice';
import type { EntryId } from './types/EntryId';

export type { About } from './types/center/About';
export type { Account } from './types/center/Account';
export type { AccountKind } from './types/center/AccountKind';
export type { AccountPatch } from './types/center/AccountPatch';
export type { Action as CheckedAction } from './types/center/Action';
export type { CenterErrorCode } from './types/center/CenterErrorCode';
export type { Collaborator } from './types/center/Collaborator';
export type { Contact } from './types/center/Contact';
export type { ContactChanged } from './types/center/ContactChanged';
export type { ContactKind } from './types/center/ContactKind';
export type { EventKind } from './types/center/EventKind';
export type { Factor } from './types/center/Factor';
export type { FactorOffer } from './types/center/FactorOffer';
export type { IdentityProven } from './types/center/IdentityProven';
export type { Invitation } from './types/center/Invitation';
export type { Language } from './types/center/Language';
export type { Limits } from './types/center/Limits';
export type { MemberState } from './types/center/MemberState';
export type { Method } from './types/center/Method';
export type { MfaDevice } from './types/center/MfaDevice';
export type { MfaDeviceKind } from './types/center/MfaDeviceKind';
export type { Page } from './types/center/Page';
export type { Protection } from './types/center/Protection';
export type { Protections } from './types/center/Protections';
export type { Retrieved } from './types/center/Retrieved';
export type { SecurityEvent } from './types/center/SecurityEvent';
export type { Session } from './types/center/Session';
export type { SubAccount } from './types/center/SubAccount';
export type { TrialState } from './types/center/TrialState';
export type { TrustedDevice } from './types/center/TrustedDevice';

/** A handle of the shell for what goes on over several steps. It ends with the vault's lock. */
export type FlowId = string;
export type CenterId = string;

/** An account at a center. */
export interface AccountRef {
  center: CenterId;
  account: number;
}

/** A center that this vault knows. */
export interface CenterRow {
  id: CenterId;
  /** `https://accounts.haiyun.example`, without a path. */
  address: string;
  /** What the person calls it; else the name it gave itself. */
  name: string;
  /** Pinned with the address; null: none was given, so no document is ever sealed for it. */
  root_fingerprint: string | null;
  /** The name of the private certificate authority it was added with. */
  ca: string | null;
  /** The built-in one. */
  trial: boolean;
  added_at: number;
  /** What it said of itself last, and when. */
  about: About | null;
  about_at: number | null;
  /** A reviewer's identity or staff session for it is kept here. */
  staff: boolean;
}

/** What a center's link or QR holds, or what was typed. */
export interface CenterForm {
  address: string;
  /** Empty: none. */
  root_fingerprint: string;
  /** The handle of {@link CertificateFile}. */
  ca: string | null;
}
export interface CertificateFile {
  handle: string;
  /** Whom the certificate names. */
  name: string;
  expires_at: number;
}

/** An account that this vault signed in to. */
export interface AccountRow extends AccountRef {
  name: string;
  kind: AccountKind;
  verified: boolean;
  /** Whether a session is kept; it may have ended at the center meanwhile. */
  signed_in: boolean;
  /** The owner requires an MFA device: nothing else works until one is bound. */
  bind_mfa_first: boolean;
  /** What was typed as name at the last sign-in, for the next one. */
  login_name: string;
}

/** An e-mail or text message that the trial center sent. */
export interface DemoMessage {
  id: string;
  sent_at: number;
  channel: 'email' | 'phone';
  to: string;
  subject: string;
  body: string;
  /** Addresses of the trial center that stand in the body. */
  links: string[];
  read: boolean;
}

export interface SignInAttempt {
  /** Account e-mail, phone with its country code, or account ID. */
  name: string;
  password: string;
  /** After `center_code_required`: the code, and the flow that sent it. */
  code: string | null;
  flow: FlowId | null;
  remember: boolean;
}

export type SignInOutcome =
  | { outcome: 'signed-in'; who: AccountRef; bind_mfa_first: boolean }
  | { outcome: 'second-step'; flow: FlowId; expires_at: number; methods: Method[]; vault: VaultOffer[] };

/** An entry of this vault that is an MFA device of the account in question. */
export interface VaultOffer {
  entry: EntryId;
  issuer: string;
  account: string;
  /** What the account calls the device, if it is known. */
  device: string | null;
}

/** A code was sent; another may be from `again_at` on. */
export interface CodeOut {
  again_at: number;
}
export interface CodeFlow extends CodeOut {
  flow: FlowId;
  expires_at: number | null;
}

/** The account with the version that an edit must name. */
export interface AccountSeen {
  account: Account;
  version: string;
}

export interface IdentityCheck {
  flow: FlowId;
  factors: FactorOffer[];
  expires_at: number;
  /** Sensitive actions are frozen; one of these factors makes them go on. */
  frozen: boolean;
  vault: VaultOffer[];
}

export interface DeviceRow extends MfaDevice {
  /** The entry of this vault that it is. */
  entry: VaultOffer | null;
}

/** What binding straight into the vault tells while it goes on. */
export type BindProgress =
  | { stage: 'stored'; entry: EntryId }
  | { stage: 'first'; at: number }
  /** For the code after the first one. */
  | { stage: 'waiting'; until: number }
  | { stage: 'second'; at: number };

export interface QrBinding {
  flow: FlowId;
  svg: string;
  /** Base32, for typing. */
  secret: string;
  expires_at: number;
}

export interface RecoveryCodesState {
  left: number;
  made_at: number | null;
  /** When the person said that they are on paper; kept in this vault. */
  kept_at: number | null;
}

export interface NewSubAccount {
  name: string;
  email: string;
  language: Language;
  mfa_required: boolean;
}

/** An entry that belongs to an account at a center. */
export interface EntryLink {
  entry: EntryId;
  who: AccountRef;
  /** The MFA device's ID there, as long as it is bound. */
  device: string | null;
  account_name: string;
  center_name: string;
}
