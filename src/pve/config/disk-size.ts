const UNITS = ['', 'K', 'M', 'G', 'T'] as const;

/**
 * Bytes named by `32G`, `528K`, `1.5T`, `4MiB` or a plain number of bytes; undefined for anything else
 * (PVE::JSONSchema::parse_size). Units are powers of 1024.
 */
export function parseDiskSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGT])(?:iB)?)?$/.exec(text);
  if (match === null) return undefined;
  return Math.floor(Number(match[1]) * 1024 ** UNITS.indexOf((match[2] ?? '') as (typeof UNITS)[number]));
}

/** Bytes in the largest unit that leaves a whole number: `32G`, `528K`, `1000` (PVE::JSONSchema::format_size). */
export function printDiskSize(bytes: number): string {
  let size = Math.floor(bytes);
  let unit = 0;
  while (unit < UNITS.length - 1 && size % 1024 === 0) {
    size /= 1024;
    unit += 1;
  }
  return `${size}${UNITS[unit]}`;
}
