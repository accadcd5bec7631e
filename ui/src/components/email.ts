/** Whether a text can be an e-mail address, as one types. The center reads it more strictly and has the last word. */
export type EmailProblem = 'empty' | 'at' | 'domain' | 'letters' | 'long';

export function emailProblem(text: string): EmailProblem | null {
  const typed = text.trim().normalize('NFC');
  if (typed === '') return 'empty';
  if (new TextEncoder().encode(typed).length > 254) return 'long';
  if (/[\s"<>,;\\]|\p{Cc}/u.test(typed)) return 'letters';
  const at = typed.lastIndexOf('@');
  if (at <= 0 || typed.indexOf('@') !== at) return 'at';
  // A name of two or more parts, none of them empty; other scripts are fine.
  return /^[^.\s]+(\.[^.\s]+)+\.?$/u.test(typed.slice(at + 1)) ? null : 'domain';
}
