import { expect, it } from 'vitest';
import { unbroken } from './unbroken';

it('keeps e-mail on one line, and leaves all else as it is', () => {
  const kept = (text: string) => unbroken.process(text, '', {}, undefined);
  expect(kept('E-mail to the e-mail address')).toBe('E-\u2060mail to the e-\u2060mail address');
  expect(kept('a self-made sub-account, https://e-shop.example')).toBe(
    'a self-made sub-account, https://e-shop.example',
  );
});
