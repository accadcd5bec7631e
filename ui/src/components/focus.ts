/** Focus without scrolling to it: what stands above is to be read first. Use as an attachment. */
export const focusHere = (element: HTMLElement): void => element.focus({ preventScroll: true });

/** What came to be said is seen, also where it stands below what fills a dialog. Use as an attachment. */
export const intoView = (element: HTMLElement): void => element.scrollIntoView({ block: 'nearest' });

/** What lies over the page and has a focus of its own. */
const OVER = '[role=dialog],[role=menu]';

/**
 * What has the focus may go while a person works by keys: a button that did its work, a page that is left. Then `main` takes
 * the focus, so that Tab goes on there and not at the beginning of the window. Use as an attachment.
 */
export function keepFocus(main: HTMLElement): () => void {
  let last: Element | null = null;
  const note = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    if (main.contains(target)) last = target;
    else if (!target.closest(OVER)) last = null;
  };
  const observer = new MutationObserver(() => {
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    // These see to it themselves.
    if (document.querySelector(OVER)) return;
    last = null;
    main.focus({ preventScroll: true });
  });
  document.addEventListener('focusin', note);
  // The whole page: what is shown over it goes from elsewhere.
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', note);
    observer.disconnect();
  };
}
