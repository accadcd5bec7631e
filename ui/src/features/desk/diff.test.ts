import { describe, expect, it } from 'vitest';
import type { Compared, Review } from '../../backend/tickets';
import { diff } from './diff';
import { obstacles } from './obstacles';

describe('the difference of two texts', () => {
  const marked = (a: string, b: string) =>
    diff(a, b).map((parts) => parts.map((part) => (part.differs ? `[${part.text}]` : part.text)).join(''));

  it('is where they differ, and nowhere else', () => {
    expect(marked('91330206MA2AHK7T5X', '91330206MA2AHK7T6X')).toEqual([
      '91330206MA2AHK7T[5]X',
      '91330206MA2AHK7T[6]X',
    ]);
    expect(marked('Hoffmann', 'Hofmann')).toEqual(['Hof[f]mann', 'Hofmann']);
    expect(marked('same', 'same')).toEqual(['same', 'same']);
    expect(marked('', 'x')).toEqual(['', '[x]']);
    expect(marked('Lena Hoffmann', 'Aleksandra Nowakowska')).toEqual(['[Lena Hoffmann]', '[Aleksandra Nowakowska]']);
  });

  it('never changes the texts themselves, in any script', () => {
    for (const [a, b] of [
      ['Wu Min 吴敏', 'Wu Ming 吴明'],
      ['👩‍👩‍👧 a', '👩‍👩‍👦 a'],
      ['علي', 'علاء'],
      ['x'.repeat(5000), 'y'],
    ] as const) {
      const [left, right] = diff(a, b);
      expect(left.map((part) => part.text).join('')).toBe(a);
      expect(right.map((part) => part.text).join('')).toBe(b);
    }
  });
});

describe('obstacles', () => {
  const review = (comparison: Compared[], count: number): Review => ({
    statement: {
      kind: 'mfa-unbinding-individual',
      login_email: 'a@example.com',
      name: 'A',
      document_number: '1234',
      current_phone: '+49151',
    },
    comparison,
    obstacles: Array.from({ length: count }, () => 'from the center'),
    from_account: false,
    factor_proven: false,
    objections: [],
  });
  const one = (field: Compared['field'], result: Compared['result']): Compared => ({ field, result, stated: 'a' });

  it('are told field by field', () => {
    const found = obstacles(review([one('login-email', 'matches'), one('name', 'differs')], 1), 'submitted');
    expect(found).toEqual([{ what: 'differs', field: 'name' }]);
  });

  it('count a mark only when the second reviewer decides, and no contact that is not on file', () => {
    const marked = [one('login-email', 'matches'), one('name', 'variant-marked'), one('current-phone', 'missing')];
    expect(obstacles(review(marked, 0), 'submitted')).toEqual([]);
    expect(obstacles(review(marked, 1), 'first-approval')).toEqual([{ what: 'unconfirmed', field: 'name' }]);
  });

  it('are the center’s own sentences where it knows of another one', () => {
    expect(obstacles(review([one('login-email', 'matches')], 1), 'submitted')).toBeNull();
  });
});
