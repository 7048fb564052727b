import { calendarEventProblem } from './calendar-event.ts';

const matching = (pattern: RegExp, message: (value: string) => string) => (value: string): string | undefined => (pattern.test(value) ? undefined : message(value));

/** Formats of the parameters below `/cluster` (PVE::CalendarEvent, PVE::API2::Backup, PVE::ReplicationConfig, PVE::HA::Tools), by name. */
export const CLUSTER_FORMATS: Readonly<Record<string, (value: string) => string | undefined>> = {
  'pve-calendar-event': calendarEventProblem,
  'pve-day-of-week': matching(/^(?:mon|tue|wed|thu|fri|sat|sun)$/, (value) => `invalid day '${value}'`),
  'pve-ha-resource-id': matching(/^[a-z]+:\S+$/, () => 'value does not look like a valid ha resource id'),
  'pve-ha-resource-or-vm-id': matching(/^(?:[a-z]+:\S+|\d+)$/, () => 'value does not look like a valid ha resource id'),
  'pve-ha-node': matching(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\d+)?$/, () => 'value does not look like a valid ha node'),
  'pve-replication-job-id': matching(/^[1-9]\d{2,8}-\d{1,9}$/, (value) => `invalid replication job id '${value}'`),
};
