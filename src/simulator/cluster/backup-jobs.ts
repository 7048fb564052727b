import { checkPropertyString, type Options, parsePropertyString } from '../../pve/config/index.ts';
import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { array, boolean, integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import { permissionError } from '../access/index.ts';
import type { Call, ParameterValue, Permissions, Route } from '../api/route.ts';
import { randomUuid } from '../state/random.ts';
import { includedVolumes, jobOf } from './backup-selection.ts';
import { calendarEventProblem } from './calendar-event.ts';
import { nextRun } from './next-run.ts';
import { sectionFields, sectionOptions } from './section-options.ts';

const FLAG = optional(boolean());
const COUNT = optional(integer({ minimum: 0 }));

/** Options that vzdump itself knows. */
export const OF_VZDUMP: Parameters = {
  all: FLAG,
  bwlimit: COUNT,
  compress: optional(oneOf('0', '1', 'gzip', 'lzo', 'zstd')),
  dumpdir: optional(string()),
  exclude: optional(string({ format: 'pve-vmid-list' })),
  'exclude-path': optional(array()),
  fleecing: optional(string({ format: 'backup-fleecing' })),
  ionice: optional(integer({ minimum: 0, maximum: 8 })),
  lockwait: COUNT,
  mailnotification: optional(oneOf('always', 'failure')),
  mailto: optional(string({ format: 'email-or-username-list' })),
  maxfiles: optional(integer({ minimum: 1 })),
  mode: optional(oneOf('snapshot', 'suspend', 'stop')),
  node: optional(string({ format: 'pve-node' })),
  'notes-template': optional(string({ maxLength: 1024 })),
  'notification-mode': optional(oneOf('auto', 'legacy-sendmail', 'notification-system')),
  'pbs-change-detection-mode': optional(oneOf('legacy', 'data', 'metadata')),
  performance: optional(string({ format: 'backup-performance' })),
  pigz: optional(integer()),
  pool: optional(string()),
  protected: FLAG,
  'prune-backups': optional(string({ format: 'prune-backups' })),
  quiet: FLAG,
  remove: FLAG,
  script: optional(string()),
  stdexcludes: FLAG,
  stop: FLAG,
  stopwait: COUNT,
  storage: optional(string({ format: 'pve-storage-id' })),
  tmpdir: optional(string()),
  vmid: optional(string({ format: 'pve-vmid-list' })),
  zstd: optional(integer()),
};

const OF_JOB: Parameters = {
  ...OF_VZDUMP,
  comment: optional(string({ maxLength: 512 })),
  enabled: FLAG,
  'repeat-missed': FLAG,
  schedule: optional(string({ format: 'pve-calendar-event', maxLength: 128 })),
};
/** The schedule as it was told before there were calendar events. */
const LEGACY: Parameters = { starttime: optional(string({ pattern: /^\d{1,2}:\d{1,2}$/ })), dow: optional(string({ format: 'pve-day-of-week-list' })) };

const ID = string({ maxLength: 50, pattern: /^\S+$/ });
const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const MODIFY: Permissions = { check: ['perm', '/', ['Sys.Modify']] };
const PROPERTY_STRINGS = ['fleecing', 'performance', 'prune-backups'] as const;
const FORMATS = { fleecing: 'backup-fleecing', performance: 'backup-performance', 'prune-backups': 'prune-backups' } as const;

/** As Perl has read a property string: all values are texts, flags `1` and `0`. */
function taken(name: (typeof PROPERTY_STRINGS)[number], text: string): Record<string, string> {
  const { values } = parsePropertyString(FORMATS[name], text);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === 'boolean' ? (value ? '1' : '0') : String(value)]));
}

function shown(id: string, job: Options): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...sectionFields(job, OF_JOB), id, type: 'vzdump' };
  for (const name of PROPERTY_STRINGS) {
    const text = job.get(name);
    if (text !== undefined) fields[name] = taken(name, text);
  }
  return fields;
}

function list({ cluster }: Call): unknown[] {
  return [...cluster.backupJobs].map(([id, job]) => {
    const schedule = job.get('schedule');
    const next = schedule === undefined || calendarEventProblem(schedule) !== undefined ? undefined : nextRun(cluster, schedule);
    return { ...shown(id, job), ...(next === undefined ? {} : { 'next-run': next }) };
  });
}

