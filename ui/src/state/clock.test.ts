import { describe, expect, it, vi } from 'vitest';
import { Clock, countdown } from './clock.svelte';

describe('countdown', () => {
  it('counts whole seconds and never leaves its period', () => {
    expect(countdown(60, 30, 37)).toEqual({ left: 23, fraction: 23 / 30, ending: false });
    expect(countdown(60, 30, 50).ending).toBe(true);
    expect(countdown(60, 30, 49).ending).toBe(false);
    expect(countdown(60, 30, 75).left).toBe(0);
    expect(countdown(60, 30, 0).left).toBe(30);
  });
  it('a ten-second code is not always about to end', () => {
    expect(countdown(10, 10, 2).ending).toBe(false);
    expect(countdown(10, 10, 6).ending).toBe(true);
  });
});

describe('the clock', () => {
  it('follows the shell, but not the jitter of its answers', () => {
    let mine = 1_000_000;
    const clock = new Clock(() => mine);
    clock.sync(1_000_300);
    expect(clock.exact()).toBe(1_000_000);
    clock.sync(1_090_000);
    expect(clock.exact()).toBe(1_090_000);
    mine += 500;
    expect(clock.exact()).toBe(1_090_500);
    expect(clock.seconds).toBe(1090);
  });
  it('steps on whole seconds and stops when nobody watches', () => {
    vi.useFakeTimers();
    vi.setSystemTime(10_400);
    const clock = new Clock();
    const stop = clock.watch();
    expect(clock.now).toBe(10_000);
    vi.advanceTimersByTime(610);
    expect(clock.now).toBe(11_000);
    vi.advanceTimersByTime(1000);
    expect(clock.now).toBe(12_000);
    stop();
    vi.advanceTimersByTime(5000);
    expect(clock.now).toBe(12_000);
    vi.useRealTimers();
  });
});
