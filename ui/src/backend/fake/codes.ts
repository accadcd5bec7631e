/** Codes that look like codes. */
import type { CodeRow, EntryRow } from '../model';
import { hash } from './data';

export function code(row: EntryRow, step: number): string {
  if (row.kind === 'steam') {
    const letters = '23456789BCDFGHJKMNPQRTVWXY';
    return [0, 1, 2, 3, 4].map((i) => letters[hash(`${row.id}${step}${i}`) % letters.length]).join('');
  }
  if (row.kind === 'yandex')
    return [...'abcdefgh'].map((c) => String.fromCharCode(97 + (hash(c + row.id + step) % 26))).join('');
  const number = (hash(`${row.id}/${step}`) * 4_294_967 + hash(`${step}`)) % 10 ** row.digits;
  return String(number).padStart(row.digits, '0');
}

export function codeRow(row: EntryRow, now: number): CodeRow {
  const period = row.period ?? 30;
  const step = Math.floor(now / 1000 / period);
  return {
    id: row.id,
    code: code(row, step),
    next: code(row, step + 1),
    valid_from: step * period,
    valid_until: (step + 1) * period,
    period,
    counter: null,
    problem: null,
  };
}