type Values = Record<string, ParameterValue>;

/** Who is not root needs rights on the storages and may not name folders and scripts. @param removing for names of options to delete */
export function checkRights(call: Call, values: Readonly<Values>, removing = false): void {
  if (call.caller.userid === 'root@pam' && call.caller.tokenid === undefined) return;
  for (const name of ['tmpdir', 'dumpdir', 'script']) if (Object.hasOwn(values, name)) throw parameterError({ [name]: 'Only root may set this option.' });
  if (['bwlimit', 'ionice', 'performance'].some((name) => values[name] !== undefined)) call.demand('/', ['Sys.Modify']);
  const storage = removing || values['fleecing'] === undefined ? undefined : taken('fleecing', String(values['fleecing']))['storage'];
  if (storage !== undefined) call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
}

function checkPool(call: Call, pool: ParameterValue): void {
  if (!pool) return;
  if (!call.cluster.pools.has(String(pool))) throw permissionError(`pool '${String(pool)}' does not exist`);
  call.demand(`/pool/${String(pool)}`, ['VM.Backup']);
}

/** `starttime` and `dow` become a `schedule`. */
function schedule(values: Values, required: boolean): void {
  const { starttime, dow } = values;
  if (dow !== undefined && starttime === undefined) throw parameterError({ starttime: "missing property - 'dow' requires this property" });
  if (values['schedule'] !== undefined) {
    if (starttime !== undefined) throw parameterError({ starttime: "'starttime' and 'schedule' cannot both be set" });
  } else if (starttime !== undefined) {
    const days = splitList(String(dow ?? '')).join(',');
    values['schedule'] = days === '' || days === 'mon,tue,wed,thu,fri,sat,sun' ? starttime : `${days} ${String(starttime)}`;
  } else if (required) throw parameterError({ schedule: "neither 'starttime' nor 'schedule' were set" });
  delete values['starttime'];
  delete values['dow'];
}

function checkTemplate(template: string): void {
  const problem = template.includes('\n') ? 'contains a line feed' : unknownParts(template);
  if (problem !== undefined) throw parameterError({ 'notes-template': `${problem}\n` });
}

function unknownParts(template: string): string | undefined {
  const escapes = [...template.matchAll(/\\(.)/g)].filter(([, char]) => char !== 'n' && char !== '\\').map((match) => `escape sequence '${match[0]}' at char ${match.index}`);
  const variables = [...template.matchAll(/\{\{([^\s{}]+)\}\}/g)].filter(([, name = '']) => !/^(?:cluster|guestname|node|vmid)$/.test(name)).map((match) => `variable '${match[1]}' at char ${match.index + 2}`);
  const all = [...escapes, ...variables];
  return all.length === 0 ? undefined : `found unknown: ${all.join(', ')}`;
}

/** What the schema says of values together, and PVE::VZDump::verify_vzdump_parameters. May set `all`. */
export function checkValues(values: Values, complete: boolean): void {
  for (const name of ['notes-template', 'protected']) {
    if (values[name] !== undefined && values['storage'] === undefined && !complete) throw parameterError({ storage: `missing property - '${name}' requires this property` });
  }
  for (const name of PROPERTY_STRINGS) {
    const problem = values[name] === undefined ? undefined : checkPropertyString(FORMATS[name], String(values[name]), name);
    if (problem !== undefined) throw parameterError({ [name]: problem });
  }
  const on = (name: string): boolean => values[name] !== undefined && values[name] !== false && values[name] !== '' && values[name] !== '0';
  for (const name of ['all', 'exclude', 'pool']) if (on(name) && on('vmid')) throw parameterError({ [name]: "option conflicts with option 'vmid'" });
  if (on('notes-template')) checkTemplate(String(values['notes-template']));
  if (values['exclude'] !== undefined && !on('pool')) values['all'] = true;
  if (complete && !['all', 'stop', 'pool', 'vmid'].some(on)) throw parameterError({ vmid: 'property is missing' });
}

