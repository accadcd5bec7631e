/** What is cut off is told in full beside the pointer; what is read whole is not said twice. Use as an attachment. */
export function titleWhenClipped(element: HTMLElement): () => void {
  const look = () => {
    const clipped = element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
    if (clipped) element.title = element.textContent.trim();
    else element.removeAttribute('title');
  };
  element.addEventListener('pointerenter', look);
  return () => element.removeEventListener('pointerenter', look);
}
