const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `40 of 64 GiB`. */
export function partText(part: number, whole: number): string {
  const [own = '', unit] = bytesText(part).split(' ');
  return `${unit === bytesText(whole).split(' ')[1] ? own : bytesText(part)} of ${bytesText(whole)}`;
}

/** `42.5 GiB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${String(Math.round(value * 10) / 10)} ${UNITS[unit] ?? ''}`;
}
