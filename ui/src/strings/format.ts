/** Numbers, dates, codes and secrets as a person reads them. */
import i18next from 'i18next';

const lang = () => i18next.language || 'en';

export const number = (n: number): string => n.toLocaleString(lang());

/** "24 November 2026": the year only when it is not this one. Seconds of Unix time. */
export function day(seconds: number, now: number): string {
  const date = new Date(seconds * 1000);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(lang() === 'en' ? 'en-GB' : lang(), {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  });
}

export function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString(lang() === 'en' ? 'en-GB' : lang(), {
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** "today, 14:36" for today, else "24 November, 14:36". */
export function moment(seconds: number, now: number, today: string): string {
  const same = new Date(seconds * 1000).toDateString() === new Date(now).toDateString();
  return `${same ? today : day(seconds, now)}, ${clock(seconds)}`;
}

/** "640 KB", "2.4 MB": in powers of 1024, as limits of files are told. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${number(bytes)} B`;
  const megabytes = bytes / (1024 * 1024);
  return megabytes < 0.95
    ? `${number(Math.round(bytes / 1024))} KB`
    : `${megabytes.toLocaleString(lang(), { maximumFractionDigits: 1 })} MB`;
}

/** A length of time that a rule names: "72 hours", "90 days", "10 minutes". Days only where it is more than three. */
export function span(seconds: number): string {
  const [unit, size] = (
    [
      ['days', 86_400],
      ['hours', 3600],
      ['minutes', 60],
    ] as const
  ).find(([unit, size]) => seconds % size === 0 && seconds >= (unit === 'days' ? 4 : 1) * size) ?? ['seconds', 1];
  return i18next.t(`span.${unit}`, { count: seconds / size });
}

/** A wait: "0:47", "12:05", "1:02:03". */
export function wait(seconds: number): string {
  const s = Math.max(0, Math.ceil(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/**
 * Groups of three or four digits, as people read them aloud. The gap is drawn, never part of the text, so copying a shown
 * code yields bare digits. Steam's five letters stay together.
 */
export function groupCode(code: string): string[] {
  const n = [...code].length;
  if (n <= 5) return [code];
  const size = n % 4 === 0 || n > 9 || n === 7 ? 4 : 3;
  const groups: string[] = [];
  const chars = [...code];
  for (let i = 0; i < n; i += size) groups.push(chars.slice(i, i + size).join(''));
  return groups;
}

/** An account's number in groups of four, as it is read aloud. */
export const accountId = (id: number): string => String(id).replace(/(\d{4})(?=\d)/g, '$1 ');

/** A secret in groups of four. */
export const groupSecret = (text: string): string => text.replace(/(.{4})(?=.)/gu, '$1 ');

/** Two letters for the tile: of the first two words, or the first two of one word. Whole characters, so emoji stay whole. */
export function initials(name: string): string {
  // GitHub and GitLab differ by their second capital.
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f]+/u)
    .filter(Boolean);
  const first = segments(words[0] ?? '');
  const second = segments(words[1] ?? '');
  if (first.length === 0) return '–';
  const two = second.length > 0 ? first[0]! + second[0]! : first.slice(0, 2).join('');
  return /\p{Extended_Pictographic}/u.test(first[0]!) ? first[0]! : two.toLocaleUpperCase(lang());
}

function segments(text: string): string[] {
  if (typeof Intl.Segmenter === 'undefined') return [...text];
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((s) => s.segment);
}

/** One of ten tile colors, the same for the same issuer. */
export function tileColor(name: string): number {
  let hash = 0x811c9dc5;
  for (const char of name.trim().toLowerCase()) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  return (hash % 10) + 1;
}
