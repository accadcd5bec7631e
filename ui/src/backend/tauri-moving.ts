/** Moving in and out over IPC. Passwords are sealed to the shell. */
import { call, sealed, sealedOrNull } from './ipc';
import type { MovingBackend } from './moving';

export const moving: MovingBackend = {
  pick: () => call('import_pick'),
  files: (paths) => call('import_files', { paths }),
  password: async (file, password) => call('import_password', { file, password: await sealed(password) }),
  remove: (file) => call('import_remove', { file }),
  apply: (choices, group) => call('import_apply', { choices, group }),
  stop: () => call('import_stop'),
  undo: () => call('import_undo'),
  discard: () => call('import_discard'),

  formats: () => call('export_formats'),
  preview: (format, ids) => call('export_preview', { format, ids }),
  write: async (format, ids, password, filePassword) =>
    call('export_write', {
      format,
      ids,
      password: await sealed(password),
      filePassword: await sealedOrNull(filePassword),
    }),
  deleteExport: () => call('export_delete'),

  moveEntries: (ids, group) => call('move_entries', { ids, group }),
  tagEntries: (ids, add, remove) => call('tag_entries', { ids, add, remove }),
  duplicates: (ids) => call('duplicates', { ids }),
  mergeDuplicates: (ids) => call('merge_duplicates', { ids }),
};
