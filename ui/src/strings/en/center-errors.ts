/** Errors of the account center and of the way to it. Where a time is known, the view adds it. */
export const centerErrors = {
  center_unreachable: {
    title: 'The center does not answer',
    meaning: 'This computer has no connection, or the center is away. Your codes do not need the net and work as ever.',
  },
  center_timed_out: {
    title: 'The center took too long',
    meaning: 'Whether it did what was asked is not known. Trying again is safe: it is done once at most.',
  },
  center_bad_answer: {
    title: 'What answers there is no account center',
    meaning: 'Or something in between changes what it says. Nothing of it was believed. What was noticed:',
  },
  center_certificate: {
    title: 'The certificate is not good for that address',
    meaning: 'Someone may be listening in, so nothing was sent. Ask whoever runs the center. What was noticed:',
  },
  center_authority: {
    title: 'That is no certificate of an authority',
    meaning:
      'Nothing was taken over. Ask whoever runs the center for the certificate of its own authority, as PEM: a text with a line -----BEGIN CERTIFICATE-----. What was noticed:',
  },
  center_redirected: {
    title: 'The center points to another address',
    meaning: 'Tessera does not follow: it speaks only to the address that you gave.',
  },
  center_root_key: {
    title: 'The staff root key is not the one you were given',
    meaning: 'Either the link was mistyped, or that is not your center. Nothing was kept. Ask for the link anew.',
  },
  center_address_invalid: { title: 'That is no address of a center', meaning: 'What was typed is kept. The fault:' },
  center_not_found: {
    title: 'That is no longer in this vault',
    meaning: 'The center or the account was removed in the meantime.',
  },
  center_key_list: {
    title: 'The list of reviewers’ keys cannot be believed',
    meaning: 'So no document leaves this computer: it could be sealed for a stranger. Ask whoever runs the center.',
  },
  center_twice: { title: 'That is being done already', meaning: 'Wait for its answer; nothing is sent twice.' },
  center_exists: { title: 'This center is connected already', meaning: 'It stands among your centers.' },
  center_step_gone: {
    title: 'This step is not open any more',
    meaning: 'The vault was locked in the meantime, or another step took its place. Start it again.',
  },
  center_no_entry: {
    title: 'No entry of this vault gives its codes',
    meaning: 'Type the code of the device that was bound, or link the entry to the account first.',
  },
  document_unsupported: {
    title: 'Neither a JPEG nor a PNG nor a PDF',
    meaning: 'Whatever its name says. Photograph or scan the document anew.',
  },
  document_too_large: {
    title: 'The document is too large',
    meaning: 'A photo of a phone, taken as it is, fits. A scan may need a lower resolution.',
  },
  document_damaged: { title: 'The document is damaged', meaning: 'It is empty, ends early or does not fit its kind.' },
  document_pdf: { title: 'That PDF cannot be taken', meaning: 'Take photos or pictures of its pages. The reason:' },
  document_not_for_us: {
    title: 'No key of this vault opens the document',
    meaning: 'It was sealed before your key stood on the list. Whoever holds an older key can seal it anew for you.',
  },
  center_cancelled: { title: 'Stopped', meaning: 'What was not yet sent stayed here.' },
  trial_failed: { title: 'The trial center did not start', meaning: 'Nothing else is touched by that. The reason:' },
  center_bad_request: {
    title: 'The center did not understand',
    meaning: 'A fault in Tessera, or a center of another version. Nothing was changed. What it says:',
  },
  center_invalid_value: { title: 'A value is not accepted', meaning: 'What was typed is kept. What the center says:' },
  center_no_such_thing: {
    title: 'That is not there any more',
    meaning: 'It was removed or changed in the meantime.',
  },
  center_too_large: { title: 'Too large for the center', meaning: 'Nothing was sent. What it says:' },
  center_not_signed_in: {
    title: 'You are signed out here',
    meaning: 'The session ended: after a time unused, or from another device. What was typed is kept.',
  },
  center_forbidden: { title: 'This account may not do that', meaning: 'What the center says:' },
  center_mfa_binding_required: {
    title: 'An MFA device comes first',
    meaning: 'The owner of this account requires one. Until it is bound, nothing else can be done.',
  },
  center_wrong_credentials: {
    title: 'Name or password is wrong',
    meaning: 'Which of the two is never said. Look at Caps Lock and the keyboard layout.',
  },
  center_code_required: {
    title: '{{wrong_free}} wrong passwords: now a code is needed too',
    meaning: 'It goes to the account’s security contact. One code admits one attempt.',
  },
  center_account_locked: {
    title: 'The account is locked',
    meaning:
      'There were {{wrong_most}} wrong passwords within {{window}}. Until then no password is tried, right or wrong.',
  },
  center_wrong_code: {
    title: 'That is not the code',
    meaning:
      'Compare it with the newest message, or take the next one that the device shows: each is taken once. After a few wrong ones this step begins anew.',
  },
  center_flow_ended: {
    title: 'This step is over',
    meaning: 'Its time ran out, or there were too many wrong codes. Start it again; nothing was changed.',
  },
  center_too_many_wrong_codes: {
    title: 'Too many wrong codes today',
    meaning: 'To keep guessers out, no code of this account is taken for now. Its owner was told.',
  },
  center_sent_lately: {
    title: 'A code was sent a moment ago',
    meaning: 'It is still good. Look for it, also among unwanted mail.',
  },
  center_too_many_messages: {
    title: 'No more messages today',
    meaning: 'To that address, or from here, as many were sent as a day allows. The last code is still good.',
  },
  center_too_many_requests: { title: 'Too many requests', meaning: 'The center asks for a pause.' },
  center_identity_check_required: {
    title: 'Prove that it is you',
    meaning: 'This change asks for a fresh identity check. Nothing was changed.',
  },
  center_frozen: {
    title: 'Sensitive changes are frozen',
    meaning: 'A change was undone from one of the account’s addresses. Prove a factor that was not involved to go on.',
  },
  center_contact_too_new: {
    title: 'The only contact that could prove this was changed too lately',
    meaning: 'For {{young}} after its change a contact proves no other change.',
  },
  center_address_taken: {
    title: 'This address cannot be used',
    meaning: 'It is a login name already, or bound to as many accounts as it may be. Choose another.',
  },
  center_weak_password: { title: 'That password is too easy to guess', meaning: 'What the center says:' },
  center_limit_reached: { title: 'As many as there may be', meaning: 'What the center says:' },
  center_wrong_state: { title: 'Not possible as things are', meaning: 'What the center says:' },
  center_changed: {
    title: 'It was changed meanwhile',
    meaning: 'Somebody edited it on another device. Look at it anew, then change it again; what was typed is kept.',
  },
  center_statement_mismatch: {
    title: 'What is stated does not match what is on file',
    meaning: 'Which part differs is not said here, so that nobody can find it out by trying.',
  },
  center_link_ended: { title: 'This link is over', meaning: 'It was used, has expired or was never given out.' },
  center_trouble: { title: 'The center has a problem', meaning: 'Nothing was done there. Try again in a moment.' },
};
