/** What is wrong with a typed secret, before it is sent: where exactly, and the likely slip. */
import type { Kind } from '../../backend';

export interface SecretFault {
  kind: 'empty' | 'character' | 'short' | 'hex_odd';
  /** Place among the typed characters without spaces and hyphens, from 1. */
  place?: number;
  char?: string;
  /** What was most likely meant. */
  meant?: string;
}

const slips: Record<string, string> = { '0': 'O', '1': 'I', '8': 'B', '9': 'G' };

/** Null when it can be sent. mOTP's secret is hexadecimal, all others base32. */
export function secretFault(text: string, kind: Kind): SecretFault | null {
  const chars = [...text].filter((char) => !/[\s-]/.test(char));
  while (chars.at(-1) === '=') chars.pop();
  if (chars.length === 0) return { kind: 'empty' };
  const allowed = kind === 'motp' ? /[0-9a-f]/i : /[A-Z2-7]/i;
  const at = chars.findIndex((char) => !allowed.test(char));
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

/** The typed text with one wrong character replaced. */
export function corrected(text: string, fault: SecretFault): string {
  if (fault.char === undefined || fault.meant === undefined) return text;
  return text.replaceAll(fault.char, fault.meant);
}
