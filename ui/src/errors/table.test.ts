import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../strings/en';
import { asFailure } from './failure';
import { table } from './table';

/** The members of a union, as Rust generated it. */
function generated(file: string): string[] {
  const text = readFileSync(`src/backend/types/${file}.ts`, 'utf8');
  return [...text.slice(text.indexOf('export type')).matchAll(/"([a-z_-]+)"/g)].map((match) => match[1]!);
}

describe('the table of errors', () => {
  it('has words and an entry for every code of the shell, and for no other', () => {
    const codes = generated('ErrorCode').sort();
    expect(codes.length).toBeGreaterThan(40);
    expect(Object.keys(table).sort()).toEqual(codes);
    expect(Object.keys(en.errors).sort()).toEqual(codes);
  });
  it('leaves no code of the center without words', () => {
    // Where the shell folds several answers into one, or names one otherwise.
    const folded: Record<string, string> = {
      not_found: 'no_such_thing',
      method_not_allowed: 'bad_request',
      unsupported_media_type: 'bad_request',
      precondition_required: 'bad_request',
      key_reused: 'bad_request',
      internal: 'trouble',
      unavailable: 'trouble',
    };
    const codes = generated('center/CenterErrorCode').map((code) => code.replaceAll('-', '_'));
    expect(codes.length).toBeGreaterThan(30);
    for (const code of codes) expect(en.errors).toHaveProperty(`center_${folded[code] ?? code}`);
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
