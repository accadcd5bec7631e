import { describe, expect, it } from 'vitest';
import { countries, homeCountry, readPhone, shownPhone } from './phone';

describe('a phone number', () => {
  it('is read as people write it, with or without its country', () => {
    for (const text of ['0151 5550 0142', '+49 151 5550 0142', '+49 (151) 5550-0142', '＋49 151 55500142'])
      expect(readPhone(text, 'DE')).toEqual({ e164: '+4915155500142', problem: null });
    expect(readPhone('138 0013 8000', 'CN').e164).toBe('+8613800138000');
    // What is typed with a country code counts, whatever the list says.
    expect(readPhone('+86 138 0013 8000', 'DE').e164).toBe('+8613800138000');
  });
  it('says why it is none', () => {
    expect(readPhone('  ', 'DE').problem).toBe('empty');
    expect(readPhone('0151-FLOWERS', 'DE').problem).toBe('letters');
    expect(readPhone('+49 151 5550 0142 ext. 5', 'DE').problem).toBe('letters');
    expect(readPhone('49+151', 'DE').problem).toBe('letters');
    expect(readPhone('170 555', 'DE').problem).toBe('short');
    expect(readPhone('+999 123 456 789', 'DE').problem).toBe('none');
    expect(readPhone('1'.repeat(40), 'DE').problem).toBe('long');
    for (const text of ['170 555', '+999 123 456 789', 'x']) expect(readPhone(text, 'DE').e164).toBeNull();
  });
  it('digits of other scripts are no number, and fall through to words', () => {
    expect(readPhone('٠١٥١٥٥٥٠٠١٤٢', 'DE').problem).not.toBeNull();
  });
  it('is shown in groups, and what cannot be read stays', () => {
    expect(shownPhone('+8613800138000')).toBe('+86 138 0013 8000');
    expect(shownPhone('+999')).toBe('+999');
  });
});

describe('the list of countries', () => {
  it('has names, and begins where this computer is', () => {
    const all = countries('en');
    expect(all.length).toBeGreaterThan(200);
    expect(all.find((one) => one.code === 'CN')).toEqual({ code: 'CN', name: 'China', calling: '+86' });
    expect(homeCountry(['de-AT', 'en'])).toBe('AT');
    expect(homeCountry(['zh'])).toBe('CN');
    expect(homeCountry([])).toBe('US');
    // What the web view says under the POSIX locale, and a thing that no system should say.
    expect(homeCountry(['C', '', 'de-CH'])).toBe('CH');
    expect(homeCountry(['C'])).toBe('US');
  });
});
