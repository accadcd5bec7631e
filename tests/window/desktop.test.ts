import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, codesAround, eventually, fixtures, Key, sleep, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';
const SECRET = 'JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ';
const FREIGHT = join(fixtures, 'totp.png');
const MAIL = join(fixtures, 'hotp.png');

describe('among other programs', () => {
  let window: Window;
  let groups: string[];
  beforeAll(async () => {
    // Left and right of the window there is room for pictures.
    window = await Window.open({ width: 1750, height: 900, desktop: true });
    await window.fill('new-password', PASSWORD);
    await window.fill('new-password-again', PASSWORD);
    await window.press('Create vault');
    const code = await window.find('[data-testid="recovery-code"]', 60);
    groups = await Promise.all((await code.findElements(By.css('span'))).map((span) => span.getText()));
  });
  afterAll(() => window?.close());

  const issuers = async () => {
    const fields = await window.driver.findElements(By.css('[data-testid="review-item"] [name="issuer"]'));
    return Promise.all(fields.map((field) => field.getAttribute('value')));
  };
  const leaveReview = async () => {
    await window.keys(Key.ESCAPE, Key.ESCAPE);
    await window.find('[data-testid="search"]');
  };
  const open = async (way: string) => {
    await window.control('n');
    await window.press(way);
  };

  it('prints the recovery code, and nothing else of the window', async () => {
    await window.press('Print');
    const dialog = await eventually('the print dialog', async () => window.desktop.windows('^Print$')[0]);
    await sleep(500);
    // The only printer there is writes into a file.
    window.desktop.input('windowfocus', dialog, 'mousemove', '--window', dialog, 80, 86, 'click', 1);
    await sleep(500);
    window.desktop.input('key', 'Return');
    const paper = join(window.home, 'output.pdf');
    await eventually('the printed file', async () => existsSync(paper) && statSync(paper).size > 0);
    await eventually('printed to its end', async () => readFileSync(paper).includes('%%EOF'));
    const text = execFileSync('pdftotext', ['-layout', paper, '-'], { encoding: 'utf8' });
    for (const group of groups) expect(text).toContain(group);
    expect(text).not.toContain('I have it on paper');
    expect(text.split('\f')).toHaveLength(2);
  });

  it('saves the recovery code for its owner alone', async () => {
    const paper = join(window.home, 'paper.txt');
    await window.press('Save as a file');
    await window.chooseFile(paper);
    await window.see(`Saved at ${paper}`);
    expect(readFileSync(paper, 'utf8')).toContain(groups.join('-'));
    expect(statSync(paper).mode & 0o777).toBe(0o600);
    await window.press('I have it on paper');
    await window.confirmRecovery(groups);
    await window.see('No codes yet', 60);
  });

  it('finds a QR code that another program shows', async () => {
    await window.desktop.show([FREIGHT], 20, 300);
    await open('Screen');
    await window.press('Look at the screen');
    await window.see('Look at it, then save');
    expect(await issuers()).toEqual(['Haiyun Freight']);
    await (await window.find('[data-testid="save"]')).click();
    await window.see('ops@haiyun.example');
    expect(codesAround(SECRET)).toContain(await window.code());
  });

  it('looks only at the part of the screen that was drawn', async () => {
    await window.desktop.show([MAIL], 1480, 300);
    await open('Screen');
    await window.press('Look at the screen');
    await eventually('both codes', async () => (await issuers()).length === 2);
    await leaveReview();
    await open('Screen');
    await (await window.find(By.xpath("//button[@role='radio'][normalize-space(.)='A part']"))).click();
    const plan = await window.find('.plan');
    const { width } = await plan.getRect();
    // From its middle: the right third of the screen.
    const drag = (part: number) => ({ origin: plan, x: Math.round(width * part), y: 0, duration: 100 });
    await window.driver
      .actions()
      .move({ ...drag(0.33), y: -60 })
      .press()
      .move({ ...drag(0.49), y: 60 })
      .release()
      .perform();
    await window.press('Look at the screen');
    await eventually('one code', async () => (await issuers()).length > 0);
    expect(await issuers()).toEqual(['Meridian Mail']);
    await leaveReview();
  });

  it('finds a QR code that lies under its own window', async () => {
    await window.desktop.hide();
    await window.desktop.show([MAIL], 700, 300);
    // Where there is no window manager, the window that was raised last lies on top.
    window.desktop.input('windowraise', window.desktop.windows('^Tessera$')[0]!);
    await open('Screen');
    await window.press('Look at the screen');
    await eventually('the code', async () => (await issuers()).length > 0);
    expect(await issuers()).toEqual(['Meridian Mail']);
    await leaveReview();
    await window.desktop.hide();
  });

  it('reads pictures that are dropped on it, whatever view is open', async () => {
    const { desktop } = window;
    await desktop.show([FREIGHT, MAIL], 20, 300);
    desktop.input('mousemove', 100, 400, 'mousedown', 1);
    for (const x of [110, 130, 200, 400, 700, 705]) desktop.input('mousemove', x, 420, 'sleep', '0.05');
    await window.see('Let go to read the pictures');
    desktop.input('mouseup', 1);
    await eventually('both codes', async () => (await issuers()).length === 2);
    expect(await issuers()).toEqual(['Haiyun Freight', 'Meridian Mail']);
    await window.see('You already have an entry with this very secret');
    await (await window.find('[data-testid="save"]')).click();
    await window.see('lena@meridian.example');
    await desktop.hide();
  });

  it('reads pictures that are chosen', async () => {
    await open('Image file');
    await window.press('Choose files');
    await window.chooseFile(MAIL);
    await window.see('You already have an entry with this very secret');
    expect(await issuers()).toEqual(['Meridian Mail']);
    await leaveReview();
  });

  describe('a copied code', () => {
    const copy = async () => {
      await window.keys('haiyun', Key.ENTER);
      await window.see('Copied Haiyun Freight');
      await window.keys(Key.ESCAPE);
    };

    it('is on the clipboard, hidden from histories, and cleared after 20 seconds', async () => {
      await copy();
      const start = Date.now();
      await window.see('cleared in 20 s');
      const { text, hint } = await window.desktop.paste();
      expect(codesAround(SECRET)).toContain(text);
      expect(hint).toBe('secret');
      await eventually('cleared', async () => (await window.desktop.paste()).text === null, 30);
      expect(Date.now() - start).toBeGreaterThan(18_000);
    });

    it('is left alone when something else was copied since', async () => {
      await window.press('Settings');
      await (await window.find('#settings-clipboard option[value="10"]')).click();
      await window.press('Codes');
      await window.find('[data-testid="search"]');
      await copy();
      await window.desktop.copy('a letter');
      await sleep(12_000);
      expect((await window.desktop.paste()).text).toBe('a letter');
    });
  });
});
