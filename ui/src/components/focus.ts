/** Focus without scrolling to it: what stands above is to be read first. Use as an attachment. */
export const focusHere = (element: HTMLElement): void => element.focus({ preventScroll: true });

/** What came to be said is seen, also where it stands below what fills a dialog. Use as an attachment. */
export const intoView = (element: HTMLElement): void => element.scrollIntoView({ block: 'nearest' });
