/** The review desk over Tauri: each method is the command of its name with `desk_` before it. What is sealed says so here. */
import { Channel } from '@tauri-apps/api/core';
import type { DeskBackend, ResealProgress } from './desk';
import { call, request, sealed, sealedOrNull, subscribe } from './ipc';

export const desk: DeskBackend = {
  status: (center) => call('desk_status', { center }),
  signIn: async (center, email, password, code, signal) =>
    request(
      'desk_sign_in',
      { center, email, password: await sealed(password), code: await sealedOrNull(code) },
      signal,
    ),
  signOut: (center, signal) => request('desk_sign_out', { center }, signal),

  openInvitation: async (center, token, signal) =>
    request('desk_open_invitation', { center, token: await sealed(token) }, signal),
  invitationQr: () => call('desk_invitation_qr'),
  acceptIntoVault: async (password, onProgress, signal) =>
    request('desk_accept_into_vault', { password: await sealed(password), progress: new Channel(onProgress) }, signal),
  acceptByCodes: async (password, first, second, signal) =>
    request(
      'desk_accept_by_codes',
      { password: await sealed(password), first: await sealed(first), second: await sealed(second) },
      signal,
    ),
  closeInvitation: () => call('desk_close_invitation'),

  registerKey: (center, signal) => request('desk_register_key', { center }, signal),
  keys: (center, signal) => request('desk_keys', { center }, signal),
  members: (center, signal) => request('desk_members', { center }, signal),

  queue: (center, filter, cursor, signal) => request('desk_queue', { center, filter, cursor }, signal),
  ticket: (center, id, signal) => request('desk_ticket', { center, id }, signal),
  claim: (center, id, signal) => request('desk_claim', { center, id }, signal),
  release: (center, id, signal) => request('desk_release', { center, id }, signal),
  mark: (center, id, version, field, reason, signal) =>
    request('desk_mark', { center, id, version, field, reason }, signal),
  confirmMark: (center, id, version, field, signal) =>
    request('desk_confirm_mark', { center, id, version, field }, signal),
  decide: (center, id, version, verdict, reason, signal) =>
    request('desk_decide', { center, id, version, verdict, reason }, signal),

  openDocument: (center, document, signal) => request('desk_open_document', { center, document }, signal),
  documentPage: (document, page) => call('desk_document_page', { document, page }),
  closeDocument: (document) => call('desk_close_document', { document }),

  stale: (center, signal) => request('desk_stale', { center }, signal),
  reseal: (center) => call('desk_reseal', { center }),
  stopReseal: () => call('desk_stop_reseal'),
  onReseal: (then) => subscribe<ResealProgress>('desk-reseal', then),
};
