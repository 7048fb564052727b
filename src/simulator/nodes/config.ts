import { checkDeclared, findOption, NODE_OPTIONS, type Options, parsePropertyString } from '../../pve/config/index.ts';
import { failure } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { oneOf, optional, string } from '../api/parameters.ts';
import type { Call, ParameterValue, Route } from '../api/route.ts';
import { printOptionsFile } from '../files/options-file.ts';
import { assertUnmodified, NODE, nodeOf, sha1, text } from './parameters.ts';

const KEYS = ['acme', ...Array.from({ length: 6 }, (_, i) => `acmedomain${i}`), 'ballooning-target', 'description', 'startall-onboot-delay', 'wakeonlan'];

/** SHA-1 of `/etc/pve/nodes/<node>/config`; none while there is no such file. */
const digestOf = (config: Options): string | undefined => (config.size === 0 ? undefined : sha1(printOptionsFile(config, '')));

/** Values are text as they stand in the file; the description's lines all end. */
function read(call: Call): Record<string, string> {
  const { config } = nodeOf(call);
  const digest = digestOf(config);
  if (digest === undefined) return {};
  const description = config.get('description') ?? '';
  const all: Record<string, string> = { ...Object.fromEntries(config), description: description === '' || description.endsWith('\n') ? description : `${description}\n`, digest };
  const property = text(call, 'property');
  if (property === undefined) return all;
  const value = all[property];
  return value === undefined ? {} : { [property]: value };
}

function problems(values: Readonly<Record<string, ParameterValue>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const option = findOption(NODE_OPTIONS, name);
    const problem = option === undefined ? 'property is not defined in schema and the schema does not allow additional properties' : checkDeclared(option, name, String(value));
    if (problem !== undefined) result[name] = problem;
  }
  return result;
}

/** The ACME account for the node's domains; undefined when none are named. */
export function acmeAccount(config: Options): string | undefined {
  if (acmeDomains(config).size === 0) return undefined;
  return String(parsePropertyString('acme', config.get('acme') ?? '').values['account'] ?? 'default');
}

/**
 * The domains the node's certificate is to have, in lower case. Throws unless each is named once, for a plugin that exists: without any
 * configured that is `standalone` (PVE::NodeConfig::get_acme_conf).
 */
function acmeDomains(config: Options): Set<string> {
  const seen = new Set<string>();
  const acme = config.get('acme');
  const listed = acme === undefined ? undefined : parsePropertyString('acme', acme).values['domains'];
  const names = Array.isArray(listed) ? listed.map(String) : typeof listed === 'string' ? listed.split(';') : [];
  for (const name of names) {
    const domain = name.toLowerCase();
    if (seen.has(domain)) throw failure(`duplicate domain '${domain}' in ACME config properties`);
    seen.add(domain);
  }
  for (let i = 0; i < 6; i++) {
    const value = config.get(`acmedomain${i}`);
    if (value === undefined) continue;
    const { domain: written = '', plugin = 'standalone' } = parsePropertyString('acmedomain', value).values;
    const domain = String(written).toLowerCase();
    if (seen.has(domain)) throw failure(`duplicate domain '${domain}' in ACME config properties`);
    seen.add(domain);
    if (plugin !== 'standalone') throw failure(`plugin '${String(plugin)}' for domain '${domain}' not found!`);
  }
  return seen;
}

function write(call: Call): null {
  const { config } = nodeOf(call);
  const current = digestOf(config);
  if (current !== undefined) assertUnmodified(current, text(call, 'digest'));
  const next: Options = new Map(config);
  for (const [name, value] of Object.entries(call.parameters)) if (findOption(NODE_OPTIONS, name) !== undefined) next.set(name, String(value));
  for (const name of splitList(text(call, 'delete') ?? '')) next.delete(name);
  acmeDomains(next);
  config.clear();
  for (const [name, value] of next) config.set(name, value);
  return null;
}

const ROOT = '/nodes/{node}/config';

export const configRoutes: readonly Route[] = [
  { method: 'GET', path: ROOT, permissions: { check: ['perm', '/', ['Sys.Audit']] }, parameters: { ...NODE, property: optional({ ...oneOf(...KEYS), default: 'all' }) }, run: read },
  {
    method: 'PUT', path: ROOT, permissions: { check: ['perm', '/', ['Sys.Modify']] }, run: write, additional: problems,
    parameters: { ...NODE, delete: optional(string({ format: 'pve-configid-list' })), digest: optional(string({ maxLength: 40 })) },
  },
];
