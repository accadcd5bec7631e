/** Tags of several entries together. */
import type { EntryRow } from '../../backend';

/** Whether all of the entries have a tag, some or none. */
export type TagState = 'all' | 'some' | 'none';

/** Every known tag with how the entries have it. */
export function tagStates(rows: EntryRow[], known: string[]): Map<string, TagState> {
  const states = new Map<string, TagState>();
  for (const tag of known) {
    const having = rows.filter((row) => row.tags.includes(tag)).length;
    states.set(tag, having === 0 ? 'none' : having === rows.length ? 'all' : 'some');
  }
  return states;
}

/** What all get and what all lose; a tag whose state stays is neither. `typed`: new ones, separated by commas. */
export function changedTags(
  before: ReadonlyMap<string, TagState>,
  now: ReadonlyMap<string, TagState>,
  typed: string,
): { add: string[]; remove: string[] } {
  const changed = [...now].filter(([tag, state]) => before.get(tag) !== state);
  const fresh = typed
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const remove = changed.filter(([tag, state]) => state === 'none' && !fresh.includes(tag)).map(([tag]) => tag);
  const add = [...new Set([...changed.filter(([, state]) => state === 'all').map(([tag]) => tag), ...fresh])];
  return { add, remove };
}
