/**
 * Lines of a node's journal as the state keeps them: like `journalctl -o short-unix`, `<seconds>.<micros> <host> <ident>: <text>`,
 * which orders and filters by time and is turned into the clients' form on the way out.
 */

/** @param seconds since the epoch, with fractions */
export function journalEntry(host: string, seconds: number, ident: string, text: string): string {
  return `${seconds.toFixed(6)} ${host} ${ident}: ${text}`;
}

export interface JournalLine {
  /** Seconds since the epoch, with fractions. */
  readonly at: number;
  /** Everything after the time: host, ident and text. */
  readonly rest: string;
}

export function parseJournalEntry(line: string): JournalLine {
  const space = line.indexOf(' ');
  return { at: Number(line.slice(0, space)), rest: line.slice(space + 1) };
}

/** The unit name that `--unit` compares: the ident without its process id. */
export function unitOf({ rest }: JournalLine): string {
  return /^\S+ ([^\s[:]+)/.exec(rest)?.[1] ?? '';
}
