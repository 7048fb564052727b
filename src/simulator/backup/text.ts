/** Sizes as vzdump prints them: `3.21GB`. */
export function formatSize(bytes: number): string {
  const kb = bytes / 1024;
  if (kb < 1024) return `${Math.floor(kb)}KB`;
  if (kb < 1024 ** 2) return `${Math.floor(kb / 1024)}MB`;
  return kb < 1024 ** 3 ? `${(kb / 1024 ** 2).toFixed(2)}GB` : `${(kb / 1024 ** 3).toFixed(2)}TB`;
}

/** `00:02:06` */
export function formatTime(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `2026-11-21 09:30:00` @param milliseconds since the epoch */
export function formatDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 19);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `24.00 GiB` */
export function renderBytes(bytes: number, digits: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** A word of a command line, quoted where a shell would need it. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The notes of a backup: `\n` and `\\` stand for themselves, `{{cluster}}`, `{{guestname}}`, `{{node}}` and `{{vmid}}` for what they name.
 * The template is known to be good.
 */
export function fillNotes(template: string, values: Readonly<Record<'cluster' | 'guestname' | 'node' | 'vmid', string>>): string {
  const unescaped = template.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  return unescaped.replace(/\{\{(cluster|guestname|node|vmid)\}\}/g, (_, name: keyof typeof values) => values[name]);
}
