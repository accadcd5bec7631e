/** A scene of the played shell behind `$backend`, and what axe finds in the page. */
import { backend } from '$backend';
import axe from 'axe-core';
import { FakeBackend } from '../backend/fake';

/** The one fake behind `$backend` takes on the scene of each test. */
export function scene(options: ConstructorParameters<typeof FakeBackend>[0]): FakeBackend {
  const fake = new FakeBackend(options);
  fake.slow = 0;
  fake.tickets.piece = 0;
  for (const name of Object.getOwnPropertyNames(FakeBackend.prototype) as (keyof FakeBackend)[])
    if (name !== ('constructor' as string) && typeof fake[name] === 'function')
      (backend as unknown as Record<string, unknown>)[name] = (fake[name] as () => unknown).bind(fake);
  Object.assign(backend, { center: fake.center, tickets: fake.tickets, desk: fake.desk });
  return fake;
}

export async function violations(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    // jsdom has no layout: colors are checked by the tokens' ratios, regions by the real window.
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 140)).join(' | ')}`);
}
