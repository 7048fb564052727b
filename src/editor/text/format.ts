const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

function scaled(bytes: number, unit: number): string {
  const value = bytes / 1024 ** unit;
  if (unit === 0 || value >= 100) return String(Math.round(value));
  return value.toFixed(1).replace(/\.0$/, '');
}

function unitOf(bytes: number): number {
  let unit = 0;
  while (unit < units.length - 1 && Math.abs(bytes) >= 1024 ** (unit + 1)) unit++;
  return unit;
}

/** Bytes for a person: `1.3 GiB`. */
export function formatBytes(bytes: number): string {
  const unit = unitOf(bytes);
  return `${scaled(bytes, unit)} ${units[unit] ?? 'B'}`;
}

/** Part of a whole in the whole's unit: `1.3/4 GiB`. Bytes. */
export function formatShare(used: number, all: number): string {
  const unit = unitOf(all);
  return `${scaled(used, unit)}/${scaled(all, unit)} ${units[unit] ?? 'B'}`;
}

/** Seconds as the two largest units: `3 d 4 h`, `12 min`, `45 s`. */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.floor(seconds));
  for (const [name, size] of [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** Seconds since the epoch in local time: `2026-11-21 04:12:39`. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return '–';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Seconds since the epoch as a time of day when it is of the same day as `now` (milliseconds), else with the date. */
export function formatRecent(seconds: number, now: number): string {
  const time = formatTime(seconds);
  return time.slice(0, 10) === formatTime(now / 1000).slice(0, 10) ? time.slice(11) : time.slice(0, 16);
}

/** `1 guest`, `2 guests`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`;
}
