/** What a number of guesses means to a person. */

/** Argon2id with 64 MiB or more on a fast graphics card, generously, times a hundred cards. */
const guessesPerSecond = 100 * 100;

export type Span = 'moment' | 'minutes' | 'hours' | 'days' | 'months' | 'years' | 'centuries' | 'ages';

/** The time until half of the guesses are tried, in words of one size. */
export function crackTime(guessesLog10: number): { span: Span; count: number } {
  const seconds = 10 ** guessesLog10 / 2 / guessesPerSecond;
  const of = (span: Span, unit: number) => ({ span, count: Math.max(1, Math.round(seconds / unit)) });
  if (seconds < 60) return { span: 'moment', count: 1 };
  if (seconds < 3600) return of('minutes', 60);
  if (seconds < 86_400) return of('hours', 3600);
  if (seconds < 60 * 86_400) return of('days', 86_400);
  if (seconds < 2 * 31_557_600) return of('months', 2_629_800);
  if (seconds < 1000 * 31_557_600) return of('years', 31_557_600);
  if (seconds < 1e6 * 31_557_600) return of('centuries', 3_155_760_000);
  return { span: 'ages', count: 1 };
}
