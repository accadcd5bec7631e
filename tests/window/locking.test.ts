import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';

describe('what the system tells locks the vault', () => {
  let window: Window;
  beforeAll(async () => {
    window = await Window.open({ desktop: true });
    window.tessera(window.vault, PASSWORD, 'init', '--kdf-memory', '64');
    window.tessera(window.vault, PASSWORD, 'add', 'otpauth://totp/Hetzner:K0118?secret=JBSWY3DPEHPK3PXP', '--yes');
    await window.driver.navigate().refresh();
  });
  afterAll(() => window?.close());
  beforeEach(async () => {
    await window.unlock(PASSWORD);
    await window.see('Hetzner', 60);
  });

  const isLocked = async (why: string) => {
    await window.see('Unlock vault.tessera');
    await window.see(why);
    expect(await window.text()).not.toContain('Hetzner');
  };

  it('the session is locked', async () => {
    await window.desktop.lockSession();
    await isLocked('when the screen locked');
  });

  it('the screen saver of the desktop begins', async () => {
    await window.desktop.screenSaver();
    await isLocked('when the screen locked');
  });

  it('the computer goes to sleep, which waits for it', async () => {
    const { desktop } = window;
    expect(desktop.events).toEqual([]);
    await desktop.sleep(true);
    await eventually('sleep may go on', async () => desktop.events.length === 1);
    await isLocked('when the computer went to sleep');
    // After waking up the next sleep is held back again.
    await desktop.sleep(false);
    await window.unlock(PASSWORD);
    await window.see('Hetzner', 60);
    await desktop.sleep(true);
    await eventually('the second sleep', async () => desktop.events.length === 2);
    await isLocked('when the computer went to sleep');
  });

  it('none of that where it is switched off', async () => {
    await window.press('Settings');
    for (const name of ['When the screen locks', 'When the computer sleeps'])
      await (await window.find(`[role="switch"][aria-label="${name}"]`)).click();
    await window.lock();
    await window.unlock(PASSWORD);
    await window.see('Hetzner', 60);
    await window.desktop.sleep(false);
    await window.desktop.lockSession();
    await window.desktop.screenSaver();
    await window.desktop.sleep(true);
    await eventually('told', async () => window.desktop.events.length === 3);
    expect(await window.text()).toContain('Hetzner');
  });
});
