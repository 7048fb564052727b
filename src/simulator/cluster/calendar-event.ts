/** Which values of a field match: ascending; undefined for all. */
type Values = readonly number[] | undefined;

/** A parsed calendar event (the subset of systemd's that `proxmox-time` knows). */
export interface CalendarEvent {
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number> | undefined;
  readonly years: Values;
  readonly months: Values;
  readonly days: Values;
  readonly hours: Values;
  readonly minutes: Values;
  readonly seconds: Values;
  /** Whether it is meant in UTC instead of the node's time zone. */
  readonly utc: boolean;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const SHORTHANDS: ReadonlyMap<string, string> = new Map(Object.entries({
  minutely: '*:*:00',
  hourly: '*:00:00',
  daily: '00:00:00',
  weekly: 'mon 00:00:00',
  monthly: '*-*-01 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
  'semi-annually': '*-01,07-01 00:00:00',
}));

class Unreadable extends Error {}

function weekday(name: string): number {
  const found = WEEKDAYS.findIndex((day) => day === name || (name.length === 3 && day.startsWith(name)));
  if (found < 0) throw new Unreadable(`unable to parse weekday '${name}'`);
  return found;
}

function parseWeekdays(text: string): Set<number> {
  const result = new Set<number>();
  for (const part of text.split(',').filter(Boolean)) {
    const [first = '', last] = part.split('..');
    const from = weekday(first);
    const to = last === undefined ? from : weekday(last);
    // Weeks begin on Monday: `sat..mon` is no range.
    if ((from + 6) % 7 > (to + 6) % 7) throw new Unreadable(`wrong order in range '${part}'`);
    for (let day = from; ; day = (day + 1) % 7) {
      result.add(day);
      if (day === to) break;
    }
  }
  return result;
}

/** `*`, `5`, `1..5`, `0/15`, and lists of them. */
function parseValues(text: string, minimum: number, maximum: number): Values {
  const result = new Set<number>();
  for (const part of text.split(',')) {
    if (part === '*') return undefined;
    const match = /^(?:(\d+)(?:\.\.(\d+))?|\*)(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new Unreadable(`unable to parse value '${part}'`);
    const [, first, last, step] = match;
    const from = first === undefined ? minimum : Number(first);
    const to = last !== undefined ? Number(last) : step === undefined ? from : maximum;
    if (from < minimum || to > maximum) throw new Unreadable(`value '${part}' is out of range (${minimum}..${maximum})`);
    if (from > to || step === '0') throw new Unreadable(`invalid range or repetition '${part}'`);
    for (let value = from; value <= to; value += Number(step ?? 1)) result.add(value);
  }
  return [...result].sort((a, b) => a - b);
}

function parseDate(text: string | undefined): Pick<CalendarEvent, 'years' | 'months' | 'days'> {
  if (text === undefined) return { years: undefined, months: undefined, days: undefined };
  const fields = text.split('-');
  if (fields.length < 2 || fields.length > 3) throw new Unreadable(`unable to parse date '${text}'`);
  const [day = '*', month = '*', year = '*'] = fields.toReversed();
  return { years: parseValues(year, 1970, 2199), months: parseValues(month, 1, 12), days: parseValues(day, 1, 31) };
}

function parseTime(text: string | undefined): Pick<CalendarEvent, 'hours' | 'minutes' | 'seconds'> {
  if (text === undefined) return { hours: [0], minutes: [0], seconds: [0] };
  const fields = text.split(':');
  // One number alone is the minute of every hour.
  if (fields.length === 1) return { hours: undefined, minutes: parseValues(text, 0, 59), seconds: [0] };
  if (fields.length > 3) throw new Unreadable(`unable to parse time '${text}'`);
  const [hour = '', minute = '', second = '0'] = fields;
  return { hours: parseValues(hour, 0, 23), minutes: parseValues(minute, 0, 59), seconds: parseValues(second, 0, 59) };
}

/** Reads `mon..fri 02:30`, `*-*-01 05:00`, `*\/15`, `daily`. Throws Error with what it cannot read. */
export function parseCalendarEvent(text: string): CalendarEvent {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') throw new Unreadable('unable to parse calendar event - event is empty');
  const words = (SHORTHANDS.get(trimmed) ?? trimmed).split(/\s+/);
  const utc = words.at(-1) === 'utc' && words.pop() !== undefined;
  let weekdays: Set<number> | undefined;
  if (/^[a-z]/.test(words[0] ?? '')) weekdays = parseWeekdays(words.shift() ?? '');
  const date = words[0]?.includes('-') ? words.shift() : undefined;
  const time = words.shift();
  if (words.length > 0) throw new Unreadable(`unparsed input '${words.join(' ')}'`);
  return { weekdays, ...parseDate(date), ...parseTime(time), utc };
}

/** What PVE::CalendarEvent says against the text; undefined when it is a calendar event. */
export function calendarEventProblem(text: string): string | undefined {
  try {
    parseCalendarEvent(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return `invalid calendar event '${text}' - ${error.message}`;
  }
}

const DAY = 86_400;
/** Days looked ahead for a match: a leap year's 29 February on a certain weekday may be forty years away. */
const HORIZON = 41 * 366;

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const has = (values: Values, value: number): boolean => values === undefined || values.includes(value);

function matchesDay(event: CalendarEvent, day: Date): boolean {
  return has(event.years, day.getUTCFullYear()) && has(event.months, day.getUTCMonth() + 1) && has(event.days, day.getUTCDate()) && (event.weekdays?.has(day.getUTCDay()) ?? true);
}

/** The first second of a matching day after second `after` of it; undefined when there is none. */
function secondOfDay(event: CalendarEvent, after: number): number | undefined {
  for (const hour of event.hours ?? all(24)) {
    if ((hour + 1) * 3600 <= after) continue;
    for (const minute of event.minutes ?? all(60)) {
      if (hour * 3600 + (minute + 1) * 60 <= after) continue;
      for (const second of event.seconds ?? all(60)) {
        const found = hour * 3600 + minute * 60 + second;
        if (found > after) return found;
      }
    }
  }
  return undefined;
}

/**
 * The first time after `last` that the event names; undefined when there will be none.
 * @param last seconds since the epoch
 * @param offsetAt milliseconds by which local time is ahead of UTC at a time in milliseconds since the epoch
 */
export function nextEvent(event: CalendarEvent, last: number, offsetAt: (at: number) => number): number | undefined {
  const offset = (at: number): number => (event.utc ? 0 : offsetAt(at * 1000) / 1000);
  const local = last + offset(last);
  let day = Math.floor(local / DAY);
  let after = local - day * DAY;
  for (let i = 0; i < HORIZON; i++, day++, after = -1) {
    if (!matchesDay(event, new Date(day * DAY * 1000))) continue;
    const found = secondOfDay(event, after);
    if (found === undefined) continue;
    const wanted = day * DAY + found;
    const at = wanted - offset(wanted - offset(wanted));
    // In the hour that is there twice in autumn the same local time may lie before `last`.
    if (at > last) return at;
  }
  return undefined;
}
