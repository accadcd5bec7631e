import { describe, expect, it, vi } from 'vitest';
import { pickGroups } from './confirm';
import { Delay } from './delay.svelte';
import { crackTime } from './strength';

describe('the groups that are asked back', () => {
  it('are two different ones in order, and each can be asked', () => {
    const asked = new Set<number>();
    for (let n = 0; n < 500; n++) {
      const [first, second] = pickGroups(8);
      expect(first).toBeLessThan(second);
      expect(second).toBeLessThan(8);
      asked.add(first).add(second);
    }
    expect(asked.size).toBe(8);
  });
});

it('tells the strength in one unit of time', () => {
  expect(crackTime(3).span).toBe('moment');
  expect(crackTime(7.3).span).toBe('minutes');
  expect(crackTime(8.5)).toEqual({ span: 'hours', count: 4 });
  expect(crackTime(13).span).toBe('years');
  expect(crackTime(22).span).toBe('ages');
});

it('counts the wait down to zero by a clock that cannot be set', () => {
  vi.useFakeTimers();
  const delay = new Delay();
  delay.start(3);
  expect(delay.left).toBe(3);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1250);
  expect(delay.left).toBe(2);
  vi.advanceTimersByTime(2000);
  expect(delay.left).toBe(0);
  delay.stop();
  vi.useRealTimers();
});
