import { describe, expect, it } from 'vitest';
import type { EntryRow } from '../../backend';
import { changedTags, tagStates } from './tags';

const row = (tags: string[]) => ({ tags }) as EntryRow;

describe('tags of several entries', () => {
  const before = tagStates([row(['a', 'b']), row(['a'])], ['a', 'b', 'c']);
  it('tells which all of them have, some or none', () => {
    expect([...before]).toEqual([
      ['a', 'all'],
      ['b', 'some'],
      ['c', 'none'],
    ]);
  });
  it('changes only what a person changed', () => {
    expect(changedTags(before, before, '')).toEqual({ add: [], remove: [] });
    const now = new Map(before).set('a', 'none').set('b', 'all');
    expect(changedTags(before, now, ' d, ,c,d')).toEqual({ add: ['b', 'd', 'c'], remove: ['a'] });
  });
  it('does not take away what was typed anew', () => {
    expect(changedTags(before, new Map(before).set('a', 'none'), 'a')).toEqual({ add: ['a'], remove: [] });
  });
});
