/** Words. One folder per language, a file a feature; `t` takes only keys that English has. A second language is a second import here. */
import i18next from 'i18next';
import { en } from './en';
import { unbroken } from './unbroken';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    returnNull: false;
  }
}

void i18next.use(unbroken).init({
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  resources: { en: { translation: en } },
  // Svelte escapes what it shows.
  interpolation: { escapeValue: false },
  postProcess: [unbroken.name],
  returnNull: false,
});

export const t = i18next.t;

/** For keys that come from the shell (audit events, advice): the word, or the key itself made readable. */
export function tKey(prefix: string, key: string): string {
  const full = `${prefix}.${key}`;
  return i18next.exists(full) ? (i18next.t as (key: string) => string)(full) : key.replaceAll('_', ' ');
}
