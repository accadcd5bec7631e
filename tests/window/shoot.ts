/** What both scripts of pictures share: where they go, and how one is taken. The vaults are made up; their codes are worth nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sleep, type Window } from './harness';

const folder = resolve(process.env.TESSERA_SCREENSHOTS_TO ?? join(import.meta.dirname, '../../docs/screenshots'));
export const PASSWORD = 'quarry lantern ninety';
export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** From the screen, not from the web view: that is what a person sees. */
export async function shoot(window: Window, name: string, theme: Theme): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await window.driver.executeScript(`document.documentElement.dataset.theme = '${theme}'`);
  await sleep(600);
  writeFileSync(join(folder, `${name}--${theme}.png`), window.screen());
}
