import { expect, it } from 'vitest';
import { titleWhenClipped } from './clipped';

it('only what is cut off is told again beside the pointer', () => {
  const text = document.createElement('span');
  text.textContent = ' a long reason ';
  const stop = titleWhenClipped(text);
  const enter = () => text.dispatchEvent(new Event('pointerenter'));
  enter();
  expect(text).not.toHaveAttribute('title');
  Object.defineProperty(text, 'scrollHeight', { value: 40, configurable: true });
  enter();
  expect(text).toHaveAttribute('title', 'a long reason');
  Object.defineProperty(text, 'scrollHeight', { value: 0 });
  enter();
  expect(text).not.toHaveAttribute('title');
  stop();
});
