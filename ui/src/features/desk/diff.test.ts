import { describe, expect, it } from 'vitest';
import { diff } from './diff';

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
