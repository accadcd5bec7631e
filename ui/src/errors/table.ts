/** The one table from an error's code to what helps. Its words are in the strings under `errors`. */
import type { ErrorCode } from '../backend';

/** What a person can do about it. A view offers those it can carry out. */
export type Action =
  | 'retry'
  | 'use_recovery'
  | 'use_password'
  | 'by_hand'
  | 'by_screen'
  | 'by_image'
  | 'check_vault'
  | 'reload'
  | 'details'
  | 'sign_in'
  | 'prove'
  | 'start_again'
  | 'ticket'
  | 'centers'
  | 'contact';

export interface Entry {
  actions: Action[];
  tone: 'bad' | 'warn';
  /** The shell's own sentence says where exactly: show it below ours. */
  exact?: true;
  /** The failure's `detail` is the Unix second until which it lasts: it stands after our words. */
  until?: true;
}

const bad = (...actions: Action[]): Entry => ({ actions, tone: 'bad' });
const warn = (...actions: Action[]): Entry => ({ actions, tone: 'warn' });
const exactly = (entry: Entry): Entry => ({ ...entry, exact: true });
/** It says until when: the view adds the time that is left. */
const until = (entry: Entry): Entry => ({ ...entry, until: true });

export const table: Record<ErrorCode, Entry> = {
  wrong_password: bad('use_recovery'),
  wrong_recovery_code: bad('use_password'),
  recovery_code_typo: bad(),
  delayed: warn(),
  locked: warn('reload'),
  vault_exists: bad('reload'),
  vault_not_found: bad('retry', 'reload'),
  not_a_vault: bad('retry'),
  foreign_file: bad('retry'),
  newer_format: bad(),
  vault_damaged: exactly(bad('check_vault', 'retry')),
  vault_busy: warn('retry'),
  read_only: warn(),
  vault_named: warn(),
  no_room: bad('retry'),
  permission: bad('retry'),
  kdf_beyond_cap: bad(),
  already_unlocked: warn('reload'),
  must_set_password: warn('reload'),
  no_recovery_pending: warn('reload'),
  no_such_slot: bad('reload'),
  quarantine_first: warn('check_vault'),
  cannot_settle: bad(),
  other_vault: bad('reload'),
  copy_of_vault: warn(),
  vault_replaced: bad('reload'),
  no_memory: bad('retry'),
  last_way_in: bad(),
  weak_password: warn(),
  entry_not_found: warn('reload'),
  entry_damaged: bad('check_vault'),
  invalid_entry: exactly(bad()),
  pin_needed: warn(),
  bad_pin: bad(),
  hotp_exhausted: bad(),
  not_otpauth: warn('retry', 'by_hand'),
  migration_link: warn(),
  other_transfer: warn(),
  bad_uri: exactly(bad('by_hand')),
  bad_secret: exactly(bad()),
  no_code_found: warn('retry', 'by_hand'),
  image_unsupported: bad(),
  image_too_large: bad(),
  image_damaged: bad('by_hand'),
  file_unreadable: bad('retry'),
  no_camera: warn('retry', 'by_screen', 'by_image', 'by_hand'),
  camera_busy: bad('retry', 'by_screen', 'by_hand'),
  camera_permission: bad('retry', 'by_screen', 'by_hand'),
  camera_unplugged: warn('retry', 'by_screen', 'by_hand'),
  camera_failed: exactly(bad('retry', 'by_screen', 'by_hand')),
  screen_unavailable: exactly(bad('by_image', 'by_hand')),
  screen_refused: warn('retry', 'by_image', 'by_hand'),
  clipboard_empty: warn('retry'),
  clipboard_unavailable: bad('by_image', 'by_hand'),
  candidate_gone: warn(),
  candidates_full: warn(),
  too_many_files: warn(),
  sealing: bad('retry'),
  invalid_request: exactly(bad()),
  io: exactly(bad('retry')),
  internal: exactly(bad('retry')),

  // moving in and out
  import_empty: bad(),
  import_too_large: bad(),
  import_unknown: bad(),
  import_password_needed: warn(),
  import_wrong_password: bad(),
  import_newer: exactly(bad()),
  import_unsupported: exactly(bad()),
  import_too_costly: exactly(bad()),
  import_damaged: exactly(bad()),
  import_too_many: bad(),
  export_nothing: bad(),
  export_too_much: bad(),
  export_changed: warn(),

  // between this computer and the center
  center_address_invalid: exactly(bad()),
  center_unreachable: warn('retry'),
  center_timed_out: warn('retry'),
  center_certificate: exactly(bad('centers', 'contact')),
  center_authority: exactly(bad()),
  center_redirected: bad('centers', 'contact'),
  center_bad_answer: exactly(bad('retry', 'centers')),
  center_root_key: bad('centers', 'contact'),
  center_key_list: bad('retry', 'contact'),
  center_cancelled: warn('retry'),
  center_twice: warn(),
  center_not_found: warn('centers'),
  center_exists: warn('centers'),
  center_not_signed_in: warn('sign_in'),
  center_step_gone: warn('start_again'),
  center_no_entry: warn(),
  trial_failed: exactly(bad('retry')),

  // what the center answers
  center_bad_request: exactly(bad()),
  center_invalid_value: exactly(bad()),
  center_no_such_thing: warn('reload'),
  center_too_large: exactly(bad()),
  center_forbidden: exactly(bad('contact')),
  center_mfa_binding_required: warn(),
  center_wrong_credentials: bad(),
  center_code_required: warn(),
  center_account_locked: until(bad()),
  center_wrong_code: bad(),
  center_flow_ended: warn('start_again'),
  center_too_many_wrong_codes: until(bad('ticket')),
  center_sent_lately: until(warn()),
  center_too_many_messages: until(warn('ticket')),
  center_too_many_requests: until(warn('retry')),
  center_identity_check_required: warn('prove'),
  center_frozen: warn('prove'),
  center_contact_too_new: until(bad('ticket')),
  center_address_taken: bad(),
  center_weak_password: exactly(warn()),
  center_limit_reached: exactly(bad()),
  center_wrong_state: exactly(warn('reload')),
  center_changed: warn('reload'),
  center_statement_mismatch: bad(),
  center_link_ended: warn('start_again'),
  center_trouble: warn('retry', 'contact'),

  // documents
  document_unsupported: bad(),
  document_too_large: bad(),
  document_damaged: bad(),
  document_pdf: exactly(bad()),
  document_not_for_us: bad(),
  backup_folder_gone: warn('retry'),
  backup_not_writable: bad('retry'),
  backup_no_room: bad('retry'),
  backup_too_slow: warn('retry'),
  backup_not_proved: exactly(bad('retry')),
  backup_failed: exactly(bad('retry')),
  backup_none: bad('retry'),
  backup_target_gone: warn(),
  backup_folder_taken: warn(),
  backup_recipients: exactly(bad()),
  not_a_backup: exactly(bad()),
  backup_damaged: bad(),
  backup_wrong_passphrase: bad(),
  backup_needs_passphrase: warn(),
  backup_other_keys: bad(),
  backup_key_file: exactly(bad()),
};

export const lookUp = (code: string): Entry => table[code as ErrorCode] ?? table.internal;
