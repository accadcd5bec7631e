// Makes tests/window/camera.ts a script that Node.js runs as it is. It stands in node_modules, because what it imports does.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  input: at('../tests/window/camera.ts'),
  platform: 'node',
  external: /^selenium-webdriver/,
  output: {
    file: at('node_modules/.tessera/camera.mjs'),
    format: 'esm',
    paths: { 'selenium-webdriver/http': 'selenium-webdriver/http/index.js' },
  },
});
