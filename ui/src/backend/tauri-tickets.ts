/** Tickets over Tauri: each method is the command of its name with `ticket_` before it. What is sealed says so here. */
import { Channel } from '@tauri-apps/api/core';
import { call, request, sealed, subscribe } from './ipc';
import type { OwnDocument, TicketsBackend } from './tickets';

export const tickets: TicketsBackend = {
  drafts: () => call('ticket_drafts'),
  saveDraft: (draft) => call('ticket_save_draft', { draft }),
  dropDraft: (id) => call('ticket_drop_draft', { id }),

  file: (draft, signal) => request('ticket_file', { draft }, signal),
  beginFiling: (draft, language, signal) => request('ticket_begin_filing', { draft, language }, signal),
  resendFiling: (draft, signal) => request('ticket_resend_filing', { draft }, signal),
  proveFiling: async (draft, code, signal) =>
    request('ticket_prove_filing', { draft, code: await sealed(code) }, signal),

  list: (place, cursor, signal) => request('ticket_list', { place, cursor }, signal),
  read: (ticket, signal) => request('ticket_read', { ticket }, signal),
  followed: () => call('ticket_followed'),
  query: async (center, code, keep, signal) =>
    request('ticket_query', { center, code: await sealed(code), keep }, signal),
  unfollow: (ticket) => call('ticket_unfollow', { ticket }),
  queryCode: (ticket) => call('ticket_query_code', { ticket }),

  restate: (ticket, statement, signal) => request('ticket_restate', { ticket, statement }, signal),
  sendContactCode: (ticket, signal) => request('ticket_send_contact_code', { ticket }, signal),
  proveContact: async (ticket, code, signal) =>
    request('ticket_prove_contact', { ticket, code: await sealed(code) }, signal),
  sendFactorCode: (ticket, factor, signal) => request('ticket_send_factor_code', { ticket, factor }, signal),
  proveFactor: async (ticket, factor, code, signal) =>
    request('ticket_prove_factor', { ticket, factor, code: await sealed(code) }, signal),
  submit: (ticket, signal) => request('ticket_submit', { ticket }, signal),
  withdraw: (ticket, signal) => request('ticket_withdraw', { ticket }, signal),

  sealingList: (center, signal) => request('ticket_sealing_list', { center }, signal),
  documents: (ticket) => call('ticket_documents', { ticket }),
  pickDocument: (ticket, kind) => call('ticket_pick_document', { ticket, kind }),
  addDocument: (ticket, kind, path) => call('ticket_add_document', { ticket, kind, path }),
  startPhoto: (index, onEvent, onFrame) => {
    const events = new Channel(onEvent);
    const frames = new Channel<ArrayBuffer>((jpeg) => {
      void onFrame(jpeg).finally(() => call('camera_frame_shown').catch(() => {}));
    });
    return call('ticket_start_photo', { index, events, frames });
  },
  takePhoto: (ticket, kind) => call('ticket_take_photo', { ticket, kind }),
  stopPhoto: () => call('ticket_stop_photo'),
  documentPreview: (document, page, edge, whole) => call('ticket_document_preview', { document, page, edge, whole }),
  editDocument: (document, turns, crop) => call('ticket_edit_document', { document, turns, crop }),
  uploadDocument: (document) => call('ticket_upload_document', { document }),
  pauseUpload: (document) => call('ticket_pause_upload', { document }),
  resumeUpload: (document) => call('ticket_resume_upload', { document }),
  removeDocument: (ticket, document, signal) => request('ticket_remove_document', { ticket, document }, signal),
  onDocument: (then) => subscribe<OwnDocument>('ticket-document', then),

  readLink: async (text) => call('ticket_read_link', { link: await sealed(text) }),
  object: async (link, reason, signal) => request('ticket_object', { link: await sealed(link), reason }, signal),
  openLink: async (link, password, signal) =>
    request('ticket_open_link', { link: await sealed(link), password: await sealed(password) }, signal),
  bindLinkIntoVault: (onProgress, signal) =>
    request('ticket_bind_link_into_vault', { progress: new Channel(onProgress) }, signal),
  linkQr: () => call('ticket_link_qr'),
  bindLinkByCodes: async (first, second, signal) =>
    request('ticket_bind_link_by_codes', { first: await sealed(first), second: await sealed(second) }, signal),
  closeLink: () => call('ticket_close_link'),
};
