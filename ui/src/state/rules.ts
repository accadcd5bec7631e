/** The numbers of a center's rules as the words have them. They are the center's own; the trial's, for one, are shorter. */
import type { CenterRow, Limits } from '../backend';
import { span } from '../strings/format';

/** What a center holds to that was set up with no other numbers: for one that has not told its own yet. */
export const usual: Limits = {
  mfa_devices: 8,
  accounts_per_phone: 5,
  document_bytes: 10 * 1024 * 1024,
  documents_per_ticket: 8,
  undo_seconds: 72 * 3600,
  hold_seconds: 72 * 3600,
  hold_with_factor_seconds: 24 * 3600,
  link_seconds: 24 * 3600,
  documents_kept_seconds: 30 * 86_400,
  code_seconds: 600,
  identity_check_seconds: 600,
  young_contact_seconds: 72 * 3600,
  trusted_device_seconds: 90 * 86_400,
  wrong_passwords_without_code: 3,
  wrong_passwords_until_lock: 10,
  login_window_seconds: 24 * 3600,
};

export const limitsOf = (center: CenterRow | null): Limits => center?.about?.limits ?? usual;

/** For `t`: what stands in braces in the words that tell a rule. */
export function rulesOf(center: CenterRow | null): Record<RuleWord, string | number> {
  const limits = limitsOf(center);
  return {
    devices: limits.mfa_devices,
    per_phone: limits.accounts_per_phone,
    undo: span(limits.undo_seconds),
    hold: span(limits.hold_seconds),
    hold_factor: span(limits.hold_with_factor_seconds),
    link: span(limits.link_seconds),
    kept: span(limits.documents_kept_seconds),
    code: span(limits.code_seconds),
    check: span(limits.identity_check_seconds),
    young: span(limits.young_contact_seconds),
    trusted: span(limits.trusted_device_seconds),
    wrong_free: limits.wrong_passwords_without_code,
    wrong_most: limits.wrong_passwords_until_lock,
    window: span(limits.login_window_seconds),
  };
}

type RuleWord =
  | 'devices'
  | 'per_phone'
  | 'undo'
  | 'hold'
  | 'hold_factor'
  | 'link'
  | 'kept'
  | 'code'
  | 'check'
  | 'young'
  | 'trusted'
  | 'wrong_free'
  | 'wrong_most'
  | 'window';
