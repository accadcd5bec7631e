/** What protects an account, in order of worth, and what is missing. */
import type { Account, DeviceRow, RecoveryCodesState } from '../../backend';

export type Item =
  | 'device'
  | 'loginProtection'
  | 'secondDevice'
  | 'recoveryCodes'
  | 'backup'
  | 'securityEmail'
  | 'emailsDiffer'
  | 'phone'
  | 'phoneLately'
  | 'operationProtection'
  | 'verified';

/** Where it is done. */
export const place = {
  device: 'mfa',
  loginProtection: 'security',
  secondDevice: 'mfa',
  recoveryCodes: 'security',
  backup: 'backup',
  securityEmail: 'security',
  emailsDiffer: 'security',
  phone: 'security',
  phoneLately: 'security',
  operationProtection: 'security',
  verified: 'tickets',
} as const satisfies Record<Item, string>;

/** After a year without a look, a number may belong to someone else. */
const LATELY = 365 * 86_400;

/** The owner of a sub-account sets these, and it cannot. */
export const isOwners = (account: Account, item: Item): boolean =>
  account.owner !== undefined && (item === 'loginProtection' || item === 'operationProtection');

export interface Protection {
  item: Item;
  inPlace: boolean;
}

export function protections(
  account: Account,
  devices: readonly DeviceRow[],
  codes: RecoveryCodesState,
  nowSeconds: number,
  /** A drill opened a backup of this vault, in which the devices' secrets are. */
  backupProved: boolean,
): Protection[] {
  const address = (kind: string) => account.contacts.find((one) => one.kind === kind);
  const [login, security, phone] = [address('account-email'), address('security-email'), address('secure-phone')];
  const list: [Item, boolean][] = [
    ['device', devices.length > 0],
    // A device that the owner requires is asked whatever was chosen.
    ['loginProtection', account.login_protection !== 'off' || (account.mfa_required && devices.length > 0)],
  ];
  // Each of these asks for the one before it: nothing is asked twice.
  if (devices.length > 0) {
    list.push(['secondDevice', devices.length > 1], ['recoveryCodes', codes.left >= 3 && codes.kept_at !== null]);
  }
  // After what stands against a lost device, what stands against a lost computer.
  list.push(['backup', backupProved]);
  if (security) list.push(['emailsDiffer', login?.address.toLowerCase() !== security.address.toLowerCase()]);
  else list.push(['securityEmail', false]);
  if (phone) list.push(['phoneLately', nowSeconds - phone.since < LATELY]);
  else list.push(['phone', false]);
  list.push(
    ['operationProtection', account.operation_protection !== 'off'],
    ['verified', account.verified_at !== undefined],
  );
  return list.map(([item, inPlace]) => ({ item, inPlace }));
}
