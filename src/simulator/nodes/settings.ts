import { isIP } from 'node:net';
import { parameterError } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Node } from '../state/cluster.ts';
import { utcOffset } from './journal.ts';
import { assertUnmodified, AUDIT, MODIFY, NODE, nodeOf, secondsOf, sha1, text } from './parameters.ts';

const ADDRESS = optional(string({ format: 'ip' }));

/** `/etc/resolv.conf` as it reads. */
function readDns(call: Call): Record<string, string> {
  const { search, ...servers } = nodeOf(call).dns;
  return { ...(search === '' ? {} : { search }), ...servers };
}

/** Servers that are not given go; each is written once, and reading counts them anew (PVE::INotify::update_etc_resolv_conf). */
function writeDns(call: Call): null {
  const servers = new Set(['dns1', 'dns2', 'dns3'].map((name) => text(call, name)).filter((server) => server !== undefined && server !== '' && server !== '0.0.0.0'));
  nodeOf(call).dns = { search: text(call, 'search') ?? '', ...Object.fromEntries([...servers].map((server, i) => [`dns${i + 1}`, server])) };
  return null;
}

/** Both times in seconds; `localtime` counts as if the clock on the wall showed UTC. */
function readTime(call: Call): Record<string, string | number> {
  const { timezone } = nodeOf(call);
  const time = secondsOf(call);
  return { timezone, time, localtime: time + utcOffset(time * 1000, timezone) / 1000 };
}

/** Intl takes names in any case and plain offsets; the zone files are named exactly. */
function isTimezone(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function writeTime(call: Call): null {
  const timezone = String(call.parameters['timezone']);
  if (!isTimezone(timezone)) throw parameterError({ timezone: 'No such timezone' });
  nodeOf(call).timezone = timezone;
  return null;
}

const hostsDigest = (node: Node): string => sha1(node.hosts);

/** What is wrong with the text as `/etc/hosts` (PVE::INotify::write_etc_hosts). */
function hostsProblem(data: string): string | undefined {
  for (const line of data.split('\n')) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [ip = '', ...names] = line.split(/\s+/);
    if (isIP(ip) === 0) return `Invalid IP '${ip}'`;
    const wrong = names.find((name) => name !== '' && !/^[.\-a-zA-Z0-9]+$/.test(name));
    if (wrong !== undefined) return `Invalid Hostname '${wrong}'`;
  }
  return undefined;
}

function writeHosts(call: Call): null {
  const node = nodeOf(call);
  assertUnmodified(hostsDigest(node), text(call, 'digest'));
  const data = String(call.parameters['data']);
  const problem = hostsProblem(data);
  if (problem !== undefined) throw parameterError({ data: problem });
  node.hosts = data;
  return null;
}

/** Small files of the node that the API reads and writes whole: resolver, time zone, hosts. */
export const settingRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/dns', permissions: AUDIT, parameters: NODE, run: readDns },
  { method: 'PUT', path: '/nodes/{node}/dns', permissions: MODIFY, parameters: { ...NODE, search: string(), dns1: ADDRESS, dns2: ADDRESS, dns3: ADDRESS }, run: writeDns },
  { method: 'GET', path: '/nodes/{node}/time', permissions: AUDIT, parameters: NODE, run: readTime },
  { method: 'PUT', path: '/nodes/{node}/time', permissions: MODIFY, parameters: { ...NODE, timezone: string() }, run: writeTime },
  {
    method: 'GET', path: '/nodes/{node}/hosts', permissions: { check: ['perm', '/', ['Sys.Audit']] }, parameters: NODE,
    run: (call) => ({ data: nodeOf(call).hosts, digest: hostsDigest(nodeOf(call)) }),
  },
  { method: 'POST', path: '/nodes/{node}/hosts', permissions: MODIFY, parameters: { ...NODE, data: string(), digest: optional(string({ maxLength: 64 })) }, run: writeHosts },
];
