/** What a played center holds: people, devices, messages. Made up, like all of the fake. */
import type {
  About,
  Account,
  CenterRow,
  Collaborator,
  Contact,
  ContactKind,
  DemoMessage,
  EventKind,
  Invitation,
  MfaDevice,
  SecurityEvent,
  Session,
  SubAccount,
  TrustedDevice,
} from '../../index';
import { usual } from '../../../state/rules';

export interface Person {
  account: Account;
  version: number;
  password: string;
  devices: MfaDevice[];
  recovery: string[];
  recoveryMade: number | null;
  sessions: Session[];
  trusted: TrustedDevice[];
  log: SecurityEvent[];
  subs: SubAccount[];
  collaborators: Collaborator[];
  invitations: Invitation[];
  /** Wrong passwords in the window that began at `since`. */
  wrong: number;
  since: number;
}

export const about = (name: string, trial: boolean): About => ({
  name,
  version: '0.1.0',
  sales: trial ? null : 'sales@haiyun.example, +49 40 555 0190 on weekdays',
  support: trial ? 'This is the trial center: nobody answers here.' : 'support@haiyun.example, day and night',
  root_key: '3f8c1d0a',
  limits: trial ? { ...usual, hold_seconds: 300, hold_with_factor_seconds: 60 } : usual,
});

export const haiyun = (now: number): CenterRow => ({
  id: 'center-1',
  address: 'https://accounts.haiyun.example',
  name: 'Haiyun accounts',
  root_fingerprint: '3F8C-1D0A 77B2-04EE 9C51-2A6D 40F3-8B19',
  ca: null,
  trial: false,
  added_at: now - 180 * 86_400,
  about: about('Haiyun accounts', false),
  about_at: now - 300,
  staff: false,
});

export const trialCenter = (now: number): CenterRow => ({
  ...haiyun(now),
  id: 'trial',
  address: 'http://127.0.0.1:41877',
  name: 'Trial center',
  trial: true,
  added_at: now,
  about: about('Trial center', true),
  about_at: now,
});

/** As the center masks: the first two letters and the domain, or the country code and the last four digits. */
export function mask(address: string): string {
  if (address.startsWith('+')) return `${address.slice(0, 3)} ••• ${address.slice(-4)}`;
  const [name = '', domain = ''] = address.split('@');
  return `${name.slice(0, 2)}•••••@${domain}`;
}

export const contact = (kind: ContactKind, address: string, since: number): Contact => ({
  kind,
  address,
  masked: mask(address),
  since,
  proves_from: since + 72 * 3600,
});

const event = (n: number, at: number, kind: EventKind, detail: Record<string, string> = {}): SecurityEvent => ({
  id: `e${n}`,
  at,
  kind,
  peer: n % 3 ? '203.0.113.24' : '2001:db8::7c1',
  detail,
});

