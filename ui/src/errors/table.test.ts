import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../strings/en';
import { asFailure } from './failure';
import { table } from './table';

/** The closed list, as Rust generated it. */
function generatedCodes(): string[] {
  const text = readFileSync('src/backend/types/ErrorCode.ts', 'utf8');
  return [...text.slice(text.indexOf('export type')).matchAll(/"([a-z_]+)"/g)].map((match) => match[1]!);
}

describe('the table of errors', () => {
  it('has words and an entry for every code of the shell, and for no other', () => {
    const codes = generatedCodes().sort();
    expect(codes.length).toBeGreaterThan(40);
    expect(Object.keys(table).sort()).toEqual(codes);
    expect(Object.keys(en.errors).sort()).toEqual(codes);
  });
  it('says what happened and what it means, in our style', () => {
    for (const [code, { title, meaning }] of Object.entries(en.errors)) {
      expect(title, code).not.toMatch(/[.!]$/);
      expect(meaning, code).toMatch(/[.:]$/);
      expect(title + meaning, code).not.toMatch(/please|something went wrong|oops|!/i);
    }
  });
  it('has words for every action', () => {
    for (const entry of Object.values(table))
      for (const action of entry.actions) expect(en.actions).toHaveProperty(action);
  });
  it('takes anything thrown', () => {
    expect(asFailure(new Error('x'))).toEqual({ code: 'internal', message: 'x' });
    expect(asFailure('x').code).toBe('internal');
    expect(asFailure({ code: 'locked', message: '' }).code).toBe('locked');
  });
});
