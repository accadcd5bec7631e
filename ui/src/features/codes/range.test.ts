import { describe, expect, it } from 'vitest';
import { dropIndex, scrollToShow, visibleRange } from './range';

const view = (scrollTop: number, height = 600, offset = 200) => ({ scrollTop, height, offset });

describe('the drawn range of a long list', () => {
  it('covers the view and little more', () => {
    const range = visibleRange(view(30_200), 60, 1, 10_000, 4);
    expect(range).toEqual({ first: 496, end: 514, top: 496 * 60, total: 600_000 });
  });
  it('begins at the first row while the head is in sight', () => {
    const range = visibleRange(view(0), 60, 1, 10_000, 4);
    expect(range.first).toBe(0);
    expect(range.end).toBe(11);
  });
  it('keeps rows of two columns whole', () => {
    const range = visibleRange(view(30_200), 60, 2, 9_999, 0);
    expect(range.first % 2).toBe(0);
    expect(visibleRange(view(999_999), 60, 2, 9_999).end).toBe(9_999);
    expect(range.total).toBe(5_000 * 60);
  });
  it('draws something at any scroll position, and nothing of nothing', () => {
    for (const top of [-500, 0, 1, 5e5, 1e7]) {
      const range = visibleRange(view(top), 60, 1, 10_000);
      expect(range.end).toBeGreaterThan(range.first);
      expect(range.end).toBeLessThanOrEqual(10_000);
      expect(range.end - range.first).toBeLessThan(25);
    }
    expect(visibleRange(view(0), 60, 1, 0)).toEqual({ first: 0, end: 0, top: 0, total: 0 });
  });
});

describe('keyboard movement scrolls as little as possible', () => {
  it('not at all for a row in sight', () => expect(scrollToShow(view(0), 60, 1, 3)).toBeNull());
  it('down to a row below', () => expect(scrollToShow(view(0), 60, 1, 20, 0)).toBe(200 + 21 * 60 - 600));
  it('up to a row above', () => expect(scrollToShow(view(5000), 60, 1, 20, 0)).toBe(1400));
});

describe('where a dragged entry lands', () => {
  it('at the nearer edge, with one column', () => {
    expect(dropIndex(100, 0, 500, 60, 1, 10)).toBe(0);
    expect(dropIndex(100, 29, 500, 60, 1, 10)).toBe(0);
    expect(dropIndex(100, 31, 500, 60, 1, 10)).toBe(1);
    expect(dropIndex(100, 9999, 500, 60, 1, 10)).toBe(10);
    expect(dropIndex(100, -50, 500, 60, 1, 10)).toBe(0);
  });
  it('left or right of an entry, with two', () => {
    expect(dropIndex(10, 10, 500, 60, 2, 10)).toBe(0);
    expect(dropIndex(240, 10, 500, 60, 2, 10)).toBe(1);
    expect(dropIndex(260, 10, 500, 60, 2, 10)).toBe(1);
    expect(dropIndex(490, 70, 500, 60, 2, 10)).toBe(4);
  });
});
