import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { By, eventually, Key, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';
const HEX = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';
const YANDEX = 'LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI';

/** mOTP, as its authors describe it: the first six hex digits of MD5 over ten-second count, secret and PIN. */
const motp = (secret: string, pin: string, seconds: number) =>
  createHash('md5')
    .update(`${Math.floor(seconds / 10)}${secret}${pin}`)
    .digest('hex')
    .slice(0, 6);

/** Yandex's: eight letters from 63 bits of an HMAC under the digest of PIN and secret. */
function yandex(pin: string, seconds: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...YANDEX].map((char) => alphabet.indexOf(char).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))).subarray(0, 16);
  const digest = createHash('sha256').update(pin).update(secret).digest();
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const mac = createHmac('sha256', digest[0] === 0 ? digest.subarray(1) : digest)
    .update(counter)
    .digest();
  let value = mac.readBigUInt64BE(mac[mac.length - 1]! & 15) & 0x7fffffffffffffffn;
  value %= 26n ** 8n;
  let code = '';
  for (let n = 0; n < 8; n++) {
    code = String.fromCharCode(97 + Number(value % 26n)) + code;
    value /= 26n;
  }
  return code;
}

const around = (code: (seconds: number) => string) => {
  const now = Date.now() / 1000;
  return [code(now - 5), code(now)];
};

describe('codes that need a PIN', () => {
  let window: Window;
  beforeAll(async () => {
    window = await Window.open({ desktop: true });
    window.tessera(window.vault, PASSWORD, 'init', '--kdf-memory', '64');
    await window.driver.navigate().refresh();
    await window.unlock(PASSWORD);
    await window.see('No codes yet', 60);
  });
  afterAll(() => window?.close());

  const add = async (kind: string, issuer: string, secret: string, pin: string) => {
    await window.control('n');
    await window.press('By hand');
    await window.fill('issuer', issuer);
    await (await window.find('.more-numbers summary')).click();
    await (await window.find(`option[value="${kind}"]`)).click();
    await window.fill('secret', secret);
    if (pin) await window.fill('pin', pin);
    await window.press('Look at it and save');
    await window.see('Look at it, then save');
    await (await window.find('[data-testid="save"]')).click();
    await window.find('[data-testid="search"]');
  };
  const only = async (issuer: string) => {
    await window.keys(Key.ESCAPE, issuer);
    const lines = () => window.driver.findElements(By.css('[data-testid="entry"]'));
    await eventually(issuer, async () => (await lines()).length === 1);
  };

  it('a PIN that is kept is used without asking', async () => {
    await add('motp', 'Bunker', HEX, '1234');
    await only('Bunker');
    expect(around((at) => motp(HEX, '1234', at))).toContain(await window.code());
    await add('yandex', 'Ya', YANDEX, '5239');
    await only('Ya');
    expect(around((at) => yandex('5239', at))).toContain(await window.code());
  });

  it('a PIN that is not kept is asked for, and the code is gone with its time', async () => {
    await add('motp', 'Vault door', OTHER, '');
    await only('Vault');
    await window.see('Ask for PIN');
    await window.keys(Key.ENTER);
    await window.see('PIN of Vault door');
    await window.fill('pin', '12');
    await window.press('Show and copy');
    await window.see('That cannot be the PIN');
    await window.fill('pin', '4321');
    await window.press('Show and copy');
    await window.see('Copied Vault door');
    const expected = (at: number) => motp(OTHER, '4321', at);
    expect(around(expected)).toContain(await window.code());
    expect(around(expected)).toContain((await window.desktop.paste()).text);
    await window.see('Ask for PIN');
  });
});
