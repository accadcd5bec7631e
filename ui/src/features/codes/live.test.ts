import { describe, expect, it } from 'vitest';
import type { CodeRow } from '../../backend';
import { shownAt } from './live.svelte';

const row: CodeRow = {
  id: 'a',
  code: '111111',
  next: '222222',
  valid_from: 30,
  valid_until: 60,
  period: 30,
  counter: null,
  problem: null,
};

describe('a code between two answers of the shell', () => {
  it('is shown while it is valid', () => expect(shownAt(row, 59)?.code).toBe('111111'));
  it('gives way to the next one at its end', () => {
    expect(shownAt(row, 60)).toMatchObject({ code: '222222', next: null, validUntil: 90 });
    expect(shownAt(row, 89)?.code).toBe('222222');
  });
  it('is never shown when expired, and never before its time', () => {
    expect(shownAt(row, 90)).toBeNull();
    expect(shownAt({ ...row, next: null }, 60)).toBeNull();
    expect(shownAt(row, 29)).toBeNull();
  });
  it('of a counter has no end', () => {
    const hotp = { ...row, next: null, valid_from: null, valid_until: null, period: null, counter: 7 };
    expect(shownAt(hotp, 1e9)).toMatchObject({ code: '111111', counter: 7, validUntil: null });
  });
});
