import { describe, expect, it } from 'vitest';
import { day, groupCode, groupSecret, initials, moment, size, span, tileColor, wait } from './format';

describe('codes are grouped as people read them', () => {
  it.each([
    ['123456', ['123', '456']],
    ['1234567', ['1234', '567']],
    ['12345678', ['1234', '5678']],
    ['123456789', ['123', '456', '789']],
    ['1234567890', ['1234', '5678', '90']],
    ['1234', ['1234']],
    ['R7KQ4', ['R7KQ4']],
  ])('%s', (code, groups) => {
    expect(groupCode(code)).toEqual(groups);
    expect(groupCode(code).join('')).toBe(code);
  });
});

it('groups a secret by four, without a trailing gap', () => {
  expect(groupSecret('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP');
  expect(groupSecret('JBSWY3DPEH')).toBe('JBSW Y3DP EH');
});

describe('initials', () => {
  it.each([
    ['GitHub', 'GH'],
    ['Deutsche Kreditbank', 'DK'],
    ['AWS', 'AW'],
    ['x', 'X'],
    ['🦊 Fuchsbau 🏡', '🦊'],
    ['👩‍💻 lab', '👩‍💻'],
    ['', '–'],
    ['...', '–'],
    ['海运货代', '海运'],
  ])('%s is %s', (name, letters) => expect(initials(name)).toBe(letters));
});

it('gives one issuer one color, whatever its case', () => {
  expect(tileColor('GitHub')).toBe(tileColor(' github '));
  for (const name of ['', 'a', 'بنك', '🦊']) {
    expect(tileColor(name)).toBeGreaterThanOrEqual(1);
    expect(tileColor(name)).toBeLessThanOrEqual(10);
  }
});

it('writes waits as a clock does', () => {
  expect(wait(47)).toBe('0:47');
  expect(wait(46.2)).toBe('0:47');
  expect(wait(725)).toBe('12:05');
  expect(wait(3723)).toBe('1:02:03');
  expect(wait(-3)).toBe('0:00');
});

it('names the year only when it is another one', () => {
  const now = new Date(2026, 10, 23, 15, 0).getTime();
  const at = (y: number, m: number, d: number, h = 14, min = 36) => new Date(y, m, d, h, min).getTime() / 1000;
  expect(day(at(2026, 10, 24), now)).toBe('24 November');
  expect(day(at(2025, 2, 3), now)).toBe('3 March 2025');
  expect(moment(at(2026, 10, 23, 9, 5), now, 'today')).toBe('today, 09:05');
  expect(moment(at(2026, 9, 1, 9, 5), now, 'today')).toBe('1 October, 09:05');
});

it('tells a length of time as rules name it', () => {
  expect([72 * 3600, 24 * 3600, 90 * 86_400, 4 * 86_400].map(span)).toEqual([
    '72 hours',
    '24 hours',
    '90 days',
    '4 days',
  ]);
  expect([3600, 600, 60, 90, 1].map(span)).toEqual(['1 hour', '10 minutes', '1 minute', '90 seconds', '1 second']);
});

it('tells a size as limits of files are told', () => {
  expect(size(0)).toBe('0 B');
  expect(size(1536)).toBe('2 KB');
  expect(size(10 * 1024 * 1024)).toBe('10 MB');
  expect(size(2.4 * 1024 * 1024)).toBe('2.4 MB');
});
