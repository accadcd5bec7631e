/** The trash. */
export const trashWords = {
  trash: {
    about: 'Kept for 30 days, then deleted for good at the next unlock.',
    empty: 'Empty the trash…',
    restore: 'Restore',
    restoreNamed: 'Restore {{name}}',
    deleteForever: 'Delete for good',
    deleteNamed: 'Delete {{name}} for good',
    left_one: '{{count}} day left',
    left_other: '{{count}} days left',
    since: 'Moved here on {{date}}',
    restored: '{{name}} is back',
    deleted_one: 'Deleted for good',
    deleted_other: '{{count}} entries deleted for good',
    emptyTitle: 'The trash is empty',
    emptyText: 'Entries that you move here can be brought back for 30 days.',
    askOne: 'Delete {{name}} for good?',
    askMany_one: 'Delete {{count}} entry for good?',
    askMany_other: 'Delete {{count}} entries for good?',
    askText:
      'The secret is erased from the vault and no code can be made from it again. If the account still asks for codes, switch that off there first.',
    keep_one: 'Keep it',
    keep_other: 'Keep them',
  },
};
