/** What is wrong with a typed secret, before it is sent: where exactly, and the likely slip. */
import type { Kind } from '../../backend';

export interface SecretFault {
  kind: 'empty' | 'character' | 'short' | 'hex' | 'hex_odd';
  /** Place among the typed characters without spaces and hyphens, from 1. */
  place?: number;
  char?: string;
  /** What was most likely meant. */
  meant?: string;
}

const slips: Record<string, string> = { '0': 'O', '1': 'I', '8': 'B', '9': 'G' };

/** Of so many characters, all hexadecimal digits by chance, one base32 text with a slip in it is in a million. */
const HEX_FEWEST = 16;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Null when it can be sent. mOTP's secret is hexadecimal, all others base32. */
export function secretFault(text: string, kind: Kind): SecretFault | null {
  const chars = [...text].filter((char) => !/[\s-]/.test(char));
  while (chars.at(-1) === '=') chars.pop();
  if (chars.length === 0) return { kind: 'empty' };
  const allowed = kind === 'motp' ? /[0-9a-f]/i : /[A-Z2-7]/i;
  const at = chars.findIndex((char) => !allowed.test(char));
  if (at >= 0 && kind !== 'motp') {
    const digits = chars.filter((char) => char !== ':');
    if (digits.length >= HEX_FEWEST && digits.every((char) => /[0-9a-f]/i.test(char)))
      return { kind: digits.length % 2 === 0 ? 'hex' : 'hex_odd' };
  }
  if (at >= 0)
    return {
      kind: 'character',
      place: at + 1,
      char: chars[at],
      meant: kind === 'motp' ? undefined : slips[chars[at]!],
    };
  if (kind === 'motp' && chars.length % 2 === 1) return { kind: 'hex_odd' };
  if (kind !== 'motp' && chars.length < 2) return { kind: 'short' };
  return null;
}

/** The typed text with one wrong character replaced, or in base32 instead of hexadecimal digits. */
export function corrected(text: string, fault: SecretFault): string {
  if (fault.kind === 'hex') return base32OfHex(text.replaceAll(/[^0-9a-f]/gi, ''));
  if (fault.char === undefined || fault.meant === undefined) return text;
  return text.replaceAll(fault.char, fault.meant);
}

/** The same bytes; bits that are missing at the end are zero, as RFC 4648 has it. */
function base32OfHex(digits: string): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    bits = (bits << 4) | parseInt(digit, 16);
    held += 4;
    if (held < 5) continue;
    held -= 5;
    text += ALPHABET[bits >> held];
    bits &= (1 << held) - 1;
  }
  return held > 0 ? text + ALPHABET[bits << (5 - held)] : text;
}
