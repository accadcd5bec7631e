/** A camera before which somebody holds a phone with a QR code. Like the real one it waits until a frame was shown. */
export function playCamera(onFound: () => void, onFrame: (jpeg: ArrayBuffer) => Promise<void>): () => void {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const draw = canvas.getContext('2d');
  let n = 0;
  let underWay = false;
  const timer = setInterval(() => {
    n++;
    if (n === 25) onFound();
    if (!draw || underWay) return;
    underWay = true;
    paint(draw, n);
    canvas.toBlob(
      (blob) =>
        void blob
          ?.arrayBuffer()
          .then(onFrame)
          .finally(() => (underWay = false)),
      'image/jpeg',
      0.8,
    );
  }, 66);
  return () => clearInterval(timer);
}

function paint(draw: CanvasRenderingContext2D, n: number): void {
  draw.fillStyle = '#2b302f';
  draw.fillRect(0, 0, 640, 360);
  draw.fillStyle = '#3d3733';
  draw.fillRect(0, 270, 640, 90);
  draw.save();
  draw.translate(340, 170);
  draw.rotate(-0.05 + Math.sin(n / 20) / 60);
  draw.fillStyle = '#e9ecea';
  draw.fillRect(-85, -140, 170, 290);
  draw.fillStyle = n > 25 ? '#0b665f' : '#9aa5a1';
  draw.fillRect(-60, -80, 120, 120);
  draw.strokeStyle = '#5fc8bc';
  draw.lineWidth = 5;
  if (n > 25) draw.strokeRect(-68, -88, 136, 136);
  draw.restore();
}
