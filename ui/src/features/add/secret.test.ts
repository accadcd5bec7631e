import { describe, expect, it } from 'vitest';
import { corrected, secretFault } from './secret';

describe('a typed secret', () => {
  it.each(['JBSWY3DPEHPK3PXP', 'jbsw y3dp ehpk 3pxp', 'JBSW-Y3DP-EHPK-3PXP', 'JBSWY3DPEHPK3PX=', 'MZXW6==='])(
    '%s can be sent',
    (text) => expect(secretFault(text, 'totp')).toBeNull(),
  );
  it('names the place and the likely slip, not counting gaps', () => {
    const fault = secretFault('JBSW Y3DP EHPK 3PXP 0EZD GNBV', 'totp');
    expect(fault).toEqual({ kind: 'character', place: 17, char: '0', meant: 'O' });
    expect(corrected('JBSW 0EZD', fault!)).toBe('JBSW OEZD');
  });
  it('is hexadecimal for mOTP', () => {
    expect(secretFault('a1b2 c3d4', 'motp')).toBeNull();
    expect(secretFault('a1b2c3d', 'motp')?.kind).toBe('hex_odd');
    expect(secretFault('xyz', 'motp')).toMatchObject({ kind: 'character', place: 1 });
  });
  it('in hexadecimal digits is called that, and can be taken as the same bytes', () => {
    for (const text of ['3132333435363738393031323334353637383930', '31:32:33:34:35:36:37:38', '3132 3334 3536 3738']) {
      const fault = secretFault(text, 'totp')!;
      expect(fault).toEqual({ kind: 'hex' });
      // RFC 6238's own secret, and the beginning of it.
      expect('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ').toContain(corrected(text, fault).slice(0, 12));
      expect(secretFault(corrected(text, fault), 'totp')).toBeNull();
    }
    expect(corrected('3132333435363738393031323334353637383930', { kind: 'hex' })).toBe(
      'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    );
    expect(corrected('31323334353637ff', { kind: 'hex' })).toBe('GEZDGNBVGY376');
    expect(secretFault('31323334353637381', 'totp')?.kind).toBe('hex_odd');
    // Too short to be sure, or base32 as well.
    expect(secretFault('3132 3381', 'totp')?.kind).toBe('character');
    expect(secretFault('ABCDEF234567ABCDEF', 'totp')).toBeNull();
  });
  it('may not be empty', () => {
    expect(secretFault('', 'totp')?.kind).toBe('empty');
    expect(secretFault(' - = ', 'totp')?.kind).toBe('empty');
  });
});
