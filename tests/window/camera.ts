/**
 * The way from a webcam to a code through the real window, on a machine that has a camera: bundled by `npm run camera`
 * in ui/, run with Node.js on that machine. Arguments: the secret that the code before the camera holds, in base32, and
 * the folder for the picture. TESSERA_PATIENCE stretches every time limit, for emulated machines.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codesAround, eventually, sleep, Window } from './harness';

const [secret, folder] = process.argv.slice(2);
if (!secret || !folder) throw new Error('usage: camera.mjs SECRET FOLDER');
const told = (what: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${what}`);

const window = await Window.open({ width: 1100, height: 720 });
try {
  told('the window is open');
  await window.createVault('quarry lantern ninety');
  told('the vault is made');
  await window.control('n');
  await window.press('Camera');
  await window.see('code found', 60);
  await sleep(5000);
  writeFileSync(join(folder, 'add-camera-live.png'), window.screen());
  told('the code before the camera is found');
  await window.press('Look at it and save');
  await window.see('Look at it, then save');
  writeFileSync(join(folder, 'add-camera-review.png'), window.screen());
  await (await window.find('[data-testid="save"]')).click();
  await window.find('[data-testid="search"]');
  const code = await eventually('the right code', async () => {
    const shown = await window.code();
    return codesAround(secret).includes(shown) ? shown : null;
  });
  writeFileSync(join(folder, 'add-camera-code.png'), window.screen());
  told(`the code is ${code}, as it should be`);
} finally {
  await window.close();
}
