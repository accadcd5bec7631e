/** Phone numbers as people write them, read with the metadata that the center reads them with. */
import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max';

export type { CountryCode };

export interface PhoneRead {
  /** `+4915155500142`; null: no number. */
  e164: string | null;
  /** Why not; null while there is nothing to say. */
  problem: 'empty' | 'letters' | 'short' | 'long' | 'none' | null;
}

export function readPhone(text: string, country: CountryCode): PhoneRead {
  const typed = text.normalize('NFKC').trim();
  const no = (problem: PhoneRead['problem']): PhoneRead => ({ e164: null, problem });
  if (typed === '') return no('empty');
  // Letters would be read as the keys of a keypad.
  if (/[^\d\s()./+-]/.test(typed) || typed.lastIndexOf('+') > 0) return no('letters');
  const digits = typed.replace(/\D/g, '').length;
  const number = parsePhoneNumberFromString(typed, country);
  if (number?.isValid()) return { e164: number.number, problem: null };
  if (digits < 7 || (number && !number.isPossible() && digits < 10)) return no('short');
  return no(digits > 15 ? 'long' : 'none');
}

/** `+49 1515 5500142`; what cannot be read stays as it is. */
export const shownPhone = (e164: string): string => parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;

export interface Country {
  code: CountryCode;
  name: string;
  calling: string;
}

export function countries(language: string): Country[] {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code, calling: `+${getCountryCallingCode(code)}` }))
    .sort((a, b) => a.name.localeCompare(b.name, language));
}

/** Where this computer says it is. */
export function homeCountry(languages: readonly string[] = navigator.languages): CountryCode {
  const known = new Set<string>(getCountries());
  for (const language of languages) {
    const region = regionOf(language);
    if (region && known.has(region)) return region as CountryCode;
  }
  return 'US';
}

function regionOf(language: string): string | undefined {
  try {
    return new Intl.Locale(language).maximize().region;
  } catch {
    // Under the POSIX locale the web view says that its language is "C", which is none.
    return undefined;
  }
}
