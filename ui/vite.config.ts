import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `--mode fake` runs the whole interface in a plain browser, against an in-memory backend. The alias keeps the fake and
// its sample data out of the real build.
export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  resolve: {
    alias: {
      $backend: here(mode === 'fake' || mode === 'test' ? './src/backend/fake/index.ts' : './src/backend/tauri.ts'),
    },
    conditions: mode === 'test' ? ['browser'] : undefined,
  },
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
  build: {
    target: ['es2022', 'safari16'],
    // Everything is a file of its own origin: the content security policy admits no data: script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    // A ceiling for hangs, not a measure: a busy machine takes a minute for what takes a second.
    testTimeout: 60_000,
  },
}));
