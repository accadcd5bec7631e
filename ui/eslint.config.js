import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist', 'dist-fake', 'src/backend/types'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    rules: {
      // TypeScript already knows which names exist.
      'no-undef': 'off',
      'no-console': 'error',
      // Maps in state are replaced whole ($state.raw), which is cheaper for the list than tracking each key.
      'svelte/prefer-svelte-reactivity': 'off',
      // Joiners and variation selectors are meant.
      'no-misleading-character-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Only the folder that speaks to the shell may import Tauri.
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*'], message: 'Go through src/backend.' }] },
      ],
    },
  },
  { files: ['src/backend/tauri*.ts', 'src/backend/ipc.ts'], rules: { 'no-restricted-imports': 'off' } },
);
