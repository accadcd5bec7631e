/** Pages of documents, drawn: what a reviewer's or an applicant's viewer would get from the shell. */
import type { DocumentKind } from '../tickets';

const titles: Record<DocumentKind, string> = {
  'business-license': 'Business license 营业执照',
  'holding-document-front': 'Identity card, front',
  'holding-document-back': 'Identity card, back',
  'representative-id-front': 'ID card of the representative, front',
  'representative-id-back': 'ID card of the representative, back',
};

export interface Drawn {
  kind: DocumentKind;
  page: number;
  edge: number;
  turns: number;
  crop: { left: number; top: number; width: number; height: number } | null;
}

/** A JPEG; an empty one where nothing can be drawn (tests). */
export async function drawPage({ kind, page, edge, turns, crop }: Drawn): Promise<ArrayBuffer> {
  const portrait = kind === 'business-license';
  const [w, h] = portrait ? [600, 800] : [800, 560];
  const [tw, th] = turns % 2 ? [h, w] : [w, h];
  const part = crop ?? { left: 0, top: 0, width: 1000, height: 1000 };
  const [cw, ch] = [(tw * part.width) / 1000, (th * part.height) / 1000];
  const scale = edge / Math.max(cw, ch);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(cw * scale));
  canvas.height = Math.max(1, Math.round(ch * scale));
  const draw = canvas.getContext('2d');
  if (!draw) return new ArrayBuffer(0);
  draw.scale(scale, scale);
  draw.translate((-tw * part.left) / 1000, (-th * part.top) / 1000);
  draw.translate(tw / 2, th / 2);
  draw.rotate((turns * Math.PI) / 2);
  draw.translate(-w / 2, -h / 2);
  if (portrait) license(draw, w, h, page);
  else photograph(draw, w, h, titles[kind]);
  return new Promise((done) =>
    canvas.toBlob((blob) => void (blob ?? new Blob()).arrayBuffer().then(done), 'image/jpeg', 0.85),
  );
}

function license(draw: CanvasRenderingContext2D, w: number, h: number, page: number): void {
  draw.fillStyle = '#fbf8ef';
  draw.fillRect(0, 0, w, h);
  draw.strokeStyle = '#b99a55';
  draw.lineWidth = 4;
  draw.strokeRect(26, 26, w - 52, h - 52);
  draw.lineWidth = 1;
  draw.strokeRect(36, 36, w - 72, h - 72);
  draw.fillStyle = '#2c2a26';
  draw.textAlign = 'center';
  draw.font = '600 32px sans-serif';
  draw.fillText(page === 0 ? titles['business-license'] : 'Page 2: branches', w / 2, 140);
  draw.textAlign = 'left';
  const lines = [
    ['Company', 'Ningbo Dongfang Bearings Co., Ltd.'],
    ['', '宁波东方轴承有限公司'],
    ['Credit code', '91330206MA2AHK7T6X'],
    ['Type', 'Limited liability company'],
    ['Representative', 'Wu Min 吴敏'],
    ['Founded', '18 June 2015'],
    ['Seat', '88 Jiangnan Road, Ningbo'],
  ];
  lines.forEach(([key, value], n) => {
    draw.font = '16px sans-serif';
    draw.fillStyle = '#7c776c';
    draw.fillText(key!, 74, 200 + n * 46);
    draw.font = '500 18px sans-serif';
    draw.fillStyle = '#2c2a26';
    draw.fillText(value!, 208, 200 + n * 46);
  });
  draw.strokeStyle = '#a1241d';
  draw.lineWidth = 4;
  draw.beginPath();
  draw.arc(w - 150, h - 150, 62, 0, 7);
  draw.stroke();
}

function photograph(draw: CanvasRenderingContext2D, w: number, h: number, title: string): void {
  draw.fillStyle = '#9aa8a3';
  draw.fillRect(0, 0, w, h);
  draw.fillStyle = '#5b4a42';
  draw.beginPath();
  draw.arc(180, 190, 88, 0, 7);
  draw.fill();
  draw.fillRect(70, 290, 220, 270);
  draw.save();
  draw.translate(340, 190);
  draw.rotate(-0.04);
  draw.fillStyle = '#e6edf2';
  draw.fillRect(0, 0, 400, 250);
  draw.fillStyle = '#2c3b4a';
  draw.font = '600 20px sans-serif';
  draw.fillText(title, 22, 40, 360);
  draw.font = '18px sans-serif';
  draw.fillText('HOFMANN', 160, 100);
  draw.fillText('LENA', 160, 130);
  draw.fillText('C01X00T47', 160, 175);
  draw.fillStyle = '#7a8b98';
  draw.fillRect(24, 64, 110, 140);
  draw.restore();
}
