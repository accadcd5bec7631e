/** Tickets and review desk over IPC: which command each method is. `tauri.ts` brings the ways to call. */
import type { Stop } from './index';
import type { DeskBackend, ResealProgress } from './desk';
import type { Sealed } from './model';
import type { OwnDocument, TicketsBackend } from './tickets';

export interface Ipc {
  call<T>(command: string, args?: Record<string, unknown>): Promise<T>;
  sealed(text: string): Promise<Sealed>;
  subscribe<T>(event: string, then: (payload: T) => void): Stop;
  /** A channel of messages, to pass as an argument. */
  channel<T>(then: (message: T) => void): unknown;
}

export function ticketsOver({ call, sealed, subscribe, channel }: Ipc): TicketsBackend {
  return {
    readPhone: (text) => call('ticket_read_phone', { text }),
    drafts: () => call('ticket_drafts'),
    saveDraft: (draft) => call('ticket_save_draft', { draft }),
    dropDraft: (id) => call('ticket_drop_draft', { id }),
    file: (draft) => call('ticket_file', { draft }),
    beginFiling: (draft, language) => call('ticket_begin_filing', { draft, language }),
    resendFiling: (draft) => call('ticket_resend_filing', { draft }),
    proveFiling: async (draft, code) => call('ticket_prove_filing', { draft, code: await sealed(code) }),
    list: (place, cursor) => call('ticket_list', { place, cursor }),
    read: (ref) => call('ticket_read', { ticket: ref }),
    followed: () => call('ticket_followed'),
    query: async (center, code, keep) => call('ticket_query', { center, code: await sealed(code), keep }),
    unfollow: (ref) => call('ticket_unfollow', { ticket: ref }),
    queryCode: (ref) => call('ticket_query_code', { ticket: ref }),
    copyQueryCode: (ref) => call('ticket_copy_query_code', { ticket: ref }),
    printSheet: () => call('ticket_print_sheet'),
    restate: (ref, statement) => call('ticket_restate', { ticket: ref, statement }),
    sendContactCode: (ref) => call('ticket_send_contact_code', { ticket: ref }),
    proveContact: async (ref, code) => call('ticket_prove_contact', { ticket: ref, code: await sealed(code) }),
    sendFactorCode: (ref, factor) => call('ticket_send_factor_code', { ticket: ref, factor }),
    proveFactor: async (ref, factor, code) =>
      call('ticket_prove_factor', { ticket: ref, factor, code: await sealed(code) }),
    submit: (ref) => call('ticket_submit', { ticket: ref }),
    withdraw: (ref) => call('ticket_withdraw', { ticket: ref }),
    sealingList: (center) => call('ticket_sealing_list', { center }),
    documents: (ref) => call('ticket_documents', { ticket: ref }),
    pickDocument: (ref, kind) => call('ticket_pick_document', { ticket: ref, kind }),
    addDocument: (ref, kind, path) => call('ticket_add_document', { ticket: ref, kind, path }),
    startPhoto: (index, onEvent, onFrame) =>
      call('ticket_start_photo', {
        index,
        events: channel(onEvent),
        frames: channel<ArrayBuffer>((jpeg) => {
          void onFrame(jpeg).finally(() => call('camera_frame_shown').catch(() => {}));
        }),
      }),
    takePhoto: (ref, kind) => call('ticket_take_photo', { ticket: ref, kind }),
    stopPhoto: () => call('ticket_stop_photo'),
    documentPreview: (document, page, edge, whole) => call('ticket_document_preview', { document, page, edge, whole }),
    editDocument: (document, turns, crop) => call('ticket_edit_document', { document, turns, crop }),
    uploadDocument: (document) => call('ticket_upload_document', { document }),
    pauseUpload: (document) => call('ticket_pause_upload', { document }),
    resumeUpload: (document) => call('ticket_resume_upload', { document }),
    removeDocument: (ref, document) => call('ticket_remove_document', { ticket: ref, document }),
    onDocument: (then) => subscribe<OwnDocument>('ticket-document', then),
    readLink: async (text) => call('ticket_read_link', { link: await sealed(text) }),
    object: async (link, reason) => call('ticket_object', { link: await sealed(link), reason }),
    openLink: async (link, password) =>
      call('ticket_open_link', { link: await sealed(link), password: await sealed(password) }),
    bindLinkIntoVault: (onProgress) => call('ticket_bind_link_into_vault', { progress: channel(onProgress) }),
    linkQr: () => call('ticket_link_qr'),
    bindLinkByCodes: async (first, second) =>
      call('ticket_bind_link_by_codes', { first: await sealed(first), second: await sealed(second) }),
    closeLink: () => call('ticket_close_link'),
  };
}

export function deskOver({ call, sealed, subscribe, channel }: Ipc): DeskBackend {
  return {
    status: (center) => call('desk_status', { center }),
    signIn: async (center, email, password, code) =>
      call('desk_sign_in', {
        center,
        email,
        password: await sealed(password),
        code: code === null ? null : await sealed(code),
      }),
    signOut: (center) => call('desk_sign_out', { center }),
    openInvitation: async (center, token) => call('desk_open_invitation', { center, token: await sealed(token) }),
    invitationQr: () => call('desk_invitation_qr'),
    acceptIntoVault: async (password, onProgress) =>
      call('desk_accept_into_vault', { password: await sealed(password), progress: channel(onProgress) }),
    acceptByCodes: async (password, first, second) =>
      call('desk_accept_by_codes', {
        password: await sealed(password),
        first: await sealed(first),
        second: await sealed(second),
      }),
    closeInvitation: () => call('desk_close_invitation'),
    registerKey: (center) => call('desk_register_key', { center }),
    keys: (center) => call('desk_keys', { center }),
    sealingList: (center) => call('ticket_sealing_list', { center }),
    queue: (center, filter, cursor) => call('desk_queue', { center, filter, cursor }),
    ticket: (center, id) => call('desk_ticket', { center, id }),
    claim: (center, id) => call('desk_claim', { center, id }),
    release: (center, id) => call('desk_release', { center, id }),
    mark: (center, id, version, field, reason) => call('desk_mark', { center, id, version, field, reason }),
    confirmMark: (center, id, version, field) => call('desk_confirm_mark', { center, id, version, field }),
    decide: (center, id, version, verdict, reason) => call('desk_decide', { center, id, version, verdict, reason }),
    openDocument: (center, document) => call('desk_open_document', { center, document }),
    documentPage: (document, request) => call('desk_document_page', { document, request }),
    closeDocument: (document) => call('desk_close_document', { document }),
    stale: (center) => call('desk_stale', { center }),
    reseal: (center) => call('desk_reseal', { center }),
    stopReseal: () => call('desk_stop_reseal'),
    onReseal: (then) => subscribe<ResealProgress>('desk-reseal', then),
  };
}
