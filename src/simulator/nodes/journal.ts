import { integer, optional, string } from '../api/parameters.ts';
import { parameterError } from '../api/errors.ts';
import type { Call, Route } from '../api/route.ts';
import type { Cluster, Node } from '../state/cluster.ts';
import { journalEntry, parseJournalEntry, unitOf } from './journal-entry.ts';
import type { JournalLine } from './journal-entry.ts';
import { numbered } from './numbered.ts';
import { count, NODE, nodeOf, onNode, text } from './parameters.ts';

/** Lines a node's journal keeps; the oldest go first. */
const KEPT = 5000;

/** Writes a line with the time of now. @param ident like `systemd[1]` */
export function writeJournal(cluster: Cluster, node: Node, ident: string, message: string): void {
  node.journal.push(journalEntry(node.name, cluster.clock.now() / 1000, ident, message));
  if (node.journal.length > KEPT) node.journal.splice(0, node.journal.length - KEPT);
}

/** `Nov 21 09:30:00 pve1 pveproxy[1234]: …` in the node's time zone, as `journalctl -o short` has it. */
function shortForm(timezone: string): (line: JournalLine) => string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return ({ at, rest }) => {
    const parts = Object.fromEntries(format.formatToParts(at * 1000).map(({ type, value }) => [type, value]));
    return `${parts['month']} ${parts['day']} ${parts['hour']}:${parts['minute']}:${parts['second']} ${rest}`;
  };
}

/** Seconds since the epoch of `2026-11-21 09:30` in a time zone. */
function instant(local: string, timezone: string): number {
  const [day = '', time = '00:00:00'] = local.split(' ');
  const asUtc = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  return (asUtc - utcOffset(asUtc - utcOffset(asUtc, timezone), timezone)) / 1000;
}

/** Milliseconds by which a time zone's clocks are ahead of UTC at an instant. */
export function utcOffset(at: number, timezone: string): number {
  const name = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

const lines = (node: Node): JournalLine[] => node.journal.map(parseJournalEntry);

function syslog(call: Call): unknown {
  const node = nodeOf(call);
  const since = text(call, 'since');
  const until = text(call, 'until');
  const service = text(call, 'service');
  const from = since === undefined ? -Infinity : instant(since, node.timezone);
  const to = until === undefined ? Infinity : instant(until, node.timezone);
  const found = lines(node).filter((line) => line.at >= from && line.at <= to && (!service || unitOf(line) === service));
  return numbered(found.map(shortForm(node.timezone)), count(call, 'start') ?? 0, count(call, 'limit') || 50);
}

/** A line's place in the journal; systemd's cursors look alike and mean as little to others. */
const cursorOf = ({ at }: JournalLine, node: Node): string => `s=5c0de9a4f6b34d2e8d0e7f1b92a6c3d8;b=${node.bootedAt.toString(16)};t=${Math.round(at * 1_000_000).toString(16)}`;

function timeOf(call: Call, name: string): number | undefined {
  const cursor = text(call, name);
  if (cursor === undefined) return undefined;
  const time = /;t=([0-9a-f]+)$/.exec(cursor)?.[1];
  if (time === undefined) throw parameterError({ [name]: `invalid cursor '${cursor}'` });
  return Number.parseInt(time, 16) / 1_000_000;
}

/** The lines asked for, between the cursors of the first and the last of them (proxmox-mini-journalreader). */
function journal(call: Call): string[] {
  const node = nodeOf(call);
  const after = timeOf(call, 'startcursor');
  const before = timeOf(call, 'endcursor');
  const since = count(call, 'since') ?? -Infinity;
  const until = count(call, 'until') ?? Infinity;
  const last = count(call, 'lastentries');
  // Cursors hold whole microseconds.
  const micros = (at: number): number => Math.round(at * 1_000_000);
  let found = lines(node).filter(({ at }) => at >= since && at <= until && (after === undefined || micros(at) > micros(after)) && (before === undefined || micros(at) < micros(before)));
  if (last) found = found.slice(-last);
  const [first] = found;
  const final = found.at(-1);
  if (first === undefined || final === undefined) {
    const cursor = text(call, 'startcursor') ?? text(call, 'endcursor');
    return cursor === undefined ? [] : [cursor, cursor];
  }
  return [cursorOf(first, node), ...found.map(shortForm(node.timezone)), cursorOf(final, node)];
}

const SYSLOG = onNode('Sys.Syslog');
const DATE_TIME = optional(string({ pattern: /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?$/ }));
const NUMBER = optional(integer({ minimum: 0 }));

export const journalRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/syslog', permissions: SYSLOG, parameters: { ...NODE, start: NUMBER, limit: NUMBER, since: DATE_TIME, until: DATE_TIME, service: optional(string({ maxLength: 128 })) }, run: syslog },
  {
    method: 'GET', path: '/nodes/{node}/journal', permissions: SYSLOG, run: journal,
    parameters: { ...NODE, since: NUMBER, until: NUMBER, lastentries: NUMBER, startcursor: optional(string()), endcursor: optional(string()) },
  },
];