export function lena(now: number): Person {
  const day = 86_400;
  const device = (n: number, name: string, more: Partial<MfaDevice> = {}): MfaDevice => ({
    id: `d${n}`,
    kind: 'virtual',
    name,
    created_at: now - 190 * day,
    used_at: now - n * 3 * day,
    ...more,
  });
  return {
    account: {
      id: 1_028_471_906,
      kind: 'individual',
      name: 'Lena Hofmann',
      language: 'en',
      created_at: now - 1026 * day,
      password_since: now - 194 * day,
      verified_at: now - 190 * day,
      login_protection: 'mfa',
      operation_protection: 'mfa',
      mfa_required: false,
      contacts: [
        contact('account-email', 'lena.hofmann@nordlicht.example', now - 1026 * day),
        contact('security-email', 'lena.hofmann@nordlicht.example', now - 1026 * day),
        contact('secure-phone', '+4915155500142', now - 51 * day),
      ],
    },
    version: 1,
    password: 'harbor crane at dawn',
    devices: [
      device(0, 'Tessera on this computer', { used_at: now - 1500 }),
      device(9, 'Desk drawer token', { kind: 'hardware', serial: '2204118903' }),
    ],
    recovery: [],
    recoveryMade: null,
    sessions: [
      {
        id: 's1',
        label: 'Tessera on Linux',
        peer: '203.0.113.24',
        created_at: now - 2 * day,
        seen_at: now - 30,
        current: true,
      },
      {
        id: 's2',
        label: 'Tessera on Windows',
        peer: '198.51.100.7',
        created_at: now - 9 * day,
        seen_at: now - day - 4000,
        current: false,
      },
    ],
    trusted: [
      { id: 't1', label: 'Tessera on Linux', created_at: now - 60 * day, used_at: now - 2 * day, current: true },
      { id: 't2', label: 'Tessera on Windows', created_at: now - 80 * day, used_at: now - 9 * day, current: false },
    ],
    log: [
      event(1, now - 1500, 'signed-in', { device: 'Tessera on Linux' }),
      event(2, now - day - 300, 'wrong-password'),
      event(3, now - 12 * day, 'session-ended', { device: 'Old laptop' }),
      event(4, now - 51 * day, 'contact-changed', { kind: 'secure-phone', to: '+49 ••• 0142' }),
      event(5, now - 60 * day, 'mfa-device-bound', { name: 'Desk drawer token' }),
      ...Array.from({ length: 22 }, (_, n) => event(10 + n, now - (61 + n * 7) * day, 'signed-in')),
    ],
    subs: [
      {
        id: 2_207_110_481,
        name: 'Chen Wei',
        email: 'wei.chen@haiyun.example',
        state: 'active',
        mfa_required: true,
        mfa_devices: [device(2, 'Work phone'), device(30, 'Token', { kind: 'hardware', serial: '2204118871' })],
        protection: { login: 'mfa', operation: 'mfa' },
        created_at: now - 300 * day,
      },
      {
        id: 2_207_110_482,
        name: 'Warehouse terminal 3',
        email: 'terminal-3@haiyun.example',
        state: 'active',
        mfa_required: false,
        mfa_devices: [],
        protection: { login: 'off', operation: 'off' },
        created_at: now - 120 * day,
      },
      {
        id: 2_207_110_483,
        name: 'Aleksandra Nowakowska-Brzęczyszczykiewicz',
        email: 'aleksandra.nowakowska-brzeczyszczykiewicz@haiyun.example',
        state: 'invited',
        mfa_required: true,
        mfa_devices: [],
        protection: { login: 'off', operation: 'off' },
        created_at: now - 2 * day,
      },
    ],
    collaborators: [
      {
        id: 'c1',
        email: 'marta@kowalczyk.example',
        state: 'active',
        mfa_required: true,
        access: true,
        invited_at: now - 40 * day,
      },
      {
        id: 'c2',
        email: 'audit@unterelbe.example',
        state: 'invited',
        mfa_required: false,
        access: false,
        invited_at: now - day,
      },
    ],
    invitations: [{ id: 'i1', owner: 3_300_418_207, state: 'invited', mfa_required: true, invited_at: now - 3600 }],
    wrong: 0,
    since: 0,
  };
}

export function alice(now: number): Person {
  const day = 86_400;
  return {
    ...lena(now),
    account: {
      id: 100_000_001,
      kind: 'individual',
      name: 'Alice Example',
      language: 'en',
      created_at: now - 60,
      password_since: now - 60,
      login_protection: 'off',
      operation_protection: 'off',
      mfa_required: false,
      contacts: [
        contact('account-email', 'alice@example.com', now - 90 * day),
        contact('security-email', 'alice@example.com', now - 90 * day),
        contact('secure-phone', '+4915123456789', now - 90 * day),
      ],
    },
    password: 'quiet lantern under the bridge',
    devices: [],
    trusted: [],
    sessions: [],
    log: [],
    subs: [],
    collaborators: [],
    invitations: [],
  };
}

export const message = (
  id: string,
  sent_at: number,
  to: string,
  subject: string,
  body: string,
  links: string[] = [],
): DemoMessage => ({
  id,
  sent_at,
  channel: to.startsWith('+') ? 'phone' : 'email',
  to,
  subject,
  body,
  links,
  read: false,
});
