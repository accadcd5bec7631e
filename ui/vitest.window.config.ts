import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The tests of the real window stand in tests/window, what they import in ui/node_modules.
const require = createRequire(import.meta.url);
const tests = fileURLToPath(new URL('../tests/window', import.meta.url));

export default defineConfig({
  root: tests,
  resolve: {
    alias: [
      { find: /^selenium-webdriver\/http$/, replacement: require.resolve('selenium-webdriver/http') },
      { find: /^selenium-webdriver$/, replacement: require.resolve('selenium-webdriver') },
      { find: /^axe-core$/, replacement: require.resolve('axe-core') },
      { find: /^vitest$/, replacement: fileURLToPath(new URL('./node_modules/vitest/dist/index.js', import.meta.url)) },
    ],
  },
  test: {
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: process.env.TESSERA_SCREENSHOTS
      ? [{ extends: true, test: { name: 'screenshots', include: ['screenshots*.ts'], fileParallelism: false } }]
      : [
          // One window at a time: they share the machine's clipboard and its two cores.
          {
            extends: true,
            test: {
              name: 'window',
              include: ['*.test.ts'],
              exclude: ['center-*.test.ts'],
              maxWorkers: 1,
              sequence: { groupOrder: 0 },
            },
          },
          // Most of their time these wait for the next code or the end of a hold: two files side by side.
          {
            extends: true,
            test: { name: 'center', include: ['center-*.test.ts'], maxWorkers: 2, sequence: { groupOrder: 1 } },
          },
        ],
  },
});
