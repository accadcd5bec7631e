/** What is cut off a picture: at each edge, in thousandths of its width or height. The shell is told what is left. */
import type { Crop } from '../../backend/tickets';

export const edges = ['left', 'right', 'top', 'bottom'] as const;
export type Edge = (typeof edges)[number];
export type Cut = Record<Edge, number>;

/** What is left is something: a tenth each way. */
export const LEAST = 100;
export const whole: Cut = { left: 0, right: 0, top: 0, bottom: 0 };

const opposite: Record<Edge, Edge> = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' };
const within = (value: number, most: number) => Math.round(Math.min(Math.max(0, value), most));

/** How much can be cut off at an edge, with the others as they are. */
export const most = (cut: Cut, edge: Edge): number => 1000 - LEAST - cut[opposite[edge]];

/** The edges that were taken hold of go along, to the right by `dx` and down by `dy`; the others stay. */
export function pull(cut: Cut, taken: readonly Edge[], dx: number, dy: number): Cut {
  const by: Cut = { left: dx, right: -dx, top: dy, bottom: -dy };
  return Object.fromEntries(
    edges.map((edge) => [edge, taken.includes(edge) ? within(cut[edge] + by[edge], most(cut, edge)) : cut[edge]]),
  ) as Cut;
}

/** The frame as a whole goes along, as large as it is, no further than the picture. */
export function shift(cut: Cut, dx: number, dy: number): Cut {
  const left = within(cut.left + dx, cut.left + cut.right);
  const top = within(cut.top + dy, cut.top + cut.bottom);
  return { left, right: cut.left + cut.right - left, top, bottom: cut.top + cut.bottom - top };
}

/** The picture is turned a quarter to the right, and what was cut off with it. */
export const turned = (cut: Cut): Cut => ({ top: cut.left, right: cut.top, bottom: cut.right, left: cut.bottom });

export function cutOf(crop: Crop | null): Cut {
  if (!crop) return whole;
  const { left, top, width, height } = crop;
  return { left, top, right: 1000 - left - width, bottom: 1000 - top - height };
}

/** Null: nothing is cut off. */
export function cropOf(cut: Cut): Crop | null {
  if (edges.every((edge) => cut[edge] === 0)) return null;
  return { left: cut.left, top: cut.top, width: 1000 - cut.left - cut.right, height: 1000 - cut.top - cut.bottom };
}
