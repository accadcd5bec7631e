/** The account center over Tauri: each method is the command of its name with `center_` before it. What is sealed says so here. */
import { Channel } from '@tauri-apps/api/core';
import type { CenterBackend } from './center';
import { call, request, sealed, sealedOrNull, subscribe } from './ipc';

export const center: CenterBackend = {
  // centers
  centers: () => call('center_list'),
  readCenterLink: (text) => call('center_read_link', { text }),
  readCenterQr: (source) => call('center_read_qr', { source }),
  pickCertificate: () => call('center_pick_certificate'),
  addCenter: (form, signal) => request('center_add', { form }, signal),
  refreshCenter: (center, signal) => request('center_refresh', { center }, signal),
  renameCenter: (center, name) => call('center_rename', { center, name }),
  removeCenter: (center) => call('center_remove', { center }),

  // the trial center
  trial: () => call('center_trial'),
  startTrial: () => call('center_start_trial'),
  resetTrial: () => call('center_reset_trial'),
  stopTrial: () => call('center_stop_trial'),
  inbox: () => call('center_inbox'),
  readInbox: (messages) => call('center_read_inbox', { messages }),
  openInboxLink: (message, link) => call('center_open_inbox_link', { message, link }),
  onInbox: (then) => subscribe('center-inbox', then),

  // signing in
  accounts: () => call('center_accounts'),
  signIn: async (center, attempt, signal) =>
    request(
      'center_sign_in',
      {
        center,
        attempt: {
          ...attempt,
          password: await sealed(attempt.password),
          code: await sealedOrNull(attempt.code),
        },
      },
      signal,
    ),
  sendSignInCode: (center, name, flow, signal) => request('center_send_sign_in_code', { center, name, flow }, signal),
  sendSecondStep: (flow, factor, signal) => request('center_send_second_step', { flow, factor }, signal),
  secondStep: async (flow, factor, code, signal) =>
    request('center_second_step', { flow, factor, code: await sealed(code) }, signal),
  secondStepFromVault: (flow, entry, onWait, signal) =>
    request('center_second_step_from_vault', { flow, entry, wait: new Channel(onWait) }, signal),
  signOut: (who, signal) => request('center_sign_out', { who }, signal),
  forgetAccount: (who) => call('center_forget_account', { who }),
  onAccounts: (then) => subscribe('center-accounts', then),

  // registering, retrieving, resetting
  beginRegistration: (center, kind, address, language, signal) =>
    request('center_begin_registration', { center, kind, address, language }, signal),
  resendRegistrationCode: (flow, signal) => request('center_resend_registration_code', { flow }, signal),
  completeRegistration: async (flow, code, password, name, remember, signal) =>
    request(
      'center_complete_registration',
      { flow, code: await sealed(code), password: await sealed(password), name, remember },
      signal,
    ),
  beginRetrieval: (center, phone, signal) => request('center_begin_retrieval', { center, phone }, signal),
  resendRetrievalCode: (flow, signal) => request('center_resend_retrieval_code', { flow }, signal),
  proveRetrieval: async (flow, code, signal) =>
    request('center_prove_retrieval', { flow, code: await sealed(code) }, signal),
  beginPasswordReset: (center, name, flow, signal) =>
    request('center_begin_password_reset', { center, name, flow }, signal),
  provePasswordReset: async (flow, code, signal) =>
    request('center_prove_password_reset', { flow, code: await sealed(code) }, signal),
  finishPasswordReset: async (flow, password, signal) =>
    request('center_finish_password_reset', { flow, password: await sealed(password) }, signal),
  acceptSubAccount: async (center, invitation, password, signal) =>
    request(
      'center_accept_sub_account',
      { center, invitation: await sealed(invitation), password: await sealed(password) },
      signal,
    ),

  // the account
  account: (who, signal) => request('center_account', { who }, signal),
  editAccount: (who, version, patch, signal) => request('center_edit_account', { who, version, patch }, signal),
  exportAccount: (who, signal) => request('center_export_account', { who }, signal),
  eraseAccount: (who, signal) => request('center_erase_account', { who }, signal),

  // identity checks
  beginIdentityCheck: (who, action, signal) => request('center_begin_identity_check', { who, action }, signal),
  sendIdentityCode: (flow, factor, signal) => request('center_send_identity_code', { flow, factor }, signal),
  proveIdentity: async (flow, factor, code, signal) =>
    request('center_prove_identity', { flow, factor, code: await sealed(code) }, signal),
  proveIdentityFromVault: (flow, entry, onWait, signal) =>
    request('center_prove_identity_from_vault', { flow, entry, wait: new Channel(onWait) }, signal),

  // contacts
  beginContactChange: (who, kind, address, signal) =>
    request('center_begin_contact_change', { who, kind, address }, signal),
  resendContactCode: (flow, signal) => request('center_resend_contact_code', { flow }, signal),
  confirmContactChange: async (flow, code, signal) =>
    request('center_confirm_contact_change', { flow, code: await sealed(code) }, signal),
  removeContact: (who, kind, signal) => request('center_remove_contact', { who, kind }, signal),

  // what protects it
  setProtections: (who, protections, signal) => request('center_set_protections', { who, protections }, signal),
  changeAccountPassword: async (who, password, signal) =>
    request('center_change_account_password', { who, password: await sealed(password) }, signal),
  sessions: (who, signal) => request('center_sessions', { who }, signal),
  endSession: (who, session, signal) => request('center_end_session', { who, session }, signal),
  endOtherSessions: (who, signal) => request('center_end_other_sessions', { who }, signal),
  trustedDevices: (who, signal) => request('center_trusted_devices', { who }, signal),
  forgetTrustedDevice: (who, device, signal) => request('center_forget_trusted_device', { who, device }, signal),
  securityLog: (who, cursor, signal) => request('center_security_log', { who, cursor }, signal),

  // MFA devices
  mfaDevices: (who, signal) => request('center_mfa_devices', { who }, signal),
  bindIntoVault: (who, name, onProgress, signal) =>
    request('center_bind_into_vault', { who, name, progress: new Channel(onProgress) }, signal),
  beginQrBinding: (who, name, signal) => request('center_begin_qr_binding', { who, name }, signal),
  finishQrBinding: async (flow, first, second, signal) =>
    request('center_finish_qr_binding', { flow, first: await sealed(first), second: await sealed(second) }, signal),
  bindHardware: async (who, name, serial, first, second, signal) =>
    request(
      'center_bind_hardware',
      { who, name, serial, first: await sealed(first), second: await sealed(second) },
      signal,
    ),
  renameMfaDevice: (who, device, name, signal) => request('center_rename_mfa_device', { who, device, name }, signal),
  resyncMfaDevice: async (who, device, first, second, signal) =>
    request(
      'center_resync_mfa_device',
      { who, device, first: await sealed(first), second: await sealed(second) },
      signal,
    ),
  unbindMfaDevice: (who, device, signal) => request('center_unbind_mfa_device', { who, device }, signal),
  recoveryCodes: (who, signal) => request('center_recovery_codes', { who }, signal),
  makeRecoveryCodes: (who, signal) => request('center_make_recovery_codes', { who }, signal),
  keptRecoveryCodes: (who) => call('center_kept_recovery_codes', { who }),
  printPage: () => call('center_print_page'),

  // members
  subAccounts: (who, cursor, signal) => request('center_sub_accounts', { who, cursor }, signal),
  createSubAccount: (who, sub, signal) => request('center_create_sub_account', { who, sub }, signal),
  inviteSubAccountAgain: (who, sub, email, signal) =>
    request('center_invite_sub_account_again', { who, sub, email }, signal),
  removeSubAccount: (who, sub, signal) => request('center_remove_sub_account', { who, sub }, signal),
  requireSubAccountMfa: (who, sub, required, signal) =>
    request('center_require_sub_account_mfa', { who, sub, required }, signal),
  unbindSubAccountDevice: (who, sub, device, signal) =>
    request('center_unbind_sub_account_device', { who, sub, device }, signal),
  setSubAccountProtections: (who, sub, protections, signal) =>
    request('center_set_sub_account_protections', { who, sub, protections }, signal),
  collaborators: (who, signal) => request('center_collaborators', { who }, signal),
  inviteCollaborator: (who, email, mfaRequired, signal) =>
    request('center_invite_collaborator', { who, email, mfaRequired }, signal),
  requireCollaboratorMfa: (who, collaborator, required, signal) =>
    request('center_require_collaborator_mfa', { who, collaborator, required }, signal),
  endCollaborator: (who, collaborator, signal) => request('center_end_collaborator', { who, collaborator }, signal),
  invitations: (who, signal) => request('center_invitations', { who }, signal),
  acceptInvitation: (who, invitation, signal) => request('center_accept_invitation', { who, invitation }, signal),
  declineInvitation: (who, invitation, signal) => request('center_decline_invitation', { who, invitation }, signal),

  // what centers last told
  lastKnown: () => call('center_last_known'),
  keepKnown: (known) => call('center_keep_known', { known }),

  // the two halves
  entryLinks: () => call('center_entry_links'),
  linkEntry: (entry, who, device) => call('center_link_entry', { entry, who, device }),
  unlinkEntry: (entry) => call('center_unlink_entry', { entry }),
  copyText: (text) => call('center_copy_text', { text }),
};
