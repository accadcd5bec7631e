import { backend } from '$backend';
import { flushSync } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeRow } from '../backend/fake/data';
import { Icons } from './icons.svelte';

const row = (n: number, modified = 1) => ({ ...makeRow(n, ['GitHub', 'lenahof'], 1000), has_icon: true, modified });
const settle = async () => {
  await Promise.resolve();
  await new Promise((done) => setTimeout(done));
  flushSync();
};

afterEach(() => vi.restoreAllMocks());

describe('icons', () => {
  it('are asked for once, and again after a change of the entry', async () => {
    const ask = vi.spyOn(backend, 'icon').mockResolvedValue('data:one');
    const icons = new Icons();
    expect(icons.of(row(1))).toBeNull();
    expect(icons.of(row(1))).toBeNull();
    await settle();
    expect(icons.of(row(1))).toBe('data:one');
    expect(ask).toHaveBeenCalledTimes(1);
    ask.mockResolvedValue('data:two');
    expect(icons.of(row(1, 2))).toBe('data:one');
    await settle();
    expect(icons.of(row(1, 2))).toBe('data:two');
    expect(icons.of({ ...row(1, 2), has_icon: false })).toBeNull();
  });
  it('do not pile up, and none comes back after the lock', async () => {
    const ask = vi.spyOn(backend, 'icon').mockResolvedValue('data:one');
    const icons = new Icons();
    for (let n = 0; n < 400; n++) icons.of(row(n));
    await settle();
    expect(icons.of(row(399))).toBe('data:one');
    expect(icons.of(row(0))).toBeNull();
    icons.clear();
    icons.of(row(7));
    icons.clear();
    await settle();
    expect(ask).toHaveBeenCalledTimes(402);
    expect(icons.of(row(7))).toBeNull();
  });
});
