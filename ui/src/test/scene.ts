/** The whole window against the fake, for tests of what a person sees. */
import { backend } from '$backend';
import { configure } from '@testing-library/svelte';
import axe from 'axe-core';
import { FakeBackend } from '../backend/fake';
import { backups } from '../features/backup/backup.svelte';
import { desk } from '../features/desk/desk.svelte';
import { identity } from '../features/identity/identity.svelte';
import { tickets } from '../features/tickets/tickets.svelte';
import { app } from '../state/app.svelte';
import { center } from '../state/center.svelte';
import { toasts } from '../state/toasts.svelte';
import { vault } from '../state/vault.svelte';

// A slow machine is no fault of the page: what is waited for may take its time.
configure({ asyncUtilTimeout: 15_000 });

/** The one fake behind `$backend` takes on the scene of each test. */
export function scene(options: ConstructorParameters<typeof FakeBackend>[0]): FakeBackend {
  const fake = new FakeBackend(options);
  fake.slow = 0;
  fake.tickets.piece = 0;
  for (const name of Object.getOwnPropertyNames(FakeBackend.prototype) as (keyof FakeBackend)[])
    if (name !== ('constructor' as string) && typeof fake[name] === 'function')
      (backend as unknown as Record<string, unknown>)[name] = (fake[name] as () => unknown).bind(fake);
  const { center, tickets, desk, moving, backups } = fake;
  Object.assign(backend, { center, tickets, desk, moving, backups });
  return fake;
}

/** Nothing of the test before is left on the page. */
export function fresh(): void {
  app.status = null;
  app.open('codes');
  app.firstRun = false;
  vault.clear();
  center.clear();
  identity.clear();
  tickets.clear();
  desk.clear();
  backups.clear();
  toasts.dismiss();
}

export async function violations(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    // jsdom has no layout: colors are checked by the tokens' ratios, regions by the real window.
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(' | ')}`);
}
