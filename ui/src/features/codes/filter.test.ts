import { describe, expect, it } from 'vitest';
import { makeEntries } from '../../backend/fake/data';
import { fold, marks, matching, moved, sorted } from './filter';

const rows = makeEntries(33, 1_800_000_000);
const all = { query: '', group: null, favorites: false, tags: [] };
const names = (query: string) => matching(rows, { ...all, query }).map((row) => row.issuer || row.account);

describe('search', () => {
  it('finds by issuer, account, group and tag, in any order of words', () => {
    expect(names('github')).toEqual(['GitHub']);
    expect(names('K0118')).toEqual(['Hetzner']);
    expect(names('on-call haiyun')).toEqual(['Haiyun Freight']);
    expect(names('HAIYUN Freight ops')).toEqual(['Haiyun Freight']);
  });
  it('does not mind case and accents', () => {
    expect(names('landesamt fur geoinformation')).toHaveLength(1);
    expect(fold('ÅNGSTRÖM')).toBe('angstrom');
  });
  it('finds right-to-left, Chinese and emoji names', () => {
    expect(names('النيل')).toHaveLength(1);
    expect(names('ענן')).toHaveLength(1);
    expect(names('海运')).toHaveLength(1);
    expect(names('🦊')).toHaveLength(1);
  });
  it('needs every word', () => expect(names('github nordlicht')).toEqual([]));
  it('combines group, favorites and tags', () => {
    expect(matching(rows, { ...all, group: 'Servers' }).every((row) => row.group === 'Servers')).toBe(true);
    expect(matching(rows, { ...all, favorites: true })).toHaveLength(6);
    expect(matching(rows, { ...all, tags: ['freight', 'on-call'] })).toHaveLength(1);
  });
  it('folds each of 10,000 names once, however many keys are typed', () => {
    let read = 0;
    const many = makeEntries(10_000, 1_800_000_000).map((row) => ({
      ...row,
      get issuer() {
        read++;
        return row.issuer;
      },
    }));
    for (const query of ['f', 'fj', 'fjord', 'fjord user7']) matching(many, { ...all, query });
    expect(matching(many, { ...all, query: 'fjord user7' }).length).toBeGreaterThan(10);
    expect(read).toBe(10_000);
  });
});

describe('order', () => {
  it('by name puts numbers by value and stays the same for the same names', () => {
    const some = ['b10', 'b9', 'a'].map((issuer, n) => ({ ...rows[0]!, issuer, account: '', id: String(n) }));
    expect(sorted(some, 'issuer').map((row) => row.issuer)).toEqual(['a', 'b9', 'b10']);
  });
  it('most used and last used come first', () => {
    expect(sorted(rows, 'uses')[0]!.issuer).toBe('GitHub');
    const recent = sorted(rows, 'recent');
    expect(recent[0]!.last_used).toBe(Math.max(...rows.map((row) => row.last_used ?? 0)));
  });
  it('one’s own order is kept', () => {
    expect(sorted(rows, 'own').map((row) => row.order)).toEqual(rows.map((_, n) => n));
  });
  it('moves one entry and leaves the others in their order', () => {
    expect(moved(['a', 'b', 'c', 'd'], 'd', 'b')).toEqual(['a', 'd', 'b', 'c']);
    expect(moved(['a', 'b', 'c', 'd'], 'a', null)).toEqual(['b', 'c', 'd', 'a']);
    expect(moved(['a', 'b', 'c', 'd'], 'b', 'c')).toEqual(['a', 'b', 'c', 'd']);
    expect(moved(['a', 'b'], 'a', 'gone')).toEqual(['a', 'b']);
  });
});

describe('marks', () => {
  const shown = (text: string, query: string) =>
    marks(text, query)
      .map((part) => (part.hit ? `[${part.text}]` : part.text))
      .join('');
  it('show what was hit', () => {
    expect(shown('Nordlicht Mail', 'nord')).toBe('[Nord]licht Mail');
    expect(shown('nordlicht-nord', 'nord')).toBe('[nord]licht-[nord]');
    expect(shown('GitHub', 'x')).toBe('GitHub');
    expect(shown('', 'x')).toBe('');
  });
  it('never lose or cut a character', () => {
    for (const row of rows)
      for (const query of ['a', 'lena', 'ü', '🦊', 'ش'])
        expect(
          marks(row.issuer, query)
            .map((part) => part.text)
            .join(''),
        ).toBe(row.issuer);
  });
});
