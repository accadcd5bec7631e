/** One walk on each database that is here, side by side: most of its time it waits for the next code. */
import { CenterServer, databases } from './center-server';
import type { Window } from './harness';

export interface Scene {
  center: CenterServer;
  windows: Window[];
  end(): Promise<void>;
}

/** What stands in the windows when something did not come as it should. */
export const inSight = async (windows: Window[]): Promise<string> =>
  (await Promise.all(windows.map((window) => window.text().catch(String))))
    .map((text) => `\n--- in the window:\n${text.replaceAll(/\n+/g, '\n').slice(0, 1500)}`)
    .join('');

/** Starts a scene for each database; none is left when one cannot be started. */
export async function scenes<S extends Scene>(
  start: (center: CenterServer) => Promise<S>,
  settings = {},
): Promise<S[]> {
  const started = await Promise.allSettled(
    databases.map(async (database) => {
      const center = await CenterServer.start(database, settings);
      try {
        return await start(center);
      } catch (error) {
        await center.end();
        throw error;
      }
    }),
  );
  const failed = started.find((one) => one.status === 'rejected');
  if (!failed) return started.map((one) => (one as PromiseFulfilledResult<S>).value);
  await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.end()));
  throw failed.reason;
}

/** A fault and what it came from. */
function causes(fault: unknown): string[] {
  if (!(fault instanceof Error)) return fault === undefined ? [] : [String(fault)];
  return [fault.message || fault.name, ...causes(fault.cause)];
}

/** The same step in each scene; the fault of one says where it was. */
export async function inEach<S extends Scene>(all: S[], step: (scene: S) => Promise<unknown>): Promise<void> {
  const done = await Promise.allSettled(all.map(step));
  for (const [n, one] of done.entries()) {
    if (one.status === 'fulfilled') continue;
    const { center, windows } = all[n]!;
    throw new Error(`on ${center.database}: ${causes(one.reason).join('; ')}${await inSight(windows)}`, {
      cause: one.reason,
    });
  }
}
