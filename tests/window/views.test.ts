import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, codesAround, eventually, Key, sleep, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';
const SECRET = 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ';

describe('the views of an open vault', () => {
  let window: Window;
  let recovery: string[];
  beforeAll(async () => {
    window = await Window.open();
    recovery = await window.createVault(PASSWORD);
    await window.addByHand('Hetzner', 'K0118', SECRET);
    await window.addByHand('بنك النيل', 'لينا 🦊', 'MZXW6YTBOJXXA4DP');
  });
  afterAll(() => window?.close());

  const lines = () => window.driver.findElements(By.css('[data-testid="entry"]'));

  it('a typed secret with a slip is said before anything is sent', async () => {
    await window.control('n');
    await window.press('By hand');
    await window.fill('secret', 'MZXW 0YTB');
    await window.see('“0” at place 5');
    await window.keys(Key.ESCAPE);
    await window.find('[data-testid="search"]');
  });

  it('typing searches, Escape shows all again', async () => {
    await window.keys('hetz');
    await eventually('one line', async () => (await lines()).length === 1);
    await window.keys(Key.ESCAPE);
    await eventually('two lines', async () => (await lines()).length === 2);
    await window.keys('النيل');
    await eventually('the Arabic name', async () => (await lines()).length === 1);
    await window.keys(Key.ESCAPE);
  });

  it('hidden until asked: no code in the page, Space shows one', async () => {
    await window.keys('hetz');
    await window.press('Hide codes until asked');
    const page = () => window.driver.executeScript('return document.body.textContent') as Promise<string>;
    await eventually('hidden', async () => (await page()).includes('••• •••') || (await page()).includes('hidden'));
    for (const code of codesAround(SECRET)) expect((await page()).replaceAll(/\s/g, '')).not.toContain(code);
    await (await window.find('[data-testid="search"]')).click();
    await window.keys(Key.ESCAPE);
    await window.keys(' ');
    expect(await window.code()).toMatch(/^\d{6}$/);
    await window.press('Hide codes until asked');
  });

  it('trash and back', async () => {
    await window.keys('hetz');
    await eventually('one line', async () => (await lines()).length === 1);
    await window.control('e');
    await window.press('Move to trash');
    await window.see('is in the trash');
    await window.press('Trash');
    await window.press('Restore Hetzner');
    await window.see('The trash is empty');
    await window.press('Codes');
    await window.see('Hetzner');
  });

  it('a setting stays after lock and unlock', async () => {
    await window.press('Settings');
    await window.find('#settings-codes');
    const compact = await window.find(By.xpath("//button[@role='radio'][normalize-space(.)='Compact']"));
    await compact.click();
    await sleep(300);
    await window.lock();
    await window.unlock(PASSWORD);
    await window.find('[data-testid="search"]', 60);
    await window.press('Settings');
    const again = await window.find(By.xpath("//button[@role='radio'][normalize-space(.)='Compact']"));
    await eventually('compact', async () => (await again.getAttribute('aria-checked')) === 'true');
  });

  it('the check of the whole file finds nothing', async () => {
    await window.press('Check');
    await window.see('All is well', 60);
  });

  it('the recovery code opens, then a new password and a new code are set', async () => {
    await window.lock();
    await window.press('Use the recovery code');
    await window.fill('recovery-code', recovery.join(' ').toLowerCase());
    await window.press('Unlock');
    await window.see('Set a new password', 60);
    await window.fill('new-password', 'an entirely new password');
    await window.fill('new-password-again', 'an entirely new password');
    await window.press('Set password');
    await window.see('Your new recovery code', 60);
    const groups = await eventually('the new code', async () => {
      const spans = await window.driver.findElements(By.css('[data-testid="recovery-code"] span'));
      return spans.length === 8 ? Promise.all(spans.map((span) => span.getText())) : null;
    });
    expect(groups).not.toEqual(recovery);
    await window.press('I have it on paper');
    await window.confirmRecovery(groups);
    await window.see('Hetzner', 60);
    await window.lock();
    await window.unlock(PASSWORD);
    await window.see('That password does not open this vault', 60);
    await window.unlock('an entirely new password');
    await window.see('Hetzner', 60);
  });
});

describe('a second window on the same file', () => {
  it('finds after a restart what was saved', async () => {
    const first = await Window.open();
    try {
      await first.createVault(PASSWORD);
      await first.addByHand('Hetzner', 'K0118', SECRET);
    } finally {
      await first.leave();
    }
    const second = await Window.open({ home: first.home });
    try {
      await second.unlock(PASSWORD);
      await second.see('Hetzner', 60);
    } finally {
      await second.close();
    }
  });
});
