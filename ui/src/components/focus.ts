/** Focus without scrolling to it: what stands above is to be read first. Use as an attachment. */
export const focusHere = (element: HTMLElement): void => element.focus({ preventScroll: true });
