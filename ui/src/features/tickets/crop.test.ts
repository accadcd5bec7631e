import { describe, expect, it } from 'vitest';
import { cropOf, cutOf, edges, LEAST, pull, shift, turned, whole } from './crop';

describe('what is cut off a picture', () => {
  it('goes with the edges that were taken hold of, and with no other', () => {
    expect(pull(whole, ['left'], 120, 500)).toEqual({ ...whole, left: 120 });
    expect(pull(whole, ['right', 'bottom'], -50, -70)).toEqual({ ...whole, right: 50, bottom: 70 });
    expect(pull({ ...whole, top: 200 }, ['top'], 0, -80)).toEqual({ ...whole, top: 120 });
  });

  it('never reaches outside the picture, and always leaves a tenth of it', () => {
    for (const edge of edges)
      for (const by of [-5000, 5000]) {
        const cut = pull({ left: 300, right: 300, top: 300, bottom: 300 }, [edge], by, by);
        for (const one of edges) expect(cut[one]).toBeGreaterThanOrEqual(0);
        expect(1000 - cut.left - cut.right).toBeGreaterThanOrEqual(LEAST);
        expect(1000 - cut.top - cut.bottom).toBeGreaterThanOrEqual(LEAST);
      }
  });

  it('keeps its size when the frame is moved, also against the rim', () => {
    const cut = { left: 100, right: 300, top: 0, bottom: 500 };
    expect(shift(cut, 50, 100)).toEqual({ left: 150, right: 250, top: 100, bottom: 400 });
    expect(shift(cut, 900, -900)).toEqual({ left: 400, right: 0, top: 0, bottom: 500 });
    expect(shift(whole, 200, 200)).toEqual(whole);
  });

  it('turns with the picture, and is itself again after four turns', () => {
    const cut = { left: 1, right: 2, top: 3, bottom: 4 };
    expect(turned(cut)).toEqual({ top: 1, right: 3, bottom: 2, left: 4 });
    expect(turned(turned(turned(turned(cut))))).toEqual(cut);
  });

  it('is told to the shell as what is left, and read back the same', () => {
    expect(cropOf(whole)).toBeNull();
    expect(cutOf(null)).toEqual(whole);
    const cut = { left: 10, right: 20, top: 30, bottom: 40 };
    expect(cropOf(cut)).toEqual({ left: 10, top: 30, width: 970, height: 930 });
    expect(cutOf(cropOf(cut))).toEqual(cut);
  });
});
