/** Files that a person might choose for a document, good ones and others; made anew with each run. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { fixtures } from './harness';
import { chunk } from './picture';

const JPEG = readFileSync(join(fixtures, 'identity-card.jpg'));

/** A segment of metadata as a camera writes it (Exif 2.32 §4.5): a TIFF with one tag, the description, that says this. */
function exif(words: string): Buffer {
  const text = Buffer.from(`${words}\0`, 'latin1');
  const tiff = Buffer.alloc(26 + text.length);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x010e, 10);
  tiff.writeUInt16LE(2, 12);
  tiff.writeUInt32LE(text.length, 14);
  tiff.writeUInt32LE(26, 18);
  text.copy(tiff, 26);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A photograph whose metadata says where it was taken. */
export function photograph(path: string, metadata: string): Buffer {
  const file = Buffer.concat([JPEG.subarray(0, 2), exif(metadata), JPEG.subarray(2)]);
  writeFileSync(path, file);
  return file;
}

/** So many pixels in a file of some kilobytes: one bit each, all white. */
export function vastPng(path: string, side: number): void {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([1, 0, 0, 0, 0], 8);
  const lines = Buffer.alloc((Math.ceil(side / 8) + 1) * side, 0xff);
  for (let y = 0; y < side; y++) lines[y * (Math.ceil(side / 8) + 1)] = 0;
  const png = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  writeFileSync(path, Buffer.concat(png));
}

/** Nothing that shrinks: drawn anew as a JPEG it has several megabytes, too. */
export function noisePng(path: string, side: number): void {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const lines = randomBytes((side * 3 + 1) * side);
  for (let y = 0; y < side; y++) lines[y * (side * 3 + 1)] = 0;
  const png = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  writeFileSync(path, Buffer.concat(png));
}

/** One page with a black square, and a script that runs when it is opened. */
export function scriptedPdf(path: string): void {
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\('SCRIPT'\\)) >> >>`,
    '<< /Type /Pages /Count 1 /Kids [4 0 R] >>',
    '<< /Length 24 >>\nstream\n0 0 0 rg 0 0 50 100 re f\nendstream',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 200] /Contents 3 0 R >>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, n) => {
    const place = text.length;
    text += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const start = text.length;
  text += `xref\n0 5\n0000000000 65535 f \n${places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  text += `trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  writeFileSync(path, text, 'latin1');
}
