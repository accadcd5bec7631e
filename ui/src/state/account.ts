/** What the net told of the signed-in account: read once, kept while views change. */
import { backend } from '$backend';
import type { AccountRef, AccountSeen, DeviceRow, RecoveryCodesState } from '../backend';
import { center } from './center.svelte';
import type { Known } from './known.svelte';

export const accountOf = (who: AccountRef): Known<AccountSeen> =>
  center.known(who, 'account', (one, signal) => backend.center.account(one, signal));

export const devicesOf = (who: AccountRef): Known<DeviceRow[]> =>
  center.known(who, 'devices', (one, signal) => backend.center.mfaDevices(one, signal));

export const recoveryOf = (who: AccountRef): Known<RecoveryCodesState> =>
  center.known(who, 'recovery', (one, signal) => backend.center.recoveryCodes(one, signal));
