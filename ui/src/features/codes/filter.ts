/** Which entries are shown, and in which order. Pure, and fast enough for 10,000 at every key. */
import type { EntryRow, Sort } from '../../backend';

/** Folded for searching: no case, no accents, no width. Remembered per row object. */
const folded = new WeakMap<EntryRow, string>();

export function fold(text: string): string {
  // Most names are plain, and there may be 10,000 of them at the first key.
  // eslint-disable-next-line no-control-regex -- all of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu, '')
    .toLocaleLowerCase();
}

function haystack(row: EntryRow): string {
  let text = folded.get(row);
  if (text === undefined) {
    text = fold([row.issuer, row.account, row.group ?? '', ...row.tags].join('\n'));
    folded.set(row, text);
  }
  return text;
}

export interface Filter {
  query: string;
  group: string | null;
  favorites: boolean;
  tags: readonly string[];
}

/** Every word must occur somewhere; all chosen tags must be there. */
export function matching(rows: readonly EntryRow[], filter: Filter): EntryRow[] {
  const words = fold(filter.query).split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      (!filter.favorites || row.favorite) &&
      (filter.group === null || row.group === filter.group) &&
      filter.tags.every((tag) => row.tags.includes(tag)) &&
      words.every((word) => haystack(row).includes(word)),
  );
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const byName = (a: EntryRow, b: EntryRow) =>
  collator.compare(a.issuer || a.account, b.issuer || b.account) ||
  collator.compare(a.account, b.account) ||
  (a.id < b.id ? -1 : 1);

const orders: Record<Sort, (a: EntryRow, b: EntryRow) => number> = {
  issuer: byName,
  account: (a, b) => collator.compare(a.account || a.issuer, b.account || b.issuer) || byName(a, b),
  uses: (a, b) => b.uses - a.uses || byName(a, b),
  recent: (a, b) => (b.last_used ?? 0) - (a.last_used ?? 0) || byName(a, b),
  own: (a, b) => a.order - b.order || byName(a, b),
};

export function sorted(rows: readonly EntryRow[], sort: Sort): EntryRow[] {
  return [...rows].sort(orders[sort]);
}

export interface Mark {
  text: string;
  hit: boolean;
}

/** The parts of a name that a search hits. Only where folding keeps lengths, so marks never cut a character. */
export function marks(text: string, query: string): Mark[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const plain = text.toLocaleLowerCase();
  if (words.length === 0 || fold(text).length !== text.length || plain.length !== text.length)
    return [{ text, hit: false }];
  const hit = new Uint8Array(text.length);
  const folding = fold(text);
  for (const word of words)
    for (let at = folding.indexOf(word); at >= 0; at = folding.indexOf(word, at + 1)) hit.fill(1, at, at + word.length);
  const parts: Mark[] = [];
  for (let i = 0, from = 0; i <= text.length; i++) {
    if (i < text.length && (i === from || hit[i] === hit[from])) continue;
    if (i > from) parts.push({ text: text.slice(from, i), hit: hit[from] === 1 });
    from = i;
  }
  return parts.length > 0 ? parts : [{ text, hit: false }];
}

/** The whole order after one entry moved before another (or to the end). */
export function moved(ids: readonly string[], id: string, before: string | null): string[] {
  const rest = ids.filter((other) => other !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  if (at < 0) return [...ids];
  return [...rest.slice(0, at), id, ...rest.slice(at)];
}
