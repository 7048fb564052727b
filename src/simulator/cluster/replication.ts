import { createHash } from 'node:crypto';
import type { Options } from '../../pve/config/index.ts';
import { permissionError } from '../access/index.ts';
import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, integer, number, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { numbered } from '../nodes/numbered.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import { forgetReplication, nextSync, replicatedVolumes, replicationState, settleReplication } from './replication-runs.ts';
import { sectionFields, sectionOptions } from './section-options.ts';

/** Options of a job besides its target; all may be changed and removed. */
const OPTIONS: Parameters = {
  comment: optional(string({ maxLength: 4096 })),
  disable: optional(boolean()),
  rate: optional(number({ minimum: 1 })),
  remove_job: optional(oneOf('local', 'full')),
  schedule: optional(string({ format: 'pve-calendar-event', maxLength: 128 })),
  source: optional(string({ format: 'pve-node' })),
};
const ALL: Permissions = { user: 'all' };
const ID = string({ format: 'pve-replication-job-id', pattern: /^[1-9][0-9]{2,8}-\d{1,9}$/ });
const NODE = string({ format: 'pve-node' });

const idOf = ({ parameters }: Call): string => String(parameters['id']);
const guestOf = (id: string): number => Number(id.split('-')[0]);

function fields(id: string, job: Options): Record<string, unknown> {
  return { ...sectionFields(job, OPTIONS), id, type: 'local', guest: guestOf(id), jobnum: Number(id.split('-')[1]) };
}

/** Stands for the digest of `replication.cfg`. */
function digestOf(cluster: Cluster): string {
  return createHash('sha1').update(JSON.stringify([...cluster.replicationJobs].map(([id, job]) => [id, ...job]))).digest('hex');
}

function jobOf(call: Call, missing = `no such replication job '${idOf(call)}'\n`): Options {
  const job = call.cluster.replicationJobs.get(idOf(call));
  if (job === undefined) throw failure(missing);
  return job;
}

function list(call: Call): unknown[] {
  const jobs = [...call.cluster.replicationJobs].sort(([a], [b]) => (a < b ? -1 : 1));
  return jobs.filter(([id]) => call.may(`/vms/${guestOf(id)}`, ['VM.Audit'])).map(([id, job]) => fields(id, job));
}

function read(call: Call): unknown {
  const job = jobOf(call);
  call.demand(`/vms/${guestOf(idOf(call))}`, ['VM.Audit']);
  return { ...fields(idOf(call), job), digest: digestOf(call.cluster) };
}

function create(call: Call): null {
  const { cluster, parameters } = call;
  const id = idOf(call);
  const vmid = guestOf(id);
  const target = String(parameters['target']);
  call.demand(`/vms/${vmid}`, ['VM.Replicate']);
  const guest = cluster.guests.get(vmid);
  if (guest === undefined) throw failure(`Guest '${vmid}' does not exist.\n`);
  if (!cluster.nodes.has(target)) throw failure(`Target '${target}' does not exist.\n`);
  const source = String(parameters['source'] ?? guest.node);
  if (source !== guest.node) throw failure(`Source '${source}' does not match current node of guest '${vmid}' (${guest.node})\n`);
  if (target === guest.node) throw failure('Source and target must not be identical\n');
  if (replicatedVolumes(cluster, guest).length === 0) throw failure('No replicatable volumes found\n');
  if (cluster.replicationJobs.has(id)) throw failure(`replication job '${id}' already exists\n`);
  const others = [...cluster.replicationJobs].filter(([other, job]) => guestOf(other) === vmid && job.get('target') === target);
  if (others.length > 0) throw failure(`replication job for guest '${vmid}' to target 'local/${target}' already exists\n`);
  cluster.replicationJobs.set(id, new Map([['target', target], ...sectionOptions({ ...parameters, source }, OPTIONS)]));
  replicationState(cluster, id);
  return null;
}

function update(call: Call): null {
  call.demand(`/vms/${guestOf(idOf(call))}`, ['VM.Replicate']);
  const { digest, delete: remove } = call.parameters;
  if (digest && digest !== digestOf(call.cluster)) throw failure('detected modified configuration - file changed by other user? Try again.\n');
  const job = jobOf(call, `no such job '${idOf(call)}'\n`);
  const removed = splitList(String(remove ?? ''));
  for (const name of removed) {
    if (name === 'target') throw failure(`unable to delete required option '${name}'\n`);
    if (!Object.hasOwn(OPTIONS, name)) throw failure(`no such option '${name}'\n`);
  }
  for (const [name, value] of sectionOptions(call.parameters, OPTIONS)) job.set(name, value);
  for (const name of removed) job.delete(name);
  if (job.has('remove_job')) removeLater(call.cluster, idOf(call));
  return null;
}

/** The node's timer comes every minute. */
const MINUTE = 60_000;

/** Removal is the guest's node's work, which needs the target too when the copies are to go; it tries again until it can. */
function removeLater(cluster: Cluster, id: string): void {
  const job = cluster.replicationJobs.get(id);
  cluster.tasks.later(MINUTE, () => {
    if (cluster.replicationJobs.get(id) !== job || job === undefined || !job.has('remove_job')) return;
    const guest = cluster.guests.get(guestOf(id));
    const reachable = (node: string | undefined): boolean => cluster.nodes.get(node ?? '')?.online === true;
    if (!reachable(guest?.node) || (job.get('remove_job') === 'full' && !reachable(job.get('target')))) return removeLater(cluster, id);
    cluster.replicationJobs.delete(id);
    forgetReplication(cluster, id);
  });
}

