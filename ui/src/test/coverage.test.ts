import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
const folders = {
  UI: ['ui/src', 'ui/src/features/tickets'],
  window: ['tests/window'],
  server: ['crates/center/tests/suite'],
  client: ['crates/center-client/tests/client'],
};

/** What the last cell of a line names: where, in which file, which tests. */
function named(cell: string) {
  const files = [...cell.matchAll(/(UI|window|server|client) `([\w.-]+)`: ((?:(?:“[^”]+”|`\w+`)(?:, )?)+)/g)];
  return files.map(([, where, file, tests]) => ({
    where: where as keyof typeof folders,
    file: file!,
    tests: [...tests!.matchAll(/“([^”]+)”|`(\w+)`/g)].map(([, sentence, name]) => sentence ?? name!),
  }));
}

describe('docs/coverage.md', () => {
  const lines = readFileSync(join(repository, 'docs/coverage.md'), 'utf8').split('\n');
  const rows = lines.filter((line) => /^\| \d+ \|/.test(line)).map((line) => line.split(' | '));

  it('has a line for each of the sixteen things that people ask', () => {
    expect(rows.map(([number]) => Number(number!.replace('| ', '')))).toEqual(
      Array.from({ length: 16 }, (_, n) => n + 1),
    );
  });

  it.each(rows)('%s: %s is shown by tests that are there, and told by a page that has the heading', (...cells) => {
    const [, , , guide, shown] = cells;
    const all = named(shown!);
    // Nothing of the cell is passed over.
    const tests = all.flatMap((one) => one.tests);
    expect(tests.length).toBeGreaterThan(0);
    expect(shown!.match(/“|`\w+_\w+`/g)).toHaveLength(tests.length);
    for (const { where, file, tests } of all) {
      const folder = folders[where].find((one) => readdirSync(join(repository, one)).includes(file));
      expect(folder, `${file} of ${where}`).toBeDefined();
      const source = readFileSync(join(repository, folder!, file), 'utf8');
      for (const test of tests) expect(source.includes(test), `${file}: ${test}`).toBe(true);
    }
    const [, page, anchor] = /\((guide\/[\w-]+\.md)#([^)]+)\)/.exec(guide!)!;
    const headings = readFileSync(join(repository, 'docs', page!), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    // As the sites that show these pages make an anchor of a heading.
    const anchors = headings.map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors, anchor).toContain(anchor);
  });
});
