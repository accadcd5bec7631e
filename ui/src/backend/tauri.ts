/** The real backend: Tauri commands and events. With `ipc.ts` and `tauri-*.ts` the only files that import Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { Backend } from './index';
import { asFailure, call, sealed, subscribe } from './ipc';
import type * as M from './model';
import { backups } from './tauri-backups';
import { center } from './tauri-center';
import { desk } from './tauri-desk';
import { moving } from './tauri-moving';
import { tickets } from './tauri-tickets';

async function pinEdit(pin: string | null | undefined): Promise<M.PinEdit | null> {
  if (pin === undefined) return null;
  return pin === null ? 'ask' : { keep: await sealed(pin) };
}

export const backend: Backend = {
  center,
  tickets,
  desk,
  moving,
  backups,

  status: () => call('status'),
  setAppearance: (appearance) => call('set_appearance', { appearance }),
  setZoom: (zoom) => call('set_zoom', { zoom }),
  chooseVault: (create) => call('choose_vault', { create }),

  vaults: () => call('vaults'),
  switchVault: (path) => call('switch_vault', { path }),
  forgetVault: (path) => call('forget_vault', { path }),
  moveToVault: async (ids, path, password) => call('move_to_vault', { ids, path, password: await sealed(password) }),

  passwordStrength: async (password) => call('password_strength', { password: await sealed(password) }),
  createVault: async (password) => call('create_vault', { password: await sealed(password) }),
  recoveryShow: () => call('recovery_show'),
  recoveryConfirm: async (groups) => call('recovery_confirm', { groups: await sealed(JSON.stringify(groups)) }),
  recoveryPrint: () => call('recovery_print'),
  recoverySave: () => call('recovery_save'),
  unlock: async (password) => call('unlock', { password: await sealed(password) }),
  unlockWithRecovery: async (code) => call('unlock_with_recovery', { code: await sealed(code) }),
  setNewPassword: async (password) => call('set_new_password', { password: await sealed(password) }),
  lock: () => call('lock'),

  entries: () => call('entries'),
  icon: (id) => call('icon', { id }),
  codes: (ids) => call('codes', { ids }),
  advanceHotp: (id) => call('advance_hotp', { id }),
  copyCode: (id) => call('copy_code', { id }),
  codeWithPin: async (id, pin) => call('code_with_pin', { id, pin: await sealed(pin) }),
  copyCodeWithPin: async (id, pin) => call('copy_code_with_pin', { id, pin: await sealed(pin) }),
  entry: (id) => call('entry', { id }),
  pickIcon: (id) => call('pick_icon', { id }),
  removeIcon: (id) => call('remove_icon', { id }),
  updateEntry: async (id, edit, pin) => call('update_entry', { id, edit, pin: await pinEdit(pin) }),
  setFavorite: (id, favorite) => call('set_favorite', { id, favorite }),
  setOrder: (ids) => call('set_order', { ids }),
  trash: () => call('trash'),
  trashEntries: (ids) => call('trash_entries', { ids }),
  restoreEntries: (ids) => call('restore_entries', { ids }),
  deleteEntries: (ids) => call('delete_entries', { ids }),
  revealSecret: async (id, password) => call('reveal_secret', { id, password: await sealed(password) }),
  revealQr: async (id, password) => call('reveal_qr', { id, password: await sealed(password) }),

  scanScreens: () => call('scan_screens'),
  scanScreen: (id, region) => call('scan_screen', { id, region }),
  scanFiles: (paths) => call('scan_files', { paths }),
  pickFiles: () => call('pick_files'),
  scanBytes: async (bytes, name) => {
    try {
      // A raw body: a picture as a JSON list of numbers would be ten times its size.
      return await invoke('scan_bytes', bytes, { headers: { 'x-name': encodeURIComponent(name) } });
    } catch (error) {
      throw asFailure(error);
    }
  },
  scanClipboard: () => call('scan_clipboard'),
  candidateFromText: async (text) => call('candidate_from_text', { text: await sealed(text) }),
  candidateFromForm: async (form, secret, pin) =>
    call('candidate_from_form', { form, secret: await sealed(secret), pin: pin === null ? null : await sealed(pin) }),
  cameras: () => call('cameras'),
  cameraStart: (index, onEvent, onFrame) => {
    const events = new Channel<M.CameraEvent>(onEvent);
    const frames = new Channel<ArrayBuffer>((jpeg) => {
      void onFrame(jpeg).finally(() => call('camera_frame_shown').catch(() => {}));
    });
    return call('camera_start', { index, events, frames });
  },
  cameraStop: () => call('camera_stop'),
  saveCandidates: (items) => call('save_candidates', { items }),
  transferParts: () => call('transfer_parts'),
  discardCandidates: () => call('discard_candidates'),

  settings: () => call('settings'),
  setSettings: (settings) => call('set_settings', { settings }),
  changePassword: async (old, next, rekey) =>
    call('change_password', { old: await sealed(old), new: await sealed(next), rekey }),
  newRecoveryCode: async (password) => call('new_recovery_code', { password: await sealed(password) }),
  strengthen: async (password) => call('strengthen', { password: await sealed(password) }),
  slots: () => call('slots'),
  removeSlot: async (id, password, rekey) => call('remove_slot', { id, password: await sealed(password), rekey }),
  auditLog: (newest) => call('audit_log', { newest }),
  checkVault: () => call('check_vault'),
  quarantine: () => call('quarantine'),
  settle: (item, action) => call('settle', { item, action }),
  acceptManifest: () => call('accept_manifest'),
  acceptAsNewest: () => call('accept_as_newest'),
  mergeOpen: async (password) => call('merge_open', { password: await sealed(password) }),
  mergeApply: (picks) => call('merge_apply', { picks }),
  doctor: () => call('doctor'),

  activity: () => call('activity'),
  onLocked: (then) => subscribe('locked', then),
  onVaultChanged: (then) => subscribe('vault-changed', then),
  onProgress: (then) => subscribe('progress', then),
  waitingCandidates: () => call('waiting_candidates'),
  onCandidates: (then) => subscribe('candidates', then),
  onFileDrop: (then) => {
    let stopped = false;
    const listening = getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (stopped) return;
      if (payload.type === 'drop') then({ type: 'drop', paths: payload.paths });
      else then({ type: payload.type === 'leave' ? 'left' : 'over' });
    });
    return () => {
      stopped = true;
      void listening.then((stop) => stop());
    };
  },
};
