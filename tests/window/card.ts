/** A photograph of a card, for the views that take one: nobody's, drawn here. */
import { toPng } from './picture';

const [width, height] = [960, 720];

/** Front or back of a made-up card on a table. */
export function card(side: 'front' | 'back'): Buffer {
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels[y * width + x] = color(x, y, side);
  return toPng({ width, height, pixels });
}

function color(x: number, y: number, side: 'front' | 'back'): number {
  const [cx, cy] = [x - 150, y - 160];
  // The table: boards with a little grain.
  if (cx < 0 || cx >= 660 || cy < 0 || cy >= 416) {
    const board = Math.floor(y / 90) % 2;
    const grain = Math.floor(6 * Math.sin(x / 37 + Math.floor(y / 9)) + 6 * Math.sin(y / 2.3));
    return rgb(168 + board * 8 + grain, 140 + board * 7 + grain, 108 + board * 5 + grain);
  }
  if (cy < 64) return rgb(11, 98, 94);
  const line = (cy - 110) % 44;
  if (side === 'front') {
    if (cx >= 36 && cx < 216 && cy >= 108 && cy < 336) {
      const head = (cx - 126) ** 2 + (cy - 190) ** 2 < 52 ** 2;
      const body = cy > 262 && (cx - 126) ** 2 / 80 ** 2 + (cy - 350) ** 2 / 92 ** 2 < 1;
      return head ? rgb(214, 180, 152) : body ? rgb(58, 78, 92) : rgb(196, 208, 206);
    }
    const long = [330, 250, 300, 190, 270][Math.floor((cy - 110) / 44)] ?? 0;
    if (cx >= 252 && cx < 252 + long && cy >= 110 && line < 16) return rgb(70, 84, 86);
  } else if (cy > 300 && cx > 30 && cx < 630 && (cy - 300) % 34 < 18 && (cx * 7) % 31 > 6) return rgb(60, 66, 68);
  return rgb(232, 240, 236);
}

const rgb = (r: number, g: number, b: number): number => (r << 16) | (g << 8) | b;
