import { describe, expect, it } from 'vitest';
import { lena } from '../../backend/fake/center/world';
import { protections } from './protection';

const now = 1_790_000_000;
const codes = { left: 0, made_at: null, kept_at: null };
const missing = (person = lena(now), recovery: Parameters<typeof protections>[2] = codes, proved = true) =>
  protections(
    person.account,
    person.devices.map((device) => ({ ...device, entry: null })),
    recovery,
    now,
    proved,
  )
    .filter((one) => !one.inPlace)
    .map((one) => one.item);

describe('what is missing', () => {
  it('names the two that share a mailbox, and codes that nobody has on paper', () => {
    expect(missing()).toEqual(['recoveryCodes', 'emailsDiffer']);
    expect(missing(lena(now), { left: 10, made_at: now, kept_at: null })).toContain('recoveryCodes');
    expect(missing(lena(now), { left: 10, made_at: now, kept_at: now })).toEqual(['emailsDiffer']);
    expect(missing(lena(now), { left: 2, made_at: now, kept_at: now })).toContain('recoveryCodes');
  });
  it('wants a backup that a drill opened, right after what stands against a lost device', () => {
    expect(missing(lena(now), codes, false)).toEqual(['recoveryCodes', 'backup', 'emailsDiffer']);
  });
  it('asks for the first device before it asks for what builds on it', () => {
    const bare = lena(now);
    bare.devices = [];
    bare.account.login_protection = 'off';
    expect(missing(bare).slice(0, 2)).toEqual(['device', 'loginProtection']);
    expect(missing(bare)).not.toContain('secondDevice');
    expect(missing(bare)).not.toContain('recoveryCodes');
  });
  it('takes a device that the owner requires for login protection', () => {
    const member = lena(now);
    member.account.login_protection = 'off';
    expect(missing(member)).toContain('loginProtection');
    member.account.mfa_required = true;
    expect(missing(member)).not.toContain('loginProtection');
    member.devices = [];
    expect(missing(member)).toContain('loginProtection');
  });
  it('wants a look at a phone after a year', () => {
    const old = lena(now);
    old.account.contacts.find((one) => one.kind === 'secure-phone')!.since = now - 366 * 86_400;
    expect(missing(old)).toContain('phoneLately');
    old.account.contacts = old.account.contacts.filter((one) => one.kind !== 'secure-phone');
    expect(missing(old)).toContain('phone');
    expect(missing(old)).not.toContain('phoneLately');
  });
});
