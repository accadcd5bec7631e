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
  | 'details';

export interface Entry {
  actions: Action[];
  tone: 'bad' | 'warn';
  /** The shell's own sentence says where exactly: show it below ours. */
  exact?: true;
}

const bad = (...actions: Action[]): Entry => ({ actions, tone: 'bad' });
const warn = (...actions: Action[]): Entry => ({ actions, tone: 'warn' });
const exactly = (entry: Entry): Entry => ({ ...entry, exact: true });

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
  sealing: bad('retry'),
  invalid_request: exactly(bad()),
  io: exactly(bad('retry')),
  internal: exactly(bad('retry')),
};

export const lookUp = (code: string): Entry => table[code as ErrorCode] ?? table.internal;
