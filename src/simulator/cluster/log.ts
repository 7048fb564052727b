import { integer, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';

/** Entries told when the caller names no number. */
const DEFAULT_MAX = 50;
/** syslog severities. */
const INFO = 6;
const ERROR = 3;

interface Entry {
  readonly time: number;
  readonly node: string;
  readonly user: string;
  readonly pri: number;
  readonly msg: string;
}

/** Workers tell the cluster log when they begin and how they end. */
function entries(call: Call): Entry[] {
  const result: Entry[] = [];
  for (const { upid, node, user, starttime, endtime, exitstatus } of call.cluster.tasks.list()) {
    result.push({ time: starttime, node, user, pri: INFO, msg: `starting task ${upid}` });
    if (endtime !== undefined) result.push({ time: endtime, node, user, pri: exitstatus === 'OK' ? INFO : ERROR, msg: `end task ${upid} ${exitstatus ?? 'unexpected status'}` });
  }
  return result.sort((a, b) => a.time - b.time);
}

/** `GET /cluster/log`, newest first. */
function log(call: Call): Record<string, unknown>[] {
  const all = call.may('/', ['Sys.Syslog']);
  const user = call.caller.tokenid ?? call.caller.userid;
  const max = Number(call.parameters['max'] ?? DEFAULT_MAX);
  return entries(call)
    .map((entry, i) => ({ ...entry, uid: i + 1, id: `${i + 1}:${entry.node}`, tag: 'pvedaemon', pid: 1290 }))
    .filter((entry) => all || entry.user === user)
    .slice(-max)
    .reverse();
}

export const logRoutes: readonly Route[] = [{ method: 'GET', path: '/cluster/log', permissions: { user: 'all' }, parameters: { max: optional(integer({ minimum: 1 })) }, run: log }];
