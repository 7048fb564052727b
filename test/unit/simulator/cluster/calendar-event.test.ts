import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { calendarEventProblem, nextEvent, parseCalendarEvent } from '../../../../src/simulator/cluster/calendar-event.ts';
import { inProcess } from '../../../support/in-process.ts';
import { refusal } from './refusal.ts';

/** Three times that follow Saturday, 21 November 2026, 09:30 UTC. */
function following(text: string): string[] {
  const event = parseCalendarEvent(text);
  const result: string[] = [];
  let last: number | undefined = Date.UTC(2026, 10, 21, 9, 30) / 1000;
  while (result.length < 3 && last !== undefined) {
    last = nextEvent(event, last, () => 0);
    if (last !== undefined) result.push(new Date(last * 1000).toISOString().slice(0, 19));
  }
  return result;
}

describe('calendar events', () => {
  it('come when they say', () => {
    assert.deepEqual(Object.fromEntries(['*/15', '30', 'mon..fri 2:30', 'sat,sun 05:00', '*-*-01 05:00', 'daily', 'hourly', '22..23:00/30', '2..4:30:15', '02-29', '2026-12-24..26 18:00', 'quarterly', '2020-01-01'].map((text) => [text, following(text)])), {
      '*/15': ['2026-11-21T09:45:00', '2026-11-21T10:00:00', '2026-11-21T10:15:00'],
      30: ['2026-11-21T10:30:00', '2026-11-21T11:30:00', '2026-11-21T12:30:00'],
      'mon..fri 2:30': ['2026-11-23T02:30:00', '2026-11-24T02:30:00', '2026-11-25T02:30:00'],
      'sat,sun 05:00': ['2026-11-22T05:00:00', '2026-11-28T05:00:00', '2026-11-29T05:00:00'],
      '*-*-01 05:00': ['2026-12-01T05:00:00', '2027-01-01T05:00:00', '2027-02-01T05:00:00'],
      daily: ['2026-11-22T00:00:00', '2026-11-23T00:00:00', '2026-11-24T00:00:00'],
      hourly: ['2026-11-21T10:00:00', '2026-11-21T11:00:00', '2026-11-21T12:00:00'],
      '22..23:00/30': ['2026-11-21T22:00:00', '2026-11-21T22:30:00', '2026-11-21T23:00:00'],
      '2..4:30:15': ['2026-11-22T02:30:15', '2026-11-22T03:30:15', '2026-11-22T04:30:15'],
      '02-29': ['2028-02-29T00:00:00', '2032-02-29T00:00:00', '2036-02-29T00:00:00'],
      '2026-12-24..26 18:00': ['2026-12-24T18:00:00', '2026-12-25T18:00:00', '2026-12-26T18:00:00'],
      quarterly: ['2027-01-01T00:00:00', '2027-04-01T00:00:00', '2027-07-01T00:00:00'],
      '2020-01-01': [],
    });
  });

  it('are refused when they mean nothing', () => {
    for (const text of ['', 'someday', 'constructor', '25:00', '10:61', 'fri..mon 10:00', '10:00 mon', '*/0', '1-2-3-4', 'mon 10:00 extra']) assert.match(calendarEventProblem(text) ?? 'taken', /^invalid calendar event '/, text);
  });

  it('are told in the node’s time zone, over the change of the clocks', () => {
    const at = inProcess({ guests: 4 });
    const from = Date.UTC(2027, 2, 26, 12) / 1000;
    const rows = at.call('GET', '/cluster/jobs/schedule-analyze', { schedule: '02:30', starttime: from, iterations: 3 }) as { timestamp: number; utc: string }[];
    // Vienna: on 28 March there is no 02:30.
    assert.deepEqual(rows.map(({ utc }) => utc), ['Sat Mar 27 01:30:00 2027', 'Sun Mar 28 01:30:00 2027', 'Mon Mar 29 00:30:00 2027']);
    assert.match(refusal(() => at.call('GET', '/cluster/jobs/schedule-analyze', { schedule: 'never' })), /invalid calendar event 'never'/);
  });
});
