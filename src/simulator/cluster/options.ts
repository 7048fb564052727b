import { checkDeclared, DATACENTER_OPTIONS, findOption, parseBoolean, parsePropertyString, type PropertyFormatName } from '../../pve/config/index.ts';
import { splitList } from '../api/formats.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, ParameterValue, Route } from '../api/route.ts';
import { allowedTags } from '../guests/allowed-tags.ts';

/** Options of `datacenter.cfg` that `GET` gives taken apart; the other property strings it gives as they are. */
const TAKEN_APART: ReadonlySet<string> = new Set(['crs', 'migration', 'replication', 'next-id', 'ha', 'notify', 'u2f', 'webauthn', 'tag-style', 'user-tag-access']);
/** Proxmox's own range of MAC addresses. */
const MAC_PREFIX = 'BC:24:11';

function told(name: string, value: string): unknown {
  const option = findOption(DATACENTER_OPTIONS, name);
  if (name === 'registered-tags') return value.split(';');
  if (name === 'console' && value === 'applet') return 'html5';
  if (option?.type === 'integer' || option?.type === 'boolean') return /^\d+$/.test(value) ? Number(value) : value;
  if (option?.properties === undefined || !TAKEN_APART.has(name)) return value;
  const parts = takenApart(option.properties, value);
  const list = parts['user-allow-list'];
  return typeof list === 'string' ? { ...parts, 'user-allow-list': list.split(';') } : parts;
}

function takenApart(format: PropertyFormatName, value: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parsePropertyString(format, value).values).map(([name, one]) => [name, typeof one === 'boolean' ? Number(one) : one]));
}

/** `GET /cluster/options` (PVE::DataCenterConfig): without `Sys.Audit` only what every user interface needs. */
function read(call: Call): Record<string, unknown> {
  const { options } = call.cluster;
  const result: Record<string, unknown> = call.may('/', ['Sys.Audit']) ? { description: '', mac_prefix: MAC_PREFIX } : {};
  const open = new Set(['console', 'tag-style']);
  for (const [name, value] of options) if (result['mac_prefix'] !== undefined || open.has(name)) result[name] = told(name, value);
  result['allowed-tags'] = allowedTags(call).sort();
  return result;
}

function problems(values: Readonly<Record<string, ParameterValue>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const option = findOption(DATACENTER_OPTIONS, name);
    const problem = option === undefined ? 'property is not defined in schema and the schema does not allow additional properties' : checkDeclared(option, name, String(value));
    if (problem !== undefined) result[name] = problem;
  }
  return result;
}

function write({ cluster, parameters }: Call): null {
  const { delete: remove, ...values } = parameters;
  for (const [name, value] of Object.entries(values)) {
    const flag = findOption(DATACENTER_OPTIONS, name)?.type === 'boolean' ? parseBoolean(String(value)) : undefined;
    cluster.options.set(name, flag === undefined ? String(value) : flag ? '1' : '0');
  }
  for (const name of splitList(String(remove ?? ''))) cluster.options.delete(name);
  return null;
}

export const optionRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/options', permissions: { check: ['perm', '/', ['Sys.Audit']], user: 'all' }, parameters: {}, run: read },
  {
    method: 'PUT', path: '/cluster/options', permissions: { check: ['perm', '/', ['Sys.Modify']] }, additional: problems,
    parameters: { delete: optional(string({ format: 'pve-configid-list' })) }, run: write,
  },
];
