/** What was noticed when the vault was opened. */
export const warningsWords = {
  warnings: {
    later: 'Not now',
    action: { health: 'Look at it', audit: 'Open the audit log', password: 'Settle it' },
    rolled_back: {
      title: 'This file is older than the one you used last',
      text: 'It stands at change {{found}}; this computer last saw change {{seen}}. That is normal after you restored a backup. If you did not, a sync program may have put an old copy back, and the {{missing}} latest changes are missing.',
    },
    fork: {
      title: 'There are two versions of this vault',
      text: 'This file and the one that this computer used last, at change {{seen}}, were each changed without the other: on two computers, or by a sync program. Compare them and take what you need from each.',
    },
    weak_kdf: {
      title: 'The password is protected less than today’s rule asks',
      text: 'The vault was made on a slower computer or by an older version. Wrapping its key anew takes a second and changes no entry.',
    },
    damaged_copy: {
      title: 'One of two copies inside the file was damaged',
      text: 'The other was used, and the next change writes both anew. Damaged: {{what}}. If it happens again, look at the disk.',
    },
    quarantined_records: {
      title_one: 'One record could not be read as it was written',
      title_other: '{{count}} records could not be read as they were written',
      text: 'What is on disk was changed from outside, so Tessera set it aside untouched. All other entries are fine.',
    },
    manifest_failed: {
      title: 'The vault’s own list of records does not add up',
      text: 'Someone or something changed the file. Entries can be read and copied, but nothing is written until you have looked at what differs.',
    },
    leaves_failed: {
      title: 'A part of the vault’s own list of records does not add up',
      text: 'Someone or something changed the file. The records that stood in it are set aside, though they may be sound. All other entries are fine.',
    },
    slots_failed: {
      title: 'The list of ways in does not add up',
      text: 'A password or recovery slot in the file was changed from outside. Set a new password to write all of them anew.',
    },
    damaged_file: {
      title: 'Parts of the file are damaged',
      text: 'Your entries were still readable. Check the vault, and copy the file to a sound disk before anything else.',
    },
    read_only: {
      title: 'This vault can only be read here',
      text: 'Its folder or the file is write-protected. Codes work; changes, use counts and HOTP counters cannot be saved.',
    },
    failed_unlocks: {
      title_one: 'One wrong try to unlock since you were last here',
      title_other: '{{count}} wrong tries to unlock since you were last here',
      text: 'If that was not you, someone else tried. The audit log names the times.',
    },
    seen_not_kept: {
      title: 'This computer cannot remember the newest change',
      text: 'Its folder for such notes cannot be written, so an old copy put in place of this file would not be noticed.',
    },
    not_compacted: {
      title: 'The file could not be made compact',
      text: 'Nothing is lost; it is only larger than it needs to be. There may be too little room on the disk.',
    },
    sealed_dropped: {
      title: 'Some notes of failed unlocks are missing',
      text: 'More were written while the vault was locked than it keeps, or someone removed them. The audit log shows those that are left.',
    },
    rekey_due: {
      title: 'It is time to encrypt everything anew',
      text: 'The vault key has served for very many changes. A new one comes with a change of password.',
    },
    recovery_unconfirmed: {
      title: 'The recovery code was never confirmed',
      text: 'You may not have it on paper. Make a new one, so that a forgotten password is not the end.',
    },
    other: { title: 'The vault has a remark', text: '{{what}}' },
  },
};
