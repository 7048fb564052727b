import type { Call, Route } from '../api/route.ts';
import type { Task } from '../state/tasks.ts';

/** How many tasks each node tells the others of. */
const TOLD_PER_NODE = 25;

/** A task as nodes tell each other: `saved` says that it has ended and its result is on disk. */
function told({ upid, node, pid, pstart, type, id, user, starttime, endtime, exitstatus }: Task): Record<string, unknown> & { readonly user: string } {
  const [userid = '', tokenid] = user.split('!');
  return {
    upid, node, pid, pstart, starttime, type, id, user: userid, saved: endtime === undefined ? '0' : '1',
    ...(tokenid === undefined ? {} : { tokenid }),
    ...(endtime === undefined ? {} : { endtime, status: exitstatus }),
  };
}

/** `GET /cluster/tasks`: what runs and what has ended lately on the nodes that run, newest first. */
function tasks(call: Call): Record<string, unknown>[] {
  const all = call.may('/', ['Sys.Audit']);
  const user = call.caller.tokenid ?? call.caller.userid;
  const counts = new Map<string, number>();
  const result: Record<string, unknown>[] = [];
  for (const task of call.cluster.tasks.list()) {
    const count = (counts.get(task.node) ?? 0) + 1;
    if (count > TOLD_PER_NODE || call.cluster.nodes.get(task.node)?.online !== true) continue;
    counts.set(task.node, count);
    const row = told(task);
    if (all || row.user === user) result.push(row);
  }
  return result;
}

export const taskRoutes: readonly Route[] = [{ method: 'GET', path: '/cluster/tasks', permissions: { user: 'all' }, parameters: {}, run: tasks }];
