import { CELL_HEIGHT, CELL_WIDTH, isLit } from './font.ts';
import type { TextScreen } from './text-screen.ts';

/** RFC 6143, 7.4: how a pixel is laid out on the wire. True colour only; every client asks for it. */
export interface PixelFormat {
  readonly bitsPerPixel: 8 | 16 | 32;
  readonly depth: number;
  readonly bigEndian: boolean;
  readonly max: readonly [red: number, green: number, blue: number];
  readonly shift: readonly [red: number, green: number, blue: number];
}

/** What QEMU offers: 32 bits, blue lowest. */
export const NATIVE: PixelFormat = { bitsPerPixel: 32, depth: 24, bigEndian: false, max: [255, 255, 255], shift: [16, 8, 0] };

export function writePixelFormat({ bitsPerPixel, depth, bigEndian, max, shift }: PixelFormat): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.set([bitsPerPixel, depth, bigEndian ? 1 : 0, 1]);
  max.forEach((value, index) => bytes.writeUInt16BE(value, 4 + 2 * index));
  bytes.set(shift, 10);
  return bytes;
}

/** @returns undefined for colour maps and odd sizes */
export function readPixelFormat(bytes: Buffer): PixelFormat | undefined {
  const bitsPerPixel = bytes[0];
  if ((bitsPerPixel !== 8 && bitsPerPixel !== 16 && bitsPerPixel !== 32) || bytes[3] === 0) return undefined;
  return {
    bitsPerPixel, depth: bytes[1] ?? 0, bigEndian: bytes[2] !== 0,
    max: [bytes.readUInt16BE(4), bytes.readUInt16BE(6), bytes.readUInt16BE(8)],
    shift: [bytes[10] ?? 0, bytes[11] ?? 0, bytes[12] ?? 0],
  };
}

export interface Palette {
  /** 0 … 255 each. */
  readonly light: readonly [number, number, number];
  readonly dark: readonly [number, number, number];
}

function pixel({ bitsPerPixel, bigEndian, max, shift }: PixelFormat, colour: readonly [number, number, number]): Buffer {
  let value = 0;
  for (const index of [0, 1, 2] as const) value += Math.round((colour[index] * max[index]) / 255) * 2 ** shift[index];
  const size = bitsPerPixel / 8;
  const bytes = Buffer.alloc(size);
  if (bigEndian) bytes.writeUIntBE(value, 0, size);
  else bytes.writeUIntLE(value, 0, size);
  return bytes;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws an area of the screen, row by row, as the Raw encoding has it (RFC 6143, 7.7.1). */
export function drawArea(screen: TextScreen, palette: Palette, format: PixelFormat, { x, y, width, height }: Area): Buffer {
  const light = pixel(format, palette.light);
  const dark = pixel(format, palette.dark);
  const { cursor } = screen;
  const bytes = Buffer.alloc(width * height * light.length);
  let at = 0;
  for (let py = y; py < y + height; py++) {
    const row = Math.floor(py / CELL_HEIGHT);
    for (let px = x; px < x + width; px++) {
      const column = Math.floor(px / CELL_WIDTH);
      const { character, inverse } = screen.cell(row, column);
      const underCursor = row === cursor.row && column === cursor.column && py % CELL_HEIGHT >= CELL_HEIGHT - 3;
      const lit = (underCursor || isLit(character, px % CELL_WIDTH, py % CELL_HEIGHT)) !== inverse;
      at += (lit ? light : dark).copy(bytes, at);
    }
  }
  return bytes;
}
