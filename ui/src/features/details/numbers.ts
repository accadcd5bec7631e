import type { Algorithm, Kind } from '../../backend';
import { t } from '../../strings';

export const algorithmName: Record<Algorithm, string> = { SHA1: 'SHA-1', SHA256: 'SHA-256', SHA512: 'SHA-512' };

interface Numbers {
  kind: Kind;
  algorithm: Algorithm | null;
  digits: number;
  period: number | null;
}

/** "TOTP · SHA-1 · 6 digits · 30 s". What a kind fixes by itself is left out. */
export function numbersOf({ kind, algorithm, digits, period }: Numbers): string {
  const parts: string[] = [t(`kinds.${kind}`)];
  if (kind === 'totp' || kind === 'hotp')
    parts.push(algorithmName[algorithm ?? 'SHA1'], t('fields.digitCount', { count: digits }));
  if (kind === 'totp' && period !== null) parts.push(t('fields.seconds', { count: period }));
  return parts.join(' · ');
}
