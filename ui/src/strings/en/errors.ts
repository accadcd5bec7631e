/** Errors: what happened, what it means. */
import { centerErrors } from './center-errors';

export const errorsWords = {
  errors_until: { wait: 'It goes on in {{wait}}.', moment: 'Until {{when}}.' },
  errors: {
    wrong_password: {
      title: 'That password does not open this vault',
      meaning: 'Look at Caps Lock and the keyboard layout, then try again.',
    },
    wrong_recovery_code: {
      title: 'That recovery code does not open this vault',
      meaning: 'It is well formed but not of this vault, or a newer one was made since. Look for a later paper.',
    },
    recovery_code_typo: {
      title: 'The recovery code has a slip',
      meaning: 'Each group checks itself, and one does not add up. Compare it with your paper.',
    },
    delayed: { title: 'The next try has to wait', meaning: 'Too many wrong ones in a row. Nothing is erased.' },
    locked: { title: 'The vault is locked', meaning: 'It locked in the meantime. Unlock it to go on.' },
    already_unlocked: { title: 'The vault is open already', meaning: 'Another window or program unlocked it.' },
    must_set_password: {
      title: 'A new password comes first',
      meaning: 'The vault was opened with its recovery code, which is used up by that.',
    },
    no_recovery_pending: { title: 'No recovery code waits', meaning: 'It was confirmed already.' },
    vault_exists: {
      title: 'There is a vault already',
      meaning: 'A file of that name exists and is never overwritten. Open it instead, or choose another place.',
    },
    backup_folder_gone: {
      title: 'The folder for backups is not there',
      meaning: 'Its drive is not connected, or the folder was renamed. Connect it; the older copies are safe on it.',
    },
    backup_not_writable: {
      title: 'The folder for backups cannot be written',
      meaning:
        'It or its drive is write-protected. Allow writing, or choose another folder. The older copies are there.',
    },
    backup_no_room: {
      title: 'The drive for backups is full',
      meaning: 'Nothing was dropped. Make room there, keep fewer copies, or choose another folder.',
    },
    backup_too_slow: {
      title: 'The folder for backups does not answer',
      meaning:
        'A network drive may be asleep or away, or a disk may be failing. Open the folder once in the file manager, then try again.',
    },
    backup_not_proved: {
      title: 'The backup could not be read back as it was written',
      meaning: 'It was thrown away and the older copies were kept. The drive may be failing: try another one.',
    },
    backup_failed: { title: 'The backup was not made', meaning: 'The older copies were kept. The reason:' },
    backup_none: {
      title: 'There is no backup of this vault in the folder',
      meaning: 'It was moved or deleted, or another drive is mounted in its place. Make a new backup.',
    },
    backup_target_gone: {
      title: 'Backups do not go there any more',
      meaning: 'Another window or program removed that place.',
    },
    backup_folder_taken: {
      title: 'Backups go there already',
      meaning: 'Change that place in the list instead, or choose another folder.',
    },
    backup_recipients: {
      title: 'No backup can be made for that public key',
      meaning: 'What was typed is kept. The reason:',
    },
    not_a_backup: { title: 'That file is no backup of Tessera', meaning: 'It was left as it is. The reason:' },
    backup_damaged: {
      title: 'The backup is damaged',
      meaning: 'It was cut off or changed and does not open any more. Try an older copy.',
    },
    backup_wrong_passphrase: {
      title: 'That passphrase does not open the backup',
      meaning: 'It is the backup’s own, not the vault’s password. Look at Caps Lock and your paper, then try again.',
    },
    backup_needs_passphrase: {
      title: 'The backup was made for a passphrase',
      meaning: 'No key opens it. Type the passphrase that was chosen for it.',
    },
    backup_other_keys: {
      title: 'None of these keys opens the backup',
      meaning: 'It was made for other keys. Look for the file with the secret key that belongs to it.',
    },
    backup_key_file: { title: 'That file of keys cannot be used', meaning: 'The reason:' },
    vault_not_found: {
      title: 'The vault file is not there',
      meaning: 'It was moved, renamed or deleted, or its disk is not connected.',
    },
    not_a_vault: { title: 'That file is no vault', meaning: 'It holds something else and was left as it is.' },
    foreign_file: {
      title: 'That file belongs to another program',
      meaning: 'It is a database, but none of Tessera’s. It was left as it is.',
    },
    newer_format: {
      title: 'A newer Tessera wrote this vault',
      meaning: 'This version cannot read it without risk. Update Tessera on this computer; the file was left as it is.',
    },
    vault_damaged: {
      title: 'The vault file is damaged',
      meaning: 'Make a copy of it before anything else. Entries can often still be salvaged, so don’t delete it.',
    },
    vault_busy: {
      title: 'Another program is writing to the vault',
      meaning: 'Tessera waited, but it did not finish. Nothing was changed.',
    },
    vault_replaced: {
      title: 'The file was exchanged for another',
      meaning: 'It is no longer the vault that was opened. Nothing was written. Unlock again to see what is there now.',
    },
    copy_of_vault: {
      title: 'That is a copy of this vault',
      meaning:
        'Nothing was moved: its entries are these. To bring the two together, see “Compare with another copy” in Settings, Health.',
    },
    other_vault: { title: 'That is another vault', meaning: 'Only copies of one and the same vault can be compared.' },
    read_only: {
      title: 'The vault can only be read here',
      meaning: 'The file or its folder is write-protected, so nothing was changed.',
    },
    vault_named: {
      title: 'No other vault can be used in this run',
      meaning:
        'The environment variable TESSERA_VAULT names the vault. Nothing was changed. To use or create another one, start Tessera without that variable.',
    },
    no_room: { title: 'The disk is full', meaning: 'Nothing was changed. Free some space, then try again.' },
    no_memory: {
      title: 'Not enough free memory for the key',
      meaning: 'Making the key needs memory on purpose. Close other programs, then try again.',
    },
    permission: {
      title: 'The system does not allow it',
      meaning: 'The file or folder belongs to someone else or is locked for this program.',
    },
    kdf_beyond_cap: {
      title: 'This vault asks for an absurd amount of work',
      meaning: 'No Tessera makes such a file, so it was not tried. Someone may have altered it.',
    },
    no_such_slot: { title: 'That way in no longer exists', meaning: 'It was removed in the meantime.' },
    last_way_in: { title: 'That is the last way in', meaning: 'Removing it would lock you out, so it stays.' },
    weak_password: {
      title: 'That password is too easy to guess',
      meaning: 'Someone with the file would find it soon. Add another word or two.',
    },
    entry_not_found: { title: 'That entry is not there any more', meaning: 'Another program may have removed it.' },
    entry_damaged: {
      title: 'That entry cannot be read',
      meaning: 'Its record was changed from outside. It is kept byte for byte.',
    },
    quarantine_first: {
      title: 'Settle what was set aside first',
      meaning: 'Encrypting anew would lose records that cannot be read now. See Settings, Health.',
    },
    cannot_settle: { title: 'That cannot be settled this way', meaning: 'For this record another choice is needed.' },
    invalid_entry: { title: 'The vault does not take this entry', meaning: 'What was typed is kept. The reason:' },
    pin_needed: { title: 'A PIN is needed', meaning: 'Its codes are made from the secret and a PIN.' },
    bad_pin: { title: 'That cannot be the PIN', meaning: 'mOTP has 4 digits, Yandex 4 to 16.' },
    hotp_exhausted: {
      title: 'The counter has reached its end',
      meaning: 'No further code can be made. Set the account up anew at the service.',
    },
    not_otpauth: {
      title: 'No authenticator key',
      meaning:
        'It is something else, such as a web address. Look for the QR code where two-step sign-in is switched on.',
    },
    migration_link: {
      title: 'A part of a transfer of Google Authenticator',
      meaning:
        'Such a transfer is several QR codes with several accounts each. One is missing or faulty, or it was pasted where one account is meant: take pictures of all its parts to “Import and export”.',
    },
    other_transfer: {
      title: 'A QR code of another transfer',
      meaning:
        'Parts of the transfer before are still missing, so this one was not taken. If it was begun anew on the phone, start over here and scan all its codes.',
    },
    bad_uri: {
      title: 'The link in it is faulty',
      meaning: 'It is an authenticator key, but not one that can be used. The fault:',
    },
    bad_secret: { title: 'The secret cannot be right', meaning: 'The fault:' },
    import_empty: {
      title: 'The file is empty',
      meaning: 'Export again in the other app, and look whether it says that it is done.',
    },
    import_too_large: {
      title: 'The file is too large for an export',
      meaning: 'Exports have at most 64 MB. It may be the wrong file.',
    },
    import_unknown: {
      title: 'No export that Tessera knows',
      meaning:
        'Choose the file that the other app exported, unchanged. A zip file that you made yourself is unpacked first.',
    },
    import_password_needed: {
      title: 'The file is encrypted',
      meaning: 'Its password is the one that was set in the other app for the export.',
    },
    import_wrong_password: {
      title: 'That password does not open this file',
      meaning:
        'It is the one that was set for the export in the other app, not the one of this vault. Mind capital letters.',
    },
    import_newer: {
      title: 'The file is newer than what is read here',
      meaning: 'A newer Tessera may read it, or an export of an older version of that app. The file says:',
    },
    import_unsupported: {
      title: 'A kind of file that is not read',
      meaning: 'The app is known, but not this form of its file. Another way to export may be offered there:',
    },
    import_too_costly: {
      title: 'The file asks for more than any honest one',
      meaning: 'It was not opened, so that it cannot fill the memory or stop the computer. What it asks for:',
    },
    import_damaged: {
      title: 'The file is damaged or incomplete',
      meaning: 'Export it again in the other app. What is wrong with it:',
    },
    import_too_many: {
      title: 'More entries than are read at once',
      meaning: 'Up to 100,000 entries wait at a time. Take some of the files off the list.',
    },
    export_nothing: {
      title: 'Nothing that this format can carry',
      meaning: 'None of the chosen entries fits into it. Choose another format.',
    },
    export_too_much: {
      title: 'Too much for one file of this format',
      meaning: 'Export the entries in several parts, by group.',
    },
    export_changed: {
      title: 'The file is not the one that was written',
      meaning: 'It was changed or replaced since, so it was left alone. Look at it, and delete it yourself.',
    },
    no_code_found: {
      title: 'No QR code found',
      meaning: 'There is none in this picture, or it is too small, blurred or cut off. A larger picture helps.',
    },
    image_unsupported: {
      title: 'Not a kind of picture that is opened',
      meaning: 'SVG pictures can hold programs, so they are not opened either. Save it as PNG and take that.',
    },
    image_too_large: {
      title: 'The picture is too large',
      meaning: 'Up to 64 MB and 50 million pixels. Cut it to the QR code.',
    },
    image_damaged: {
      title: 'The picture is damaged',
      meaning: 'It ends early or does not fit its kind. Save it anew.',
    },
    file_unreadable: { title: 'The file cannot be read', meaning: 'It was moved, or the system does not allow it.' },
    no_camera: {
      title: 'No camera is connected',
      meaning: 'Connect one and it appears here by itself, or take another way.',
    },
    camera_busy: {
      title: 'The camera is in use by another program',
      meaning: 'Video meetings often hold it. Nothing was lost: close the other program, or take another way.',
    },
    camera_permission: {
      title: 'The system does not let Tessera use the camera',
      meaning: 'Allow it in the system’s privacy settings (on Linux: your account has to be in the group “video”).',
    },
    camera_unplugged: {
      title: 'The camera is gone',
      meaning: 'It was unplugged or switched off. Connect it again, or take another way.',
    },
    camera_failed: { title: 'The camera does not work', meaning: 'It answered, but sent no picture.' },
    screen_unavailable: {
      title: 'The screen cannot be read here',
      meaning: 'Take a screenshot with the system’s own key and open or paste it.',
    },
    screen_refused: {
      title: 'The look at the screen was refused',
      meaning: 'The system asked and got a no. Try again and allow it, or take a screenshot yourself and paste it.',
    },
    clipboard_empty: {
      title: 'The clipboard holds no authenticator key',
      meaning: 'Copy the QR picture or the otpauth:// link again, then paste.',
    },
    clipboard_unavailable: {
      title: 'The clipboard does not answer',
      meaning: 'Save the picture as a file and open that.',
    },
    candidate_gone: {
      title: 'That find is no longer held',
      meaning: 'The vault locked in the meantime, or it was taken already. Read the QR code or the file again.',
    },
    candidates_full: {
      title: 'No more codes can wait for review',
      meaning: 'Save those that were found or leave them out, then read the rest.',
    },
    too_many_files: {
      title: 'Too many files at once',
      meaning: 'Up to 200 are read at a time, and none of these was. Take a part of them, then the rest.',
    },
    sealing: { title: 'What was typed did not arrive', meaning: 'Nothing was done with it. Try again.' },
    invalid_request: {
      title: 'That was not understood',
      meaning: 'A fault in Tessera; nothing was changed. What it says:',
    },
    io: { title: 'Reading or writing failed', meaning: 'Nothing was half written. What the system says:' },
    internal: { title: 'A fault in Tessera', meaning: 'Nothing was changed. What it says:' },
    ...centerErrors,
  },
};
