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
  it('may not be empty', () => {
    expect(secretFault('', 'totp')?.kind).toBe('empty');
    expect(secretFault(' - = ', 'totp')?.kind).toBe('empty');
  });
});
