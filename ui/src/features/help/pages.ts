/** What to do, in order, when something happened. The words are in the strings; here is what leads where. */
export type Place =
  | 'codes'
  | 'overview'
  | 'security'
  | 'sessions'
  | 'mfa'
  | 'recovery-codes'
  | 'retrieve'
  | 'reset'
  | 'ticket'
  | 'vault-password'
  | 'trash';

export type StepKey =
  | 'otherDevice'
  | 'recoveryCode'
  | 'otherContact'
  | 'unbindLost'
  | 'ticketOther'
  | 'ticketWithout'
  | 'thenBind'
  | 'bindNew'
  | 'checkNew'
  | 'unbindOld'
  | 'newPhoneNumber'
  | 'endSessions'
  | 'changePassword'
  | 'unbindLaptop'
  | 'newCodes'
  | 'vaultPassword'
  | 'watchLog'
  | 'whichName'
  | 'forgotPassword'
  | 'lockedAccount'
  | 'noCode'
  | 'whatMfa'
  | 'twoDevices'
  | 'loginProtection'
  | 'operationProtection'
  | 'accountEmail'
  | 'securityEmail'
  | 'differ';

export const pages = [
  {
    id: 'lost-phone',
    steps: [
      { key: 'otherDevice', go: 'codes' },
      { key: 'recoveryCode' },
      { key: 'otherContact' },
      { key: 'unbindLost', go: 'mfa' },
      { key: 'ticketOther', go: 'ticket' },
      { key: 'ticketWithout', go: 'ticket' },
      { key: 'thenBind' },
    ],
  },
  {
    id: 'new-phone',
    steps: [
      { key: 'bindNew', go: 'mfa' },
      { key: 'checkNew' },
      { key: 'unbindOld', go: 'mfa' },
      { key: 'newPhoneNumber', go: 'security' },
    ],
  },
  {
    id: 'stolen-laptop',
    steps: [
      { key: 'endSessions', go: 'sessions' },
      { key: 'changePassword', go: 'security' },
      { key: 'unbindLaptop', go: 'mfa' },
      { key: 'newCodes', go: 'recovery-codes' },
      { key: 'vaultPassword', go: 'vault-password' },
      { key: 'watchLog', go: 'security' },
    ],
  },
  {
    id: 'cannot-get-in',
    steps: [
      { key: 'whichName', go: 'retrieve' },
      { key: 'forgotPassword', go: 'reset' },
      { key: 'lockedAccount' },
      { key: 'noCode' },
      { key: 'ticketOther', go: 'ticket' },
      { key: 'ticketWithout', go: 'ticket' },
    ],
  },
  {
    id: 'mfa',
    steps: [
      { key: 'whatMfa', go: 'mfa' },
      { key: 'twoDevices', go: 'mfa' },
      { key: 'loginProtection', go: 'security' },
      { key: 'operationProtection', go: 'security' },
    ],
  },
  {
    id: 'emails',
    steps: [{ key: 'accountEmail', go: 'security' }, { key: 'securityEmail', go: 'security' }, { key: 'differ' }],
  },
] as const satisfies readonly { id: string; steps: readonly { key: StepKey; go?: Place }[] }[];
