/** MFA devices, recovery codes, and the entries of the vault that are devices. */
import type * as C from '../../center-model';
import type { EntryId } from '../../index';
import { drawQr } from '../pictures';
import { AccountPart } from './account';
import { MFA } from './base';
import type { Person } from './world';

export class Devices extends AccountPart {
  protected deviceRow(who: C.AccountRef, device: C.MfaDevice): C.DeviceRow {
    const link = this.links.find((one) => one.device === device.id && one.who.account === who.account);
    const offer = link ? this.offers(who).find((one) => one.entry === link.entry) : undefined;
    return structuredClone({ ...device, entry: offer ?? null });
  }
  protected bindDevice(who: C.AccountRef, person: Person, name: string, serial?: string): C.MfaDevice {
    if (person.devices.length >= 8) this.fail('center_limit_reached', 'Eight MFA devices are bound.');
    const device: C.MfaDevice = {
      id: `d${++this.number}`,
      kind: serial ? 'hardware' : 'virtual',
      name,
      serial,
      created_at: this.now,
    };
    person.devices = [...person.devices, device];
    this.signedIn = this.signedIn.map((row) => (row.account === who.account ? { ...row, bind_mfa_first: false } : row));
    this.log(person, 'mfa-device-bound', { name });
    this.tellAccounts();
    return device;
  }
  protected linkTo(who: C.AccountRef, entry: EntryId, device: string | null): void {
    const row = this.signedIn.find((one) => one.account === who.account && one.center === who.center);
    const center = this.rows.find((one) => one.id === who.center);
    this.links = [
      ...this.links.filter((link) => link.entry !== entry),
      { entry, who, device, account_name: row?.name ?? '', center_name: center?.name ?? '' },
    ];
  }
  async mfaDevices(who: C.AccountRef, signal?: AbortSignal): Promise<C.DeviceRow[]> {
    await this.net('mfaDevices', signal);
    return this.person(who).devices.map((device) => this.deviceRow(who, device));
  }
  async bindIntoVault(
    who: C.AccountRef,
    name: string,
    onProgress: (progress: C.BindProgress) => void,
    signal?: AbortSignal,
  ): Promise<C.DeviceRow> {
    await this.net('bindIntoVault', signal);
    const person = this.checked(who, 'bind-mfa-device');
    if (person.devices.length >= 8) this.fail('center_limit_reached', 'Eight MFA devices are bound.');
    const center = this.rows.find((row) => row.id === who.center);
    const entry = this.host.keep(center?.name ?? '', this.address(person, 'account-email') ?? String(who.account));
    onProgress({ stage: 'stored', entry });
    onProgress({ stage: 'first', at: this.now });
    onProgress({ stage: 'waiting', until: (Math.floor(this.now / 30) + 1) * 30 });
    try {
      await this.net('bindIntoVault', signal, this.host.slow() * 6);
    } catch (error) {
      await this.host.trashEntries([entry]);
      throw error;
    }
    onProgress({ stage: 'second', at: this.now });
    const device = this.bindDevice(who, person, name);
    this.linkTo(who, entry, device.id);
    return this.deviceRow(who, device);
  }
  async beginQrBinding(who: C.AccountRef, name: string, signal?: AbortSignal): Promise<C.QrBinding> {
    await this.net('beginQrBinding', signal);
    this.checked(who, 'bind-mfa-device');
    const flow = this.openFlow({ what: 'qr', who, name });
    return { flow, svg: drawQr(flow), secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', expires_at: this.now + 600 };
  }
  async finishQrBinding(flow: string, first: string, second: string, signal?: AbortSignal): Promise<C.DeviceRow> {
    await this.net('finishQrBinding', signal);
    const { who, name } = this.flow(flow, 'qr');
    this.take(flow, first, first !== second && first === MFA);
    return this.deviceRow(who, this.bindDevice(who, this.person(who), name));
  }
  async bindHardware(
    who: C.AccountRef,
    name: string,
    serial: string,
    first: string,
    second: string,
    signal?: AbortSignal,
  ): Promise<C.DeviceRow> {
    await this.net('bindHardware', signal);
    const person = this.checked(who, 'bind-mfa-device');
    if (!/^[A-Z0-9]{6,}$/i.test(serial))
      this.fail('center_invalid_value', 'There is no free token of this serial number.', '/serial');
    if (first === second || first !== MFA) this.fail('center_wrong_code', 'the codes are wrong');
    return this.deviceRow(who, this.bindDevice(who, person, name, serial));
  }
  protected deviceOf(person: Person, id: string): C.MfaDevice {
    return person.devices.find((one) => one.id === id) ?? this.fail('center_no_such_thing', 'no such device');
  }
  async renameMfaDevice(who: C.AccountRef, device: string, name: string, signal?: AbortSignal): Promise<void> {
    await this.net('renameMfaDevice', signal);
    const person = this.checked(who, 'unbind-mfa-device');
    person.devices = person.devices.map((one) => (one === this.deviceOf(person, device) ? { ...one, name } : one));
  }
  async resyncMfaDevice(
    who: C.AccountRef,
    device: string,
    first: string,
    second: string,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.net('resyncMfaDevice', signal);
    this.deviceOf(this.person(who), device);
    if (first === second || first !== MFA) this.fail('center_wrong_code', 'the codes are wrong');
  }
  async unbindMfaDevice(who: C.AccountRef, device: string, signal?: AbortSignal): Promise<void> {
    await this.net('unbindMfaDevice', signal);
    const person = this.checked(who, 'unbind-mfa-device');
    const gone = this.deviceOf(person, device);
    person.devices = person.devices.filter((one) => one !== gone);
    this.links = this.links.map((link) => (link.device === device ? { ...link, device: null } : link));
    this.log(person, 'mfa-device-unbound', { name: gone.name });
  }
  async recoveryCodes(who: C.AccountRef, signal?: AbortSignal): Promise<C.RecoveryCodesState> {
    await this.net('recoveryCodes', signal);
    const { recovery, recoveryMade } = this.person(who);
    return {
      left: recovery.length,
      made_at: recovery.length > 0 ? recoveryMade : null,
      kept_at: this.kept.get(who.account) ?? null,
    };
  }
  async makeRecoveryCodes(who: C.AccountRef, signal?: AbortSignal): Promise<string[]> {
    await this.net('makeRecoveryCodes', signal);
    const person = this.checked(who, 'new-recovery-codes');
    person.recovery = Array.from({ length: 10 }, (_, n) => `7K3M-Q9TX-${String(1000 + n * 37)}-V2WD`);
    person.recoveryMade = this.now;
    this.kept.delete(who.account);
    return [...person.recovery];
  }
  async keptRecoveryCodes(who: C.AccountRef): Promise<void> {
    this.kept.set(who.account, this.now);
  }
  async printPage(): Promise<void> {
    window.print();
  }

  // what centers last told

  async lastKnown(): Promise<C.LastKnown[]> {
    this.host.open();
    const isIn = ({ who }: C.LastKnown) =>
      this.signedIn.some((row) => row.signed_in && row.center === who.center && row.account === who.account);
    return [...this.told.values()].filter(isIn);
  }
  async keepKnown(known: C.LastKnown): Promise<void> {
    this.host.open();
    this.told.set(`${known.who.center}/${known.who.account}/${known.name}`, known);
  }

  // the two halves

  async entryLinks(): Promise<C.EntryLink[]> {
    this.host.open();
    return structuredClone(this.links);
  }
  async linkEntry(entry: EntryId, who: C.AccountRef, device: string | null): Promise<void> {
    this.host.row(entry);
    this.linkTo(who, entry, device);
  }
  async unlinkEntry(entry: EntryId): Promise<void> {
    this.links = this.links.filter((link) => link.entry !== entry);
  }
  async copyText(text: string): Promise<void> {
    this.copied = text;
  }
}
