import type { BackupsBackend } from './backups';
import { call, sealed, subscribe } from './ipc';

const maybe = async (text: string | null) => (text === null ? null : sealed(text));

export const backups: BackupsBackend = {
  targets: () => call('backup_targets'),
  pickFolder: () => call('backup_pick_folder'),
  add: async (edit, passphrase, password) =>
    call('backup_add_target', { edit, passphrase: await maybe(passphrase), password: await sealed(password) }),
  edit: async (id, edit, passphrase, password) =>
    call('backup_edit_target', { id, edit, passphrase: await maybe(passphrase), password: await sealed(password) }),
  remove: (id) => call('backup_remove_target', { id }),
  make: (id) => call('backup_now', { id }),
  copies: (id) => call('backup_copies', { id }),
  drill: async (id, passphrase, keyFile) => call('backup_drill', { id, passphrase: await maybe(passphrase), keyFile }),
  putOffDrill: (id) => call('backup_put_off_drill', { id }),

  pick: () => call('restore_pick'),
  choose: (id, file) => call('restore_copy', { id, file }),
  open: async (passphrase, keyFile) => call('restore_open', { passphrase: await maybe(passphrase), keyFile }),
  apply: (take) => call('restore_apply', { take }),
  intoNew: async (password, elsewhere) => call('restore_into_new', { password: await sealed(password), elsewhere }),
  drop: () => call('restore_drop'),

  onChange: (then) => subscribe('backups', then),
};
