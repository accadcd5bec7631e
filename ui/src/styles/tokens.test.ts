/** WCAG 2.2 AA, computed from the tokens: 4.5:1 for text, 3:1 for what draws controls. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const colors = (block: string) =>
  new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, color]) => [name!, color!]));
const block = (selector: string) => css.slice(css.indexOf(selector)).match(/\{([^{}]*)\}/)![1]!;

const themes = {
  light: colors(block(":root,\n[data-theme='light']")),
  dark: colors(block("\n[data-theme='dark']")),
  'dark by the system': colors(block(":root:not([data-theme='light'])")),
};
const tiles = colors(block(':root {'));

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['canvas', 'surface', 'sunken', 'hover'];
const text: [string, string[]][] = [
  ['ink', [...grounds, 'accent-soft', 'ok-soft', 'bronze-soft', 'danger-soft']],
  ['ink-2', [...grounds, 'accent-soft', 'ok-soft', 'bronze-soft', 'danger-soft']],
  ['ink-3', [...grounds, 'accent-soft', 'bronze-soft']],
  ['accent', grounds],
  ['accent-ink', ['accent-soft', 'surface']],
  ['ok', [...grounds, 'ok-soft']],
  ['bronze', [...grounds, 'bronze-soft']],
  ['danger', [...grounds, 'danger-soft']],
  ['on-accent', ['accent', 'accent-hover']],
  ['on-danger', ['danger', 'danger-hover']],
];
const graphics = ['edge', 'bronze-fill', 'accent', 'focus'];

it.each(Object.entries(themes))('text and controls stand out, %s', (_, tokens) => {
  const color = (name: string) => tokens.get(name) ?? expect.fail(`no --${name}`);
  const low: string[] = [];
  const check = (name: string, ground: string, least: number) => {
    const found = ratio(color(name), color(ground));
    if (found < least) low.push(`${name} on ${ground}: ${found.toFixed(2)}`);
  };
  for (const [name, on] of text) for (const ground of on) check(name, ground, 4.5);
  for (const name of graphics) for (const ground of ['canvas', 'surface', 'sunken']) check(name, ground, 3);
  expect(low).toEqual([]);
});

it('white stands out on every tile', () => {
  const found = [...tiles].filter(([name]) => name.startsWith('tile-'));
  expect(found).toHaveLength(10);
  for (const [name, color] of found) expect(ratio('#ffffff', color), name).toBeGreaterThan(4.5);
});

it('a dark system and a dark choice look the same', () => {
  expect(Object.fromEntries(themes['dark by the system'])).toEqual(Object.fromEntries(themes.dark));
});
