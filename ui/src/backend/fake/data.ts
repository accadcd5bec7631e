/** Believable entries for the fake: made-up people and secrets, among them all that is awkward to show. */
import type { EntryRow, Kind } from '../model';

type Sample = [issuer: string, account: string, group?: string | null, more?: Partial<EntryRow>];

const samples: Sample[] = [
  ['GitHub', 'lenahof', 'Work', { favorite: true, uses: 214 }],
  ['Nordlicht Mail', 'lena.hofmann@nordlicht.example', 'Work', { favorite: true, uses: 180 }],
  ['Haiyun Freight', 'ops@haiyun.example', 'Customers', { favorite: true, uses: 96, tags: ['freight', 'on-call'] }],
  ['Deutsche Kreditbank', '1031 4470 29', 'Private', { favorite: true, digits: 8, uses: 41 }],
  ['Proton', 'lena.hofmann', 'Private', { favorite: true, uses: 33 }],
  ['GitLab', 'nordlicht/platform', 'Work', { favorite: true, tags: ['on-call'] }],
  ['AWS', 'nordlicht-prod · root', 'Servers', { tags: ['root'] }],
  ['AWS', 'nordlicht-staging · deploy', 'Servers'],
  ['Bitwarden', 'lena@hofmann.example', 'Private'],
  ['Cloudflare', 'platform@nordlicht.example', 'Servers'],
  ['Discord', 'lenahof', 'Private'],
  ['Dropbox', 'lena@hofmann.example', 'Private'],
  ['Figma', 'lena.hofmann@nordlicht.example', 'Work'],
  ['Steam', 'lena_h', 'Private', { kind: 'steam', digits: 5 }],
  ['Vodafone Station', 'admin', 'Servers', { kind: 'hotp', period: null, counter: 42 }],
  [
    'Landesamt für Geoinformation und Landentwicklung Baden-Württemberg, Außenstelle Karlsruhe',
    'hofmann-l.extern.werkvertrag-2026@geoportal.landesamt-geoinformation.example',
    'Customers',
    { digits: 10, period: 60, algorithm: 'SHA512' },
  ],
  ['Hafenbetriebe Unterelbe', 'leitstand@unterelbe.example', 'Customers', { digits: 8 }],
  ['Hetzner', 'K0118-nordlicht', 'Servers', { algorithm: 'SHA256' }],
  ['JetBrains', 'lena.hofmann@nordlicht.example', 'Work'],
  ['Jira', 'lena.hofmann@nordlicht.example', 'Work', { digits: 7 }],
  ['LinkedIn', 'lena@hofmann.example', 'Private'],
  ['Mailcow', 'postmaster@hofmann.example', 'Servers', { digits: 8 }],
  ['Nextcloud', 'lena', 'Private'],
  ['OVHcloud', 'no71234-ovh', 'Servers'],
  ['PayPal', 'lena@hofmann.example', 'Private'],
  ['Proxmox', 'root@pve3.nordlicht.example', 'Servers', { tags: ['root'] }],
  ['Яндекс', 'lena.hofmann', 'Private', { kind: 'yandex', digits: 8, needs_pin: true }],
  ['VPN Leitstelle', 'hofmann', 'Work', { kind: 'motp', period: 10, needs_pin: true }],
  ['بنك النيل', 'لينا هوفمان', 'Private'],
  ['שירות‎ (abc) ענן', 'lena@דואר.example', 'Private'],
  ['🦊 Fuchsbau 🏡', 'lena 👩‍💻', 'Private', { tags: ['🦊'] }],
  ['海运货代', '客服@haiyun.example', 'Customers'],
  ['', 'only-an-account@hofmann.example', null],
];

const words = 'Alder Birke Cedar Dune Esker Fjord Gneis Heide Inlet Jura Kliff Loess Marsh Nehrung Oase Priel'.split(
  ' ',
);
const kinds = ['Cloud', 'Bank', 'Mail', 'Shop', 'Forum', 'Hosting', 'Works', 'Labs'];

export const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
};

const idOf = (n: number): string => hash(`entry ${n}`).toString(16).padStart(8, '0').repeat(4);

export function makeRow(n: number, sample: Sample, now: number): EntryRow {
  const [issuer, account, group = null, more = {}] = sample;
  const kind: Kind = more.kind ?? 'totp';
  return {
    id: idOf(n),
    issuer,
    account,
    kind,
    digits: 6,
    period: kind === 'hotp' ? null : 30,
    algorithm: 'SHA1',
    counter: null,
    group,
    tags: [],
    favorite: false,
    uses: hash(issuer + account) % 60,
    last_used: now - (hash(account) % 5_000_000),
    order: n,
    has_icon: false,
    needs_pin: false,
    created: now - 40_000_000 + n * 1000,
    modified: now - 5_000_000 + n * 10,
    deleted: null,
    ...more,
  };
}

export function makeEntries(count: number, now: number): EntryRow[] {
  const rows = samples.slice(0, count).map((sample, n) => makeRow(n, sample, now));
  for (let n = rows.length; n < count; n++) {
    const issuer = `${words[n % words.length]} ${kinds[(n >> 4) % kinds.length]}`;
    const groups = ['Servers', 'Servers', 'Work', 'Customers', 'Shared'];
    rows.push(makeRow(n, [issuer, `user${n}@${issuer.toLowerCase().replace(' ', '-')}.example`, groups[n % 5]], now));
  }
  return rows;
}

export function makeTrash(now: number): EntryRow[] {
  return [
    makeRow(900_001, ['Mastodon', '@lena@norden.example', 'Private', { deleted: now - 3 * 86_400 }], now),
    makeRow(900_002, ['Old VPN', 'hofmann', 'Work', { deleted: now - 21 * 86_400 }], now),
    makeRow(900_003, ['Trello', 'lena.hofmann@nordlicht.example', 'Work', { deleted: now - 29.4 * 86_400 }], now),
  ];
}
