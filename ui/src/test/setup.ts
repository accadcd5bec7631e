import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';
import i18next from 'i18next';
import '../strings';

// A condition is waited for, however busy the machine is.
configure({ asyncUtilTimeout: 8000 });

/** What jsdom lacks and the interface uses. */
class NoResize {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
if (typeof Element !== 'undefined') {
  // No pictures are drawn here; without this jsdom reports each try.
  HTMLCanvasElement.prototype.getContext = (() => null) as never;
  Element.prototype.scrollIntoView ??= () => {};
  Element.prototype.scrollTo ??= (() => {}) as typeof Element.prototype.scrollTo;
  Element.prototype.animate ??= (() => ({ finished: Promise.resolve(), cancel() {} })) as never;
}
globalThis.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  addEventListener() {},
  removeEventListener() {},
})) as unknown as typeof matchMedia;

// Tests look for words as they are written, without what keeps some of them on one line.
i18next.options.postProcess = false;
// A number of a center's rules that a view forgot to pass would leave a hole in a sentence.
i18next.options.missingInterpolationHandler = (text: string, [, word]: RegExpExecArray) => {
  throw new Error(`nothing is given for {{${word}}} in “${text}”`);
};
