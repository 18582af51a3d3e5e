/** A QR code: black on white with a quiet zone, in dark surroundings and in high contrast too, or no camera reads it. */
import { encode } from 'uqr';

const quietModules = 4;

/** Draws a text as a QR code; `label` says what it is for. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  // The least correction: a screen is not dirty, and fewer, larger modules are read from further away.
  const { data, size } = encode(text, { ecc: 'L', border: quietModules });
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path className="qr-ground" d={`M0 0h${size}v${size}H0z`} />
      <path className="qr-modules" d={pathOf(data)} />
    </svg>
  );
}

/** One line for each run of dark modules in a row. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const runs: string[] = [];
  for (const [y, row] of rows.entries()) {
    let start = -1;
    for (let x = 0; x <= row.length; x += 1) {
      if (row[x] === true) start = start < 0 ? x : start;
      else if (start >= 0) {
        runs.push(`M${start} ${y}h${x - start}v1H${start}z`);
        start = -1;
      }
    }
  }
  return runs.join('');
}
