/**
 * What is typed, judged as it is typed. The rules are those of the center, which has the last word; here they only come
 * early. Of a phone number only the shape is judged here; `components/phone.ts` knows the numbers of each country.
 */
import type { Reading } from './kinds';

export type Problem =
  | 'empty'
  | 'long'
  | 'noAt'
  | 'domain'
  | 'space'
  | 'notAnEmail'
  | 'lines'
  | 'hidden'
  | 'numberShort'
  | 'numberLong'
  | 'numberSigns'
  | 'noCountry'
  | 'phoneLetters'
  | 'noSuchPhone'
  | 'textLong';

export const NAME_MAX = 100;
export const TEXT_MAX = 4000;
export const REASON_MAX = 2000;
const EMAIL_MAX = 254;
const PHONE_MAX = 40;

/** Marks that turn the direction of text or have no width: they make one name look like another. */
const hidden = /[\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{e0000}-\u{e007f}]/u;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/;
// eslint-disable-next-line no-control-regex -- as above; a text may have lines
const controlInText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const length = (text: string) => [...text].length;

export function check(reading: Reading, typed: string): Problem | null {
  const text = typed.normalize('NFC').trim();
  if (text === '') return 'empty';
  switch (reading) {
    case 'name':
    case 'line':
      return label(text);
    case 'number':
      return label(text) ?? documentNumber(text);
    case 'email':
      return email(text);
    case 'phone':
      return phoneShape(text);
    case 'text':
      return longText(text, TEXT_MAX);
    case 'document-type':
      return null;
  }
}

export function longText(text: string, most: number): Problem | null {
  if (text.trim() === '') return 'empty';
  if (controlInText.test(text)) return 'hidden';
  return length(text.trim()) > most ? 'textLong' : null;
}

function label(text: string): Problem | null {
  if (length(text) > NAME_MAX) return 'long';
  if (/[\r\n\t]/.test(text)) return 'lines';
  return hidden.test(text) || control.test(text) ? 'hidden' : null;
}

function documentNumber(text: string): Problem | null {
  if (/[^\p{Alphabetic}\p{N} \-./()]/u.test(text)) return 'numberSigns';
  const counted = length(text.replace(/[ \-./()]/g, ''));
  return counted < 4 ? 'numberShort' : counted > 40 ? 'numberLong' : null;
}

function email(text: string): Problem | null {
  if (length(text) > EMAIL_MAX) return 'long';
  if (/\s/.test(text)) return 'space';
  if (hidden.test(text) || control.test(text)) return 'hidden';
  const at = text.lastIndexOf('@');
  if (at < 0) return 'noAt';
  const [local, domain] = [text.slice(0, at), text.slice(at + 1).replace(/\.$/, '')];
  if (local === '' || local.includes('@') || /[<>(),;:"\\[\]]/.test(text) || /^\.|\.$|\.\./.test(local))
    return 'notAnEmail';
  const parts = domain.split('.');
  const good = (part: string) => /^[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u.test(part);
  return parts.length > 1 && parts.every(good) && !/^\d+$/.test(parts.at(-1)!) ? null : 'domain';
}

/** What can be said before the number is looked up. */
function phoneShape(typed: string): Problem | null {
  const text = typed.normalize('NFKC').trim();
  if (text.length > PHONE_MAX) return 'long';
  if (/[^\d ()\-./+\u00a0]/.test(text)) return 'phoneLetters';
  if (!text.startsWith('+') || text.lastIndexOf('+') > 0) return 'noCountry';
  return null;
}

/** Whether a text for "e-mail or phone" is an e-mail address. */
export const looksLikeEmail = (text: string): boolean => text.includes('@') || /\p{L}/u.test(text);

/**
 * Numbers that check themselves: a Chinese resident ID (GB 11643, ISO 7064 MOD 11-2) and a unified social credit code
 * (GB 32100). `fits` and `slip` are advice: another country may number its documents alike, so neither stops anybody.
 */
export function checkDigit(typed: string): 'fits' | 'slip' | null {
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[ \-./()]/g, '');
  if (/^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(text)) {
    let sum = 0;
    for (let n = 0; n < 17; n++) sum += Number(text[n]) * (2 ** (17 - n) % 11);
    return '10X98765432'[sum % 11] === text[17] ? 'fits' : 'slip';
  }
  if (/^[159Y][1239][1-9]\d{5}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    let sum = 0;
    let weight = 1;
    for (const letter of text.slice(0, 17)) {
      sum += alphabet.indexOf(letter) * weight;
      weight = (weight * 3) % 31;
    }
    return alphabet[(31 - (sum % 31)) % 31] === text[17] ? 'fits' : 'slip';
  }
  return null;
}
