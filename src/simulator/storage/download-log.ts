import type { RemoteFile } from './remote-file.ts';

const MiB = 1024 * 1024;
/** Bytes that arrive in a second. */
export const SPEED = 110 * MiB;
/** A line of `wget --progress=dot:giga` stands for this many bytes: four clusters of eight dots of 1 MiB. */
const LINE = 32 * MiB;
/** The share of a task that the download itself takes. */
const BEGIN = 0.04;
const END = 0.95;

export type LogLine = readonly [fraction: number, line: string];

const stamp = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);

/** As wget abbreviates sizes: `748M`, `3.1G`. */
function short(bytes: number): string {
  const [value, unit] = bytes >= 1024 * MiB ? [bytes / (1024 * MiB), 'G'] : bytes >= MiB ? [bytes / MiB, 'M'] : [bytes / 1024, 'K'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

/** Milliseconds that a download of that many bytes takes. */
export function downloadDuration(bytes: number): number {
  return 900 + Math.round((bytes / SPEED) * 1000);
}

/**
 * What wget writes while it fetches a file, in a task that does nothing else.
 * @param now milliseconds since the epoch at which the task starts
 */
export function wgetLines(url: string, file: string, { size, mimetype }: Pick<RemoteFile, 'size' | 'mimetype'>, now: number): LogLine[] {
  const address = new URL(url);
  const port = address.port || (address.protocol === 'https:' ? '443' : '80');
  const rate = `${(SPEED / MiB).toFixed(0)}M`;
  const lines: LogLine[] = [
    [0, `--${stamp(now)}--  ${url}`],
    [0.01, `Resolving ${address.hostname} (${address.hostname})... 203.0.113.80`],
    [0.02, `Connecting to ${address.hostname} (${address.hostname})|203.0.113.80|:${port}... connected.`],
    [0.03, 'HTTP request sent, awaiting response... 200 OK'],
    [0.03, `Length: ${size} (${short(size)}) [${mimetype}]`],
    [0.03, `Saving to: ‘${file}’`],
    [0.03, ''],
  ];
  const rows = Math.ceil(size / LINE);
  for (let row = 0; row < rows; row++) {
    const done = Math.min(size, (row + 1) * LINE);
    const left = Math.ceil((size - done) / SPEED);
    const offset = `${Math.floor((row * LINE) / 1024)}K`.padStart(8);
    lines.push([BEGIN + (END - BEGIN) * (done / size), `${offset} ${dots(done - row * LINE)} ${String(Math.floor((done / size) * 100)).padStart(2)}% ${rate}${left > 0 ? ` ${left}s` : `=${(size / SPEED).toFixed(1)}s`}`]);
  }
  const end = stamp(now + downloadDuration(size));
  return [...lines, [END, ''], [END, `${end} (${(SPEED / MiB).toFixed(0)} MB/s) - ‘${file}’ saved [${size}/${size}]`]];
}

function dots(bytes: number): string {
  const text = '.'.repeat(Math.ceil(bytes / MiB)).padEnd(32);
  return text.match(/.{8}/g)?.join(' ') ?? '';
}
