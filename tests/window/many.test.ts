import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codesAround, eventually, Key, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';
const SECRET = 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ';
const COUNT = 10_000;

/** A home whose vault holds that many entries, made by the format's second writer: through the window it would take hours. */
function homeWithMany(): string {
  const reader = resolve(import.meta.dirname, '../reader');
  const python = process.env.TESSERA_PYTHON ?? join(reader, '../../target/reader-venv/bin/python');
  const home = mkdtempSync(join(tmpdir(), 'tessera-window-'));
  const secret = { hex: '48656c6c6f21deadbeef31323334353637383930' };
  const entry = (n: number) => ({
    ...{ 0: `Service ${n}`, 1: `user${n}@example.org`, 2: secret, 3: 1, 4: 1, 5: 6, 6: 30 },
    ...{ 9: `Group ${n % 40}`, 10: [`tag ${n % 7}`], 13: n % 2000 === 0, 14: 1_700_000_000, 15: 1_700_000_000 },
  });
  const description = {
    password: PASSWORD,
    recovery: '00'.repeat(20),
    now: 1_700_000_000,
    entries: Array.from({ length: COUNT }, (_, n) => entry(n + 1)),
    settings: {},
    sealed: [],
  };
  execFileSync(python, [join(reader, 'tessera_writer.py'), join(home, 'vault.tessera')], {
    input: JSON.stringify(description),
    maxBuffer: 1 << 20,
  });
  return home;
}

describe('10,000 entries', () => {
  let window: Window;
  beforeAll(async () => {
    window = await Window.open({ home: homeWithMany() });
    await window.unlock(PASSWORD);
    await window.find('[placeholder="Search 10,000 entries"]', 60);
  });
  afterAll(() => window?.close());

  /** The names that are drawn, and those of them that a person sees. */
  async function drawn(): Promise<{ all: string[]; seen: string[] }> {
    return window.driver.executeScript(`
      const view = document.getElementById('view').getBoundingClientRect();
      const lines = [...document.querySelectorAll('[data-testid="entry"]')];
      const name = (line) => line.querySelector('.who b').textContent;
      const inSight = (line) => {
        const box = line.getBoundingClientRect();
        return box.bottom > view.top + 1 && box.top < view.bottom - 1;
      };
      return { all: lines.map(name), seen: lines.filter(inSight).map(name) };`);
  }
  const found = (what: string, right: (lines: { all: string[]; seen: string[] }) => boolean) =>
    eventually(what, async () => {
      const lines = await drawn();
      return right(lines) ? lines : null;
    });

  it('only the lines around those in sight are drawn, favorites first', async () => {
    const { all, seen } = await found('the beginning', ({ seen }) => seen.includes('Service 1'));
    expect(seen[0]).toBe('Service 2000');
    expect(all.length).toBeLessThan(40);
  });

  it('a search shows what it finds, and its code', async () => {
    await window.keys('service 9876');
    const { all } = await found('one line', ({ all }) => all.length === 1);
    expect(all).toEqual(['Service 9876']);
    expect(codesAround(SECRET)).toContain(await window.code());
    await window.keys(Key.ESCAPE);
    await found('all again', ({ seen }) => seen.includes('Service 1'));
  });

  it('scrolled to the end, the last lines are there and no more than before', async () => {
    await window.driver.executeScript(
      `const view = document.getElementById('view'); view.scrollTop = view.scrollHeight;`,
    );
    const { all, seen } = await found('the end', ({ seen }) => seen.at(-1) === 'Service 9999');
    expect(seen).toEqual(seen.map((_, n) => `Service ${10_000 - seen.length + n}`));
    expect(all.length).toBeLessThan(40);
  });

  it('the search points at no row that is not in the page', async () => {
    const points = (await window.driver.executeScript(`
      const search = document.querySelector('[data-testid="search"]');
      const named = ['aria-activedescendant', 'aria-controls'].map((name) => search.getAttribute(name));
      return named.filter((id) => id !== null && document.getElementById(id) === null);`)) as string[];
    expect(points).toEqual([]);
  });

  it('the keyboard reaches both ends', async () => {
    await (await window.find('[data-testid="search"]')).click();
    await window.keys(Key.HOME);
    await found('the beginning', ({ seen }) => seen.includes('Service 1'));
    await window.keys(Key.END);
    await found('the end', ({ seen }) => seen.at(-1) === 'Service 9999');
  });
});
