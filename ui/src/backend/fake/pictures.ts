/** Pictures that look like a QR code and an icon. */
import { hash } from './data';

export function drawQr(seed: string): string {
  const dark: string[] = [];
  for (let y = 0; y < 29; y++)
    for (let x = 0; x < 29; x++) {
      const finder = (x < 7 && y < 7) || (x > 21 && y < 7) || (x < 7 && y > 21);
      const [fx, fy] = [x > 21 ? x - 22 : x, y > 21 ? y - 22 : y];
      const ring = fx === 0 || fx === 6 || fy === 0 || fy === 6 || (fx > 1 && fx < 5 && fy > 1 && fy < 5);
      if (finder ? ring : hash(`${x},${y}${seed}`) % 2) dark.push(`M${x + 4} ${y + 4}h1v1h-1z`);
    }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h37v37H0z"/><path d="${dark.join('')}"/></svg>`;
}

export const PICTURE =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"%3E%3Cpath fill="%230b665f" d="M0 0h8v8H0z"/%3E%3Cpath fill="%23fff" d="M2 2h4v4H2z"/%3E%3C/svg%3E';
