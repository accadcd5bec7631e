/**
 * The shapes of the account center, nearly all generated: those of its API from `tessera-center-api`, the others from the
 * shell's own. The shell keeps every token (sessions, trusted devices, flows); the page holds handles that mean nothing
 * elsewhere. The attempt to sign in stands here: its secrets are sealed on their way, so the shell has another shape of it.
 */
export type { About } from './types/center/About';
export type { Account } from './types/center/Account';
export type { AccountKind } from './types/center/AccountKind';
export type { AccountPatch } from './types/center/AccountPatch';
export type { AccountRef } from './types/center/AccountRef';
export type { AccountRow } from './types/center/AccountRow';
export type { AccountSeen } from './types/center/AccountSeen';
export type { Action as CheckedAction } from './types/center/Action';
export type { BindProgress } from './types/center/BindProgress';
export type { CenterErrorCode } from './types/center/CenterErrorCode';
export type { CenterForm } from './types/center/CenterForm';
export type { CenterRow } from './types/center/CenterRow';
export type { CertificateFile } from './types/center/CertificateFile';
export type { CodeFlow } from './types/center/CodeFlow';
export type { CodeOut } from './types/center/CodeOut';
export type { Collaborator } from './types/center/Collaborator';
export type { Contact } from './types/center/Contact';
export type { ContactChanged } from './types/center/ContactChanged';
export type { ContactKind } from './types/center/ContactKind';
export type { DemoMessage } from './types/center/DemoMessage';
export type { DeviceRow } from './types/center/DeviceRow';
export type { EntryLink } from './types/center/EntryLink';
export type { EventKind } from './types/center/EventKind';
export type { Factor } from './types/center/Factor';
export type { FactorOffer } from './types/center/FactorOffer';
export type { IdentityCheck } from './types/center/IdentityCheck';
export type { IdentityProven } from './types/center/IdentityProven';
export type { Invitation } from './types/center/Invitation';
export type { Language } from './types/center/Language';
export type { LastKnown } from './types/center/LastKnown';
export type { Limits } from './types/center/Limits';
export type { MemberState } from './types/center/MemberState';
export type { Method } from './types/center/Method';
export type { MfaDevice } from './types/center/MfaDevice';
export type { MfaDeviceKind } from './types/center/MfaDeviceKind';
export type { NewSubAccount } from './types/center/NewSubAccount';
export type { Page } from './types/center/Page';
export type { Protection } from './types/center/Protection';
export type { Protections } from './types/center/Protections';
export type { QrBinding } from './types/center/QrBinding';
export type { RecoveryCodesState } from './types/center/RecoveryCodesState';
export type { Retrieved } from './types/center/Retrieved';
export type { SecurityEvent } from './types/center/SecurityEvent';
export type { Session } from './types/center/Session';
export type { SignInOutcome } from './types/center/SignInOutcome';
export type { SubAccount } from './types/center/SubAccount';
export type { TrialState } from './types/center/TrialState';
export type { TrustedDevice } from './types/center/TrustedDevice';
export type { VaultOffer } from './types/center/VaultOffer';

/** A handle of the shell for what goes on over several steps. It ends with the vault's lock. */
export type FlowId = string;
export type CenterId = string;

export interface SignInAttempt {
  /** Account e-mail, phone with its country code, or account ID. */
  name: string;
  password: string;
  /** After `center_code_required`: the code, and the flow that sent it. */
  code: string | null;
  flow: FlowId | null;
  remember: boolean;
}
