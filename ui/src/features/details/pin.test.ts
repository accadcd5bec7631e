import { expect, it } from 'vitest';
import { pinChange } from './pin';

it('a PIN that was kept stays unless another is typed or none is to be kept', () => {
  expect(pinChange(true, true, '')).toBeUndefined();
  expect(pinChange(true, true, '4711')).toBe('4711');
  expect(pinChange(true, false, '4711')).toBeNull();
});

it('one that was asked for each time is kept only when it is typed', () => {
  expect(pinChange(false, false, '')).toBeUndefined();
  expect(pinChange(false, true, '4711')).toBe('4711');
  expect(pinChange(false, true, '')).toBe('');
});
