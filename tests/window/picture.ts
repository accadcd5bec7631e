/** Pictures of an Xvfb screen: its framebuffer file (XWD) to a small PNG with a palette. */
import { deflateSync } from 'node:zlib';

interface Picture {
  width: number;
  height: number;
  /** One 0xRRGGBB a pixel. */
  pixels: Uint32Array;
}

/** XWD version 7 as Xvfb writes it: a header of 32-bit big-endian numbers, a color map, then 32 bits a pixel, BGRX. */
export function readXwd(file: Buffer): Picture {
  const field = (n: number) => file.readUInt32BE(n * 4);
  const [header, version, width, height, bitsPerPixel, bytesPerLine, colors] = [
    field(0),
    field(1),
    field(4),
    field(5),
    field(11),
    field(12),
    field(19),
  ];
  if (version !== 7 || bitsPerPixel !== 32)
    throw new Error(`not the expected framebuffer: version ${version}, ${bitsPerPixel} bits`);
  const start = header + colors * 12;
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels[y * width + x] = file.readUInt32LE(start + y * bytesPerLine + x * 4) & 0xffffff;
  return { width, height, pixels };
}

/** The 256 most used colors; every other one becomes the nearest of them. */
function palette(pixels: Uint32Array): {
  colors: number[];
  index: Map<number, number>;
} {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const byUse = [...counts].sort((a, b) => b[1] - a[1]).map(([color]) => color);
  // Of colors that hardly differ one is enough, so that the rare ones keep their place.
  const colors: number[] = [];
  const distance = (a: number, b: number) =>
    ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  for (const color of byUse) {
    if (colors.length === 256) break;
    if (colors.length < 24 || colors.every((other) => distance(color, other) > 40)) colors.push(color);
  }
  const index = new Map<number, number>();
  for (const color of byUse) {
    let best = 0;
    for (let n = 1; n < colors.length; n++) if (distance(color, colors[n]!) < distance(color, colors[best]!)) best = n;
    index.set(color, best);
  }
  return { colors, index };
}

/** A QR code that a program printed in half blocks, two rows a line, as a picture with so many pixels a module. */
export function fromBlocks(printed: string, scale = 6): Buffer {
  const lines = printed.split('\n').filter((line) => /^[ \u2580\u2584\u2588]{20,}$/.test(line));
  const size = lines[0]?.length ?? 0;
  if (size === 0 || lines.some((line) => line.length !== size)) throw new Error(`no QR code in: ${printed}`);
  const isDark = (x: number, y: number) => {
    const both = '\u2588';
    const half = y % 2 === 0 ? '\u2580' : '\u2584';
    const block = lines[Math.floor(y / 2)]?.[x];
    return block === both || block === half;
  };
  const side = size * scale;
  const pixels = new Uint32Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      pixels[y * side + x] = isDark(Math.floor(x / scale), Math.floor(y / scale)) ? 0 : 0xffffff;
  return toPng({ width: side, height: side, pixels });
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([size, body, sum]);
}

export function toPng({ width, height, pixels }: Picture): Buffer {
  const { colors, index } = palette(pixels);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x]!)!;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
