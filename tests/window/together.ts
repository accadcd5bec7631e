/** One walk on each database that is here, side by side: most of its time it waits for the next code. */
import { CenterServer, databases } from './center-server';
import { Window, type Options } from './harness';
import { Person, VAULT_PASSWORD } from './person';

export interface Scene {
  center: CenterServer;
  windows: Window[];
  end(): Promise<void>;
}

/** People beside one center, each with a window and a vault of their own. */
export interface Company extends Scene {
  people: Person[];
}

/** Opens a window for each, with a new vault in it. */
export async function company(center: CenterServer, ...options: Options[]): Promise<Company> {
  const opened = await Promise.allSettled(options.map((one) => Window.open(one)));
  const windows = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = () => Promise.all(windows.map((window) => window.close()));
  try {
    for (const one of opened) if (one.status === 'rejected') throw one.reason;
    await Promise.all(windows.map((window) => window.createVault(VAULT_PASSWORD)));
  } catch (error) {
    await close();
    throw error;
  }
  const end = async () => {
    await close();
    await center.end();
  };
  return { center, windows, people: windows.map((window) => new Person(window, center)), end };
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