function remove(call: Call): null {
  const id = idOf(call);
  call.demand(`/vms/${guestOf(id)}`, ['VM.Replicate']);
  const { force, keep } = call.parameters;
  if (force === true) {
    if (keep === true) throw parameterError({ keep: "conflicts with parameter 'force'" });
    call.cluster.replicationJobs.delete(id);
    forgetReplication(call.cluster, id);
    return null;
  }
  jobOf(call, `no such job '${id}'\n`).set('remove_job', keep === true ? 'local' : 'full');
  removeLater(call.cluster, id);
  return null;
}

/** Job and state together, as the guest's node tells them. A guest that has moved to the target is replicated back. */
function statusOf(cluster: Cluster, id: string, job: Options, guest: Guest): Record<string, unknown> {
  const source = job.get('source');
  if (source !== guest.node) {
    if (source !== undefined && job.get('target') === guest.node) job.set('target', source);
    job.set('source', guest.node);
  }
  const { lastTry, lastSync, failCount, error, duration } = settleReplication(cluster, id, job, guest);
  return {
    ...fields(id, job), vmtype: guest.kind, next_sync: nextSync(cluster, job, replicationState(cluster, id), guest.node),
    last_sync: lastSync, last_try: lastTry, fail_count: failCount,
    ...(error === undefined ? {} : { error }),
    ...(lastTry === 0 ? {} : { duration }),
  };
}

function nodeJobs(call: Call): Map<string, () => Record<string, unknown>> {
  const { cluster, parameters } = call;
  const result = new Map<string, () => Record<string, unknown>>();
  for (const [id, job] of [...cluster.replicationJobs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const guest = cluster.guests.get(guestOf(id));
    if (guest !== undefined && guest.node === parameters['node']) result.set(id, () => statusOf(cluster, id, job, guest));
  }
  return result;
}

function listOfNode(call: Call): unknown[] {
  const wanted = call.parameters['guest'];
  return [...nodeJobs(call)]
    .filter(([id]) => (wanted === undefined || wanted === guestOf(id)) && call.may(`/vms/${guestOf(id)}`, ['VM.Audit']))
    .map(([, status]) => status());
}

function status(call: Call): unknown {
  const found = nodeJobs(call).get(idOf(call));
  if (found === undefined) throw failure(`no such replication job '${idOf(call)}'\n`);
  call.demand(`/vms/${guestOf(idOf(call))}`, ['VM.Audit']);
  return found();
}

function log(call: Call): unknown {
  jobOf(call);
  const { node, start, limit } = call.parameters;
  if (!call.may(`/vms/${guestOf(idOf(call))}`, ['VM.Audit']) && !call.may(`/nodes/${String(node)}`, ['Sys.Audit'])) throw permissionError();
  nodeJobs(call).get(idOf(call))?.();
  return numbered(replicationState(call.cluster, idOf(call)).log, Number(start ?? 0), Number(limit) || 50);
}

function scheduleNow(call: Call): null {
  call.demand(`/vms/${guestOf(idOf(call))}`, ['VM.Replicate']);
  jobOf(call);
  const found = nodeJobs(call).get(idOf(call));
  found?.();
  const state = replicationState(call.cluster, idOf(call));
  // The next run is due since long; the timer takes it within the minute.
  state.lastTry = 0;
  state.failCount = 0;
  state.knownSince = Math.floor(call.cluster.clock.now() / 1000);
  return null;
}

const ONE = '/cluster/replication/{id}';
const OF_NODE = '/nodes/{node}/replication';
const ONE_OF_NODE = `${OF_NODE}/{id}`;
const JOB: Parameters = { node: NODE, id: ID };
const COUNT = optional(integer({ minimum: 0 }));

/** `/cluster/replication` and `/nodes/{node}/replication` (PVE::API2::ReplicationConfig, PVE::API2::Replication). */
export const replicationRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/replication', permissions: ALL, parameters: {}, run: list },
  { method: 'POST', path: '/cluster/replication', permissions: ALL, parameters: { ...OPTIONS, id: ID, target: NODE, type: oneOf('local') }, run: create },
  { method: 'GET', path: ONE, permissions: ALL, parameters: { id: ID }, run: read },
  {
    method: 'PUT', path: ONE, permissions: ALL, run: update,
    parameters: { ...OPTIONS, id: ID, digest: optional(string({ maxLength: 64 })), delete: optional(string({ format: 'pve-configid-list', maxLength: 4096 })) },
  },
  { method: 'DELETE', path: ONE, permissions: ALL, parameters: { id: ID, force: optional(boolean()), keep: optional(boolean()) }, run: remove },
  { method: 'GET', path: OF_NODE, permissions: ALL, parameters: { node: NODE, guest: optional(integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 })) }, run: listOfNode },
  { method: 'GET', path: ONE_OF_NODE, permissions: ALL, anywhere: true, parameters: JOB, run: () => ['schedule_now', 'log', 'status'].map((name) => ({ name })) },
  { method: 'GET', path: `${ONE_OF_NODE}/status`, permissions: ALL, parameters: JOB, run: status },
  { method: 'GET', path: `${ONE_OF_NODE}/log`, permissions: ALL, parameters: { ...JOB, start: COUNT, limit: COUNT }, run: log },
  { method: 'POST', path: `${ONE_OF_NODE}/schedule_now`, permissions: ALL, parameters: JOB, run: scheduleNow },
];
