import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';

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
