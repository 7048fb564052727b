import { integer, optional } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { Enveloped } from '../api/enveloped.ts';
import { CT, HOST, VM } from './scope.ts';
import type { Scope } from './scope.ts';

const NUMBER = optional(integer({ minimum: 0 }));
const FEW = 50;

/** Seconds since the epoch of `0 5 - 21/Nov/2026:09:30:00 +0000 …`: VMID, level and chain come before the time. */
function timeOf(line: string): number {
  const [, day, month, year, time, zone] = /^\S+ \S+ \S+ (\d+)\/(\w+)\/(\d+):(\S+) (\S+)/.exec(line) ?? [];
  return Date.parse(`${day} ${month} ${year} ${time} ${zone}`) / 1000;
}

/** The node's log holds its own lines (VMID 0) and those of the guests on it; a guest sees its own. */
function linesOf(call: Call, scope: Scope): readonly string[] {
  if (scope !== HOST) return scope.firewallOf(call).log;
  const guests = [...call.cluster.guests.values()].filter(({ node }) => node === call.parameters['node']);
  const all = [...scope.firewallOf(call).log, ...guests.flatMap(({ firewall }) => firewall.log)];
  return all.toSorted((a, b) => timeOf(a) - timeOf(b));
}

function read(call: Call, scope: Scope): Enveloped {
  const { start, limit, since, until } = call.parameters as Readonly<Record<string, number | undefined>>;
  const lines = linesOf(call, scope).filter((line) => (!since || timeOf(line) >= since) && (!until || timeOf(line) <= until));
  if (lines.length === 0) return new Enveloped([{ n: 1, t: 'no content' }], { total: 1 });
  const from = start ?? 0;
  return new Enveloped(lines.slice(from, from + (limit || FEW)).map((t, i) => ({ n: from + i + 1, t })), { total: lines.length });
}

const logRoute = (scope: Scope, permissions: Permissions): Route => ({
  method: 'GET',
  path: `${scope.path}/log`,
  permissions,
  parameters: { ...scope.parameters, start: NUMBER, limit: NUMBER, since: NUMBER, until: NUMBER },
  run: (call) => read(call, scope),
});

const OF_GUEST: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.Console']] };

/** `…/firewall/log` of nodes and guests. */
export const logRoutes: readonly Route[] = [logRoute(HOST, { check: ['perm', '/nodes/{node}', ['Sys.Syslog']] }), logRoute(VM, OF_GUEST), logRoute(CT, OF_GUEST)];
