/** The shapes that cross between the page and the shell. Generated from Rust; this file only gathers them. */
export type { Algorithm } from './types/Algorithm';
export type { Appearance } from './types/Appearance';
export type { AuditEvent } from './types/AuditEvent';
export type { AuditRow } from './types/AuditRow';
export type { CameraEvent } from './types/CameraEvent';
export type { CameraInfo } from './types/CameraInfo';
export type { Candidate } from './types/Candidate';
export type { CandidateForm } from './types/CandidateForm';
export type { CheckReport } from './types/CheckReport';
export type { CodeRow } from './types/CodeRow';
export type { Codes } from './types/Codes';
export type { Copied } from './types/Copied';
export type { Density } from './types/Density';
export type { DoctorCheck } from './types/DoctorCheck';
export type { DoctorRow } from './types/DoctorRow';
export type { DuplicateRow } from './types/DuplicateRow';
export type { EntryDetail } from './types/EntryDetail';
export type { EntryEdit } from './types/EntryEdit';
export type { EntryId } from './types/EntryId';
export type { EntryRow } from './types/EntryRow';
export type { Finding } from './types/Finding';
export type { Health } from './types/Health';
export type { Kind } from './types/Kind';
export type { LockReason } from './types/LockReason';
export type { LockedEvent } from './types/LockedEvent';
export type { MergePick } from './types/MergePick';
export type { MergeRow } from './types/MergeRow';
export type { MergeSide } from './types/MergeSide';
export type { PinEdit } from './types/PinEdit';
export type { PlatformNote } from './types/PlatformNote';
export type { Preferences } from './types/Preferences';
export type { Progress } from './types/Progress';
export type { QrShown } from './types/QrShown';
export type { QuarantineReason } from './types/QuarantineReason';
export type { QuarantineRow } from './types/QuarantineRow';
export type { RecordTable } from './types/RecordTable';
export type { RecoveryConfirmed } from './types/RecoveryConfirmed';
export type { RecoveryShown } from './types/RecoveryShown';
export type { Region } from './types/Region';
export type { SaveItem } from './types/SaveItem';
export type { ScanResult } from './types/ScanResult';
export type { ScreenInfo } from './types/ScreenInfo';
export type { Sealed } from './types/Sealed';
export type { SealingKey } from './types/SealingKey';
export type { SecretShown } from './types/SecretShown';
export type { Settings } from './types/Settings';
export type { SettleAction } from './types/SettleAction';
export type { Severity } from './types/Severity';
export type { SlotKind } from './types/SlotKind';
export type { SlotRow } from './types/SlotRow';
export type { Sort } from './types/Sort';
export type { Status } from './types/Status';
export type { Strength } from './types/Strength';
export type { StrengthSuggestion } from './types/StrengthSuggestion';
export type { StrengthWarning } from './types/StrengthWarning';
export type { Take } from './types/Take';
export type { Task } from './types/Task';
export type { TypedGroup } from './types/TypedGroup';
export type { VaultState } from './types/VaultState';
export type { Warning } from './types/Warning';

import type { Warning } from './types/Warning';

export type WarningKind = Warning['kind'];

import type { CenterCode, ConnectionCode } from './center-model';
import type { ErrorCode as ShellCode } from './types/ErrorCode';
import type { Failure as ShellFailure } from './types/Failure';

/** What the shell's own commands and those of the account center reject with: one closed list, one table of words. */
export type ErrorCode = ShellCode | CenterCode | ConnectionCode;
export type Failure = Omit<ShellFailure, 'code'> & {
  code: ErrorCode;
  /** From the center: from when on it may be tried again, or until when something lasts. Unix seconds. */
  until?: number;
  /** From the center: which value is not valid, as a JSON pointer into the request. */
  field?: string;
};
