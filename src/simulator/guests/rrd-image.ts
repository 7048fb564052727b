import { crc32, deflateSync } from 'node:zlib';

const WIDTH = 800;
const HEIGHT = 200;
const MARGIN = 12;
/** Background, grid, and the two colours that Proxmox has for lines. */
const PALETTE = [0xff, 0xff, 0xff, 0xe0, 0xe0, 0xe0, 0x00, 0xdd, 0xff, 0xff, 0x00, 0x00];

/**
 * A PNG with a line for each series (at most two), from 0 at the bottom to the largest value of all; gaps where a value is missing.
 * Proxmox has rrdtool draw this one with axes and a legend; here it is the lines alone.
 */
export function drawSeries(series: readonly (readonly (number | undefined)[])[]): Buffer {
  const pixels = Array.from({ length: HEIGHT }, () => Buffer.alloc(WIDTH));
  const set = (x: number, y: number, colour: number): void => void pixels[y]?.writeUInt8(colour, x);
  for (let y = MARGIN; y < HEIGHT; y += Math.floor((HEIGHT - 2 * MARGIN) / 4)) for (let x = MARGIN; x < WIDTH - MARGIN; x++) set(x, y, 1);
  const largest = Math.max(1e-9, ...series.flat().map((value) => value ?? 0));
  series.forEach((values, index) => {
    let before: number | undefined;
    for (let x = MARGIN; x < WIDTH - MARGIN; x++) {
      const value = values[Math.floor(((x - MARGIN) / (WIDTH - 2 * MARGIN)) * values.length)];
      if (value === undefined) {
        before = undefined;
        continue;
      }
      const y = HEIGHT - MARGIN - Math.round((value / largest) * (HEIGHT - 2 * MARGIN));
      for (let step = Math.min(y, before ?? y); step <= Math.max(y, before ?? y) + 1; step++) set(x, step, 2 + index);
      before = y;
    }
  });
  return encode(pixels);
}

/** Eight bits per pixel, indexed, unfiltered rows. */
function encode(rows: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const data = deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.from([0]), row])));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('PLTE', Buffer.from(PALETTE)), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
