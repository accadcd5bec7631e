/** Which rows of a long list have to exist. All in CSS pixels; rows are of one height. */
export interface Viewport {
  scrollTop: number;
  height: number;
  /** Where the list begins inside the scrolled content. */
  offset: number;
}

export interface Range {
  /** Index of the first and one past the last item to draw. */
  first: number;
  end: number;
  /** Space above the first drawn row, and the height of the whole list. */
  top: number;
  total: number;
}

export function visibleRange(view: Viewport, rowHeight: number, columns: number, count: number, overscan = 4): Range {
  const rows = Math.ceil(count / columns);
  if (rows === 0 || rowHeight <= 0) return { first: 0, end: 0, top: 0, total: 0 };
  const from = Math.floor((view.scrollTop - view.offset) / rowHeight) - overscan;
  const to = Math.ceil((view.scrollTop + view.height - view.offset) / rowHeight) + overscan;
  const firstRow = Math.min(Math.max(0, from), rows - 1);
  const endRow = Math.min(rows, Math.max(firstRow + 1, to));
  return {
    first: firstRow * columns,
    end: Math.min(count, endRow * columns),
    top: firstRow * rowHeight,
    total: rows * rowHeight,
  };
}

/** The scroll position that shows a row, moving as little as possible; null when it is in sight. */
export function scrollToShow(
  view: Viewport,
  rowHeight: number,
  columns: number,
  index: number,
  margin = 8,
): number | null {
  const top = view.offset + Math.floor(index / columns) * rowHeight;
  if (top - margin < view.scrollTop) return Math.max(0, top - margin);
  if (top + rowHeight + margin > view.scrollTop + view.height) return top + rowHeight + margin - view.height;
  return null;
}

/** Where an item would land that is dropped at a point of the list: the gap before this index. */
export function dropIndex(
  x: number,
  y: number,
  width: number,
  rowHeight: number,
  columns: number,
  count: number,
): number {
  const column = Math.min(columns - 1, Math.max(0, Math.floor((x / Math.max(1, width)) * columns)));
  // With one column the nearer edge counts; side by side, the left or right half.
  if (columns === 1) return Math.min(count, Math.max(0, Math.round(y / rowHeight)));
  const row = Math.max(0, Math.floor(y / rowHeight));
  const right = (x / Math.max(1, width)) * columns - column > 0.5 ? 1 : 0;
  return Math.min(count, Math.max(0, row * columns + column + right));
}
