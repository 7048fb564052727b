import { Download } from '../api/download.ts';
import { failure, parameterError } from '../api/errors.ts';
import { Enveloped } from '../api/enveloped.ts';
import { splitList } from '../api/formats.ts';
import { boolean, integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Task } from '../state/tasks.ts';
import { numbered } from './numbered.ts';
import { ALL, count, index, NODE, text, userOf } from './parameters.ts';

const UPID = /^UPID:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:\s/]+:[^:\s/]*:[^:\s/]+:$/;

/** A task as the API tells it: a token's tasks under the user's name, with `tokenid` beside it. */
function told({ upid, node, pid, pstart, type, id, user, starttime }: Task): Record<string, unknown> & { readonly user: string; readonly tokenid?: string } {
  const [userid = '', tokenid] = user.split('!');
  return { upid, node, pid, pstart, starttime, type, id, user: userid, ...(tokenid === undefined ? {} : { tokenid }) };
}

/** A token sees what it began itself, a user also what its tokens began (PVE::API2::Tasks). */
function owns(call: Call, task: Task): boolean {
  const user = userOf(call);
  return user === task.user || user === task.user.split('!')[0];
}

/** PVE::UPID::normalize_status_type */
function statusType(task: Task): 'ok' | 'warning' | 'error' | 'unknown' {
  const { exitstatus } = task;
  if (exitstatus === undefined || exitstatus === '' || exitstatus === 'unexpected status') return 'unknown';
  if (exitstatus === 'OK') return 'ok';
  return /^WARNINGS: \d+$/.test(exitstatus) ? 'warning' : 'error';
}

function wantedStatuses(call: Call): ReadonlySet<string> {
  const errors = call.parameters['errors'] === true;
  const filter = text(call, 'statusfilter');
  if (filter !== undefined && !errors) return new Set(splitList(filter).map((status) => status.toLowerCase()));
  return new Set(errors ? ['warning', 'error', 'unknown'] : ['ok', 'warning', 'error', 'unknown']);
}

/** What a caller may see and has asked for; the order of the checks does not matter to the outcome. */
function filterOf(call: Call): (task: Task) => boolean {
  const node = String(call.parameters['node']);
  const auditor = call.may(`/nodes/${node}`, ['Sys.Audit']);
  const user = text(call, 'userfilter')?.toLowerCase();
  const type = text(call, 'typefilter');
  const vmid = text(call, 'vmid');
  const since = count(call, 'since') ?? -Infinity;
  const until = count(call, 'until') ?? Infinity;
  const statuses = wantedStatuses(call);
  return (task) =>
    task.node === node &&
    (auditor || owns(call, task)) &&
    (!user || told(task).user.toLowerCase().includes(user)) &&
    (!type || task.type === type) &&
    (vmid === undefined || task.id === vmid) &&
    task.starttime >= since &&
    task.starttime <= until &&
    statuses.has(statusType(task));
}

function list(call: Call): Enveloped {
  const source = text(call, 'source') ?? 'archive';
  const all = call.cluster.tasks.list().filter(filterOf(call));
  const active = source === 'archive' ? [] : all.filter((task) => task.endtime === undefined);
  const archived = source === 'active' ? [] : all.filter((task) => task.endtime !== undefined).sort((a, b) => (b.endtime ?? 0) - (a.endtime ?? 0) || b.pid - a.pid);
  const found = [...active, ...archived];
  const start = count(call, 'start') ?? 0;
  const page = found.slice(start, start + (count(call, 'limit') ?? 50));
  return new Enveloped(
    // The list of active workers is not split into user and token.
    page.map((task) => (task.endtime === undefined ? { ...task, status: 'RUNNING' } : { ...told(task), endtime: task.endtime, status: task.exitstatus })),
    { total: found.length },
  );
}

function findTask(call: Call): Task | undefined {
  const upid = String(call.parameters['upid']);
  if (!UPID.test(upid)) throw parameterError({ upid: 'unable to parse worker upid' });
  const task = call.cluster.tasks.get(upid);
  // The files of a task are on the node that ran it.
  return task?.node === call.parameters['node'] ? task : undefined;
}

function requireTask(call: Call): Task {
  const task = findTask(call);
  if (task === undefined) throw parameterError({ upid: 'no such task' });
  return task;
}

function allow(call: Call, task: Task, privilege: string): void {
  if (!owns(call, task)) call.demand(`/nodes/${task.node}`, [privilege]);
}

function status(call: Call): Record<string, unknown> {
  const task = requireTask(call);
  allow(call, task, 'Sys.Audit');
  return { ...told(task), ...(task.endtime === undefined ? { status: 'running' } : { status: 'stopped', exitstatus: task.exitstatus }) };
}

function log(call: Call): unknown {
  const task = findTask(call);
  if (task === undefined) {
    call.demand(`/nodes/${String(call.parameters['node'])}`, ['Sys.Audit']);
    return new Enveloped([{ n: 1, t: 'unable to open file - No such file or directory' }], { total: 1 });
  }
  allow(call, task, 'Sys.Audit');
  const lines = call.cluster.tasks.log(task.upid);
  const start = count(call, 'start');
  const limit = count(call, 'limit');
  if (call.parameters['download'] === true) {
    if (start !== undefined || limit !== undefined) throw failure("'download' cannot be used together with 'start' or 'limit' parameters");
    const time = new Date(task.starttime * 1000).toISOString().replace('.000', '');
    return new Download(`task-${task.node}-${task.type}-${time}.log`, lines.map((line) => `${line}\n`).join(''));
  }
  return numbered(lines, start ?? 0, limit === 0 ? Infinity : (limit ?? 50));
}

const ONE = { ...NODE, upid: string() };
const PAGE = { start: optional(integer({ minimum: 0, default: 0 })), limit: optional(integer({ minimum: 0, default: 50 })) };

export const taskRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/nodes/{node}/tasks', permissions: ALL, run: list,
    parameters: {
      ...NODE, ...PAGE, userfilter: optional(string()), typefilter: optional(string()), vmid: optional(integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 })), errors: optional(boolean()),
      source: optional(oneOf('archive', 'active', 'all')), since: optional(integer()), until: optional(integer()), statusfilter: optional(string({ format: 'pve-task-status-type-list' })),
    },
  },
  index('/nodes/{node}/tasks/{upid}', 'name', ['log', 'status'], ALL, { upid: string() }),
  {
    method: 'DELETE', path: '/nodes/{node}/tasks/{upid}', permissions: ALL, parameters: ONE,
    run: (call) => {
      const task = requireTask(call);
      allow(call, task, 'Sys.Modify');
      call.cluster.tasks.stop(task.upid);
    },
  },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/log', permissions: ALL, parameters: { ...ONE, ...PAGE, download: optional(boolean()) }, run: log },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/status', permissions: ALL, parameters: ONE, run: status },
];