function create(call: Call): null {
  const { id: given, ...rest } = call.parameters;
  const values: Values = { ...rest };
  checkValues(values, false);
  checkRights(call, values);
  if (call.caller.userid !== 'root@pam' || call.caller.tokenid !== undefined) call.demand(`/storage/${String(values['storage'] ?? 'local')}`, ['Datastore.Allocate']);
  checkPool(call, values['pool']);
  schedule(values, true);
  values['enabled'] ??= true;
  const { cluster } = call;
  const id = String(given ?? randomUuid(cluster));
  if (cluster.backupJobs.has(id) || cluster.realmSyncJobs.has(id)) throw failure(`Job '${id}' already exists\n`);
  checkValues(values, true);
  cluster.backupJobs.set(id, sectionOptions(values, OF_JOB));
  return null;
}

/** Of the ways to choose guests only the one named last is left. */
function settleSelection(job: Options, changed: Readonly<Values>): void {
  if (job.has('exclude') && !job.has('pool')) job.set('all', '1');
  if (changed['vmid'] !== undefined) for (const name of ['all', 'exclude', 'pool']) job.delete(name);
  else if (changed['all']) for (const name of ['vmid', 'pool']) job.delete(name);
  else if (job.has('pool')) for (const name of ['vmid', 'all', 'exclude']) job.delete(name);
}

function checkUpdateRights(call: Call, values: Values, removed: readonly string[], job: Options | undefined): void {
  if (call.caller.userid === 'root@pam' && call.caller.tokenid === undefined) return;
  checkRights(call, values);
  checkRights(call, Object.fromEntries(removed.map((name) => [name, true])), true);
  if (values['storage'] !== undefined) call.demand(`/storage/${String(values['storage'])}`, ['Datastore.Allocate']);
  else if (removed.includes('storage')) call.demand('/storage/local', ['Datastore.Allocate']);
  if (job === undefined) return;
  if (job.has('dumpdir')) throw failure("only root@pam may edit jobs with a 'dumpdir' option.");
  call.demand(`/storage/${job.get('storage') ?? 'local'}`, ['Datastore.Allocate']);
}

function update(call: Call): null {
  const { id, delete: remove, ...rest } = call.parameters;
  const values: Values = { ...rest };
  const removed = splitList(String(remove ?? ''));
  checkValues(values, false);
  checkUpdateRights(call, values, removed, undefined);
  checkPool(call, values['pool']);
  schedule(values, false);
  if (Object.keys(values).length === 0 && removed.length === 0) throw failure('no options specified\n');
  const current = call.cluster.backupJobs.get(String(id));
  if (current === undefined) throw failure('no such vzdump job\n');
  checkUpdateRights(call, values, removed, current);
  const job: Options = new Map(current);
  for (const name of removed) {
    if (!Object.hasOwn(OF_VZDUMP, name) && name !== 'comment' && name !== 'repeat-missed') throw parameterError({ delete: `unknown option '${name}'` });
    job.delete(name);
  }
  for (const [name, value] of sectionOptions(values, OF_JOB)) job.set(name, value);
  settleSelection(job, values);
  checkValues(Object.fromEntries(job), true);
  call.cluster.backupJobs.set(String(id), job);
  return null;
}

function remove(call: Call): null {
  const id = String(call.parameters['id']);
  if (!call.cluster.backupJobs.delete(id)) throw parameterError({ id: `No such job '${id}'` });
  return null;
}

const ONE = '/cluster/backup/{id}';

/** `/cluster/backup`: the scheduled backups of `jobs.cfg` (PVE::API2::Backup). */
export const backupJobRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/backup', permissions: AUDIT, parameters: {}, run: list },
  { method: 'POST', path: '/cluster/backup', permissions: MODIFY, parameters: { ...OF_JOB, ...LEGACY, id: optional(string({ format: 'pve-configid' })) }, run: create },
  { method: 'GET', path: ONE, permissions: AUDIT, parameters: { id: ID }, run: (call) => shown(String(call.parameters['id']), jobOf(call)) },
  { method: 'PUT', path: ONE, permissions: MODIFY, parameters: { ...OF_JOB, ...LEGACY, id: ID, delete: optional(string({ format: 'pve-configid-list' })) }, run: update },
  { method: 'DELETE', path: ONE, permissions: MODIFY, parameters: { id: ID }, run: remove },
  { method: 'GET', path: `${ONE}/included_volumes`, permissions: AUDIT, parameters: { id: ID }, run: includedVolumes },
];
