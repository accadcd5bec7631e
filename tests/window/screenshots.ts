/**
 * Takes the pictures of every view, in both themes, from the real window: `npm run screenshots` in ui/. They go to
 * docs/screenshots. The account center has its own script, screenshots-center.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { By, fixtures, Key, sleep, Window } from './harness';
import { PASSWORD, shoot, themes } from './shoot';

const accounts: [string, string, string][] = [
  ['GitHub', 'lenahof', 'MZXW6YTBOJXXA4DP'],
  ['Nordlicht Mail', 'lena.hofmann@nordlicht.example', 'GEZDGNBVGY3TQOJQ'],
  ['AWS', 'nordlicht-prod · root', 'JBSWY3DPEBLW64TMMQQQ'],
  ['Bitwarden', 'lena@hofmann.example', 'KRUGKIDROVUWG2ZA'],
  ['Cloudflare', 'platform@nordlicht.example', 'NBSWY3DPO5XXE3DE'],
  ['Deutsche Kreditbank', '1031 4470 29', 'ORSXG5DTMVRXEZLU'],
  [
    'Landesamt für Geoinformation und Landentwicklung Baden-Württemberg',
    'hofmann-l.extern@geoportal.example',
    'OBQXG43XN5ZGI4DB',
  ],
  ['بنك النيل', 'لينا هوفمان', 'MFRGGZDFMZTWQ2LK'],
];

for (const theme of themes)
  it(`every view, ${theme}`, { timeout: 600_000 }, async () => {
    const window = await Window.open({ width: 1100, height: 720 });
    const take = (name: string) => shoot(window, name, theme);
    try {
      await window.fill('new-password', PASSWORD);
      await window.fill('new-password-again', PASSWORD);
      await window.see('Strong.');
      await take('first-run-password');
      await window.press('Create vault');
      const code = await window.find('[data-testid="recovery-code"]', 60);
      const groups = await Promise.all((await code.findElements(By.css('span'))).map((span) => span.getText()));
      await take('first-run-recovery');
      await window.press('I have it on paper');
      await window.find('[name^="recovery-group-"]');
      await take('first-run-confirm');
      await window.confirmRecovery(groups);
      await window.see('No codes yet', 60);
      await take('codes-empty');

      for (const [issuer, account, secret] of accounts) await window.addByHand(issuer, account, secret);
      await window.control('n');
      await window.find('#add-panel');
      await sleep(1500);
      await take('add-camera');
      await window.press('Screen');
      await take('add-screen');
      await window.press('Image file');
      await take('add-image');
      await window.press('By hand');
      await window.fill('issuer', 'Hetzner');
      await window.fill('account', 'K0118-nordlicht');
      await window.fill('secret', 'JBSW Y3DP EHPK 3PXP 0EZD GNBV');
      await take('add-by-hand');
      await window.press('Paste');
      await window.pasteImage(readFileSync(join(fixtures, 'totp.png')));
      await window.see('Look at it, then save');
      await take('add-review');
      await (await window.find('[data-testid="save"]')).click();
      await window.find('[data-testid="search"]');
      await sleep(4500);
      await take('codes');
      await window.keys('nord');
      await take('codes-search');
      await window.keys(Key.ESCAPE);
      await window.press('Hide codes until asked');
      await take('codes-hidden');
      await window.press('Hide codes until asked');
      await (await window.find('[data-testid="search"]')).click();
      await window.keys('haiyun');
      await window.control('e');
      await window.find('[data-testid="details"]');
      await take('details');
      await window.press('Show QR code and secret…');
      await window.fill('password', PASSWORD);
      await window.press('Show for 60 s');
      await window.find('[data-testid="qr"]', 60);
      await take('details-secret');
      await window.press('Hide now');
      await window.press('Edit');
      await take('details-edit');
      await window.press('Cancel');
      await window.press('Move to trash');
      await window.press('Trash');
      // Until the answer with its Undo is gone.
      await sleep(8500);
      await take('trash');
      await window.press('Settings');
      await window.find('#settings-codes');
      await take('settings');
      await window.press('Password and recovery');
      await take('settings-password');
      await window.press('Health');
      await window.press('Check');
      await window.see('All is well', 60);
      await window.press('Look');
      await sleep(3000);
      await take('settings-health');
      await window.press('Audit log');
      await take('settings-audit-log');
      await window.lock();
      await take('unlock');
      await window.unlock('not the password');
      await window.see('That password does not open this vault', 60);
      await take('unlock-wrong');
    } finally {
      await window.close();
    }
  });
