import { expect, it } from 'vitest';
import { daysLeft } from './days';

const DAY = 86_400;

it('counts the begun day, down to none', () => {
  expect(daysLeft(1000, 1000)).toBe(30);
  expect(daysLeft(1000, 1000 + DAY)).toBe(29);
  expect(daysLeft(1000, 1000 + 29.5 * DAY)).toBe(1);
  expect(daysLeft(1000, 1000 + 31 * DAY)).toBe(0);
});
