import type { Options } from '../../pve/config/index.ts';
import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { calendarEventProblem } from './calendar-event.ts';
import { ctime } from './ctime.ts';
import { nextRun } from './next-run.ts';
import { sectionFields, sectionOptions } from './section-options.ts';

const SCHEDULE = string({ format: 'pve-calendar-event', maxLength: 128 });

/** Options of a job that brings a realm's users and groups over. */
const OF_SYNC: Parameters = {
  comment: optional(string({ maxLength: 512 })),
  'enable-new': optional(boolean()),
  enabled: optional(boolean()),
  'remove-vanished': optional(string({ pattern: /^(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry)|none)$/ })),
  schedule: SCHEDULE,
  scope: optional(oneOf('users', 'groups', 'both')),
};
const REALM = optional(string({ format: 'pve-realm', maxLength: 32 }));
const REQUIRED = new Set(['schedule', 'realm', 'scope']);

const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const CHANGE: Permissions = { check: ['and', ['perm', '/access/realm/{realm}', ['Realm.AllocateUser']], ['perm', '/access/groups', ['User.Modify']]] };
const ID = string({ format: 'pve-configid' });
const NEW_ID = string({ format: 'pve-configid', maxLength: 64 });

const idOf = ({ parameters }: Call): string => String(parameters['id']);

function jobOf(call: Call): Options {
  const job = call.cluster.realmSyncJobs.get(idOf(call));
  if (job === undefined) throw parameterError({ id: `No such job '${idOf(call)}'` });
  return job;
}

const shown = (job: Options): Record<string, unknown> => ({ ...sectionFields(job, OF_SYNC), type: 'realm-sync' });

function list({ cluster }: Call): unknown[] {
  return [...cluster.realmSyncJobs].map(([id, job]) => {
    const schedule = job.get('schedule');
    const next = schedule === undefined || calendarEventProblem(schedule) !== undefined ? undefined : nextRun(cluster, schedule);
    return { ...shown(job), id, ...(next === undefined ? {} : { 'next-run': next }) };
  });
}

function create(call: Call): null {
  const { cluster, parameters } = call;
  if (cluster.realmSyncJobs.has(idOf(call)) || cluster.backupJobs.has(idOf(call))) throw failure(`Job '${idOf(call)}' already exists\n`);
  for (const name of ['realm', 'scope']) if (parameters[name] === undefined) throw failure(`missing value for required option '${name}'\n`);
  const name = String(parameters['realm']);
  const realm = cluster.access.domains.get(name);
  if (realm === undefined) throw parameterError({ realm: `No such realm '${name}'` });
  if (realm.type !== 'ldap' && realm.type !== 'ad') throw parameterError({ realm: 'Only LDAP/AD realms can be synced.' });
  cluster.realmSyncJobs.set(idOf(call), sectionOptions(parameters, { ...OF_SYNC, realm: REALM }));
  return null;
}

function update(call: Call): null {
  const job = call.cluster.realmSyncJobs.get(idOf(call));
  if (job === undefined) throw failure('no such realm-sync job\n');
  const changed = sectionOptions(call.parameters, OF_SYNC);
  const removed = splitList(String(call.parameters['delete'] ?? ''));
  for (const name of removed) {
    if (!Object.hasOwn(OF_SYNC, name) && name !== 'realm') throw failure(`no such option '${name}'\n`);
    if (REQUIRED.has(name)) throw failure(`unable to delete required option '${name}'\n`);
    if (changed.has(name)) throw failure(`cannot set and delete property '${name}' at the same time!\n`);
  }
  for (const name of removed) job.delete(name);
  for (const [name, value] of changed) job.set(name, value);
  return null;
}

function remove(call: Call): null {
  jobOf(call);
  call.cluster.realmSyncJobs.delete(idOf(call));
  return null;
}

function analyze({ cluster, parameters }: Call): unknown[] {
  const schedule = String(parameters['schedule']);
  let from = Number(parameters['starttime'] ?? Math.floor(cluster.clock.now() / 1000));
  const result: { readonly timestamp: number; readonly utc: string }[] = [];
  while (result.length < Number(parameters['iterations'] ?? 10)) {
    const next = nextRun(cluster, schedule, from);
    if (next === undefined) break;
    result.push({ timestamp: next, utc: ctime(next) });
    from = next;
  }
  return result;
}

const SYNC = '/cluster/jobs/realm-sync';
const ONE = `${SYNC}/{id}`;

/** `/cluster/jobs`: realm synchronisation and what a schedule means. */
export const jobRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/jobs', permissions: { user: 'all' }, parameters: {}, run: () => ['schedule-analyze', 'realm-sync'].map((subdir) => ({ subdir })) },
  {
    method: 'GET', path: '/cluster/jobs/schedule-analyze', permissions: { user: 'all' }, run: analyze,
    parameters: { schedule: SCHEDULE, starttime: optional(integer()), iterations: optional(integer({ minimum: 1, maximum: 100 })) },
  },
  { method: 'GET', path: SYNC, permissions: AUDIT, parameters: {}, run: list },
  { method: 'GET', path: ONE, permissions: AUDIT, parameters: { id: ID }, run: (call) => shown(jobOf(call)) },
  { method: 'POST', path: ONE, permissions: CHANGE, parameters: { ...OF_SYNC, realm: REALM, id: NEW_ID }, run: create },
  { method: 'PUT', path: ONE, permissions: CHANGE, parameters: { ...OF_SYNC, id: NEW_ID, delete: optional(string({ format: 'pve-configid-list', maxLength: 4096 })) }, run: update },
  { method: 'DELETE', path: ONE, permissions: { check: ['perm', '/', ['Sys.Modify']] }, parameters: { id: ID }, run: remove },
];
