import { failure, parameterError } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Firewall } from '../state/cluster.ts';
import { aliasReference, cleanCidr } from './address.ts';
import { assertUnmodified, withDigest } from './digest.ts';
import { findAlias } from './rule.ts';
import type { Scope } from './scope.ts';

const NAME = string({ pattern: /^[A-Za-z][A-Za-z0-9\-_]+$/, minLength: 2, maxLength: 64 });
const CIDR = string({ format: 'IPorCIDRorAlias' });
const COMMENT = optional(string());
const DIGEST = optional(string({ maxLength: 64 }));

type Ipset = Firewall['ipsets'] extends Map<string, infer S> ? S : never;
type Entry = Ipset['entries'][number];
type Fields = Readonly<Record<string, string | number | undefined>>;

const names = ({ ipsets }: Firewall): Fields[] =>
  [...ipsets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { comment }]) => ({ name, ...(comment === undefined ? {} : { comment }) }));

const contents = ({ entries }: Ipset): Fields[] =>
  entries.map(({ cidr, nomatch, comment }) => ({ cidr, ...(nomatch ? { nomatch: 1 } : {}), ...(comment === undefined ? {} : { comment }) }));

/** `[IPSET …]` and its lines carry comments only where there is something to say. */
function commentOf({ parameters }: Call): { comment?: string } {
  const comment = String(parameters['comment'] ?? '').trim();
  return comment === '' ? {} : { comment };
}

/** An entry as the file will have it: networks without host bits, entries sorted. */
function insert(set: Ipset, entry: Entry): void {
  set.entries.push(entry);
  set.entries.sort((a, b) => (a.cidr < b.cidr ? -1 : 1));
}

/** `…/ipset` and `…/ipset/{name}` (PVE::API2::Firewall::BaseIPSetList and IPSetBase). */
export function ipsetRoutes(scope: Scope): Route[] {
  const { parameters, audit, modify, firewallOf } = scope;
  const path = `${scope.path}/ipset`;
  const one = `${path}/{name}`;
  const entry = `${one}/{cidr}`;
  const named = { ...parameters, name: NAME };
  const addressed = { ...named, cidr: CIDR };
  const anywhere = true as const;
  const nameOf = (call: Call): string => String(call.parameters['name']);
  const cidrOf = (call: Call): string => String(call.parameters['cidr']);
  const setOf = (call: Call): Ipset => {
    const set = firewallOf(call).ipsets.get(nameOf(call));
    if (set === undefined) throw failure(`no such IPSet '${nameOf(call)}'\n`);
    return set;
  };

  const rename = (call: Call, from: string): null => {
    const firewall = firewallOf(call);
    assertUnmodified(call, names(firewall));
    const set = firewall.ipsets.get(from);
    if (set === undefined) throw parameterError({ name: `IPSet '${from}' does not exist` });
    const to = nameOf(call);
    if (to !== from && firewall.ipsets.has(to)) throw parameterError({ name: `IPSet '${to}' does already exist` });
    firewall.ipsets.delete(from);
    if (call.parameters['comment'] !== undefined) delete set.comment;
    firewall.ipsets.set(to.toLowerCase(), Object.assign(set, commentOf(call)));
    return null;
  };
  const create = (call: Call): null => {
    const from = call.parameters['rename'];
    if (from) return rename(call, String(from));
    const { ipsets } = firewallOf(call);
    if (ipsets.has(nameOf(call))) throw parameterError({ name: `IPSet '${nameOf(call)}' already exists` });
    // The file's reader takes names in lower case.
    ipsets.set(nameOf(call).toLowerCase(), { ...commentOf(call), entries: [] });
    return null;
  };
  const remove = (call: Call): null => {
    if (setOf(call).entries.length > 0 && call.parameters['force'] !== true) throw failure(`IPSet '${nameOf(call)}' is not empty\n`);
    firewallOf(call).ipsets.delete(nameOf(call));
    return null;
  };

  const checkAlias = (call: Call, given: string): boolean => {
    const alias = aliasReference(given);
    if (alias === undefined) return false;
    const own = alias.scope === 'dc' ? undefined : findAlias(firewallOf(call), alias.name);
    const found = own ?? (alias.scope === 'guest' && scope.environment !== 'cluster' ? undefined : findAlias(call.cluster.firewall, alias.name));
    if (found === undefined) throw failure(`no such alias '${alias.name}'\n`);
    return true;
  };
  const add = (call: Call): null => {
    const set = setOf(call);
    const cidr = checkAlias(call, cidrOf(call)) ? cidrOf(call) : cleanCidr(cidrOf(call));
    if (set.entries.some((other) => other.cidr === cidr)) throw parameterError({ cidr: `address '${cidr}' already exists` });
    if (/\/0+$/.test(cidr)) throw parameterError({ cidr: 'a zero prefix is not allowed in ipset entries' });
    insert(set, { cidr, ...(call.parameters['nomatch'] === true ? { nomatch: true } : {}), ...commentOf(call) });
    return null;
  };
  const entryOf = (call: Call): Entry => {
    const found = setOf(call).entries.find(({ cidr }) => cidr === cidrOf(call));
    if (found === undefined) throw parameterError({ cidr: 'no such IP/Network' });
    return found;
  };
  const update = (call: Call): null => {
    assertUnmodified(call, contents(setOf(call)));
    const found = entryOf(call);
    delete found.nomatch;
    delete found.comment;
    Object.assign(found, call.parameters['nomatch'] === true ? { nomatch: true } : {}, commentOf(call));
    return null;
  };
  const removeEntry = (call: Call): null => {
    const set = setOf(call);
    assertUnmodified(call, contents(set));
    set.entries = set.entries.filter(({ cidr }) => cidr !== cidrOf(call));
    return null;
  };

  return [
    { method: 'GET', path, permissions: audit, anywhere, parameters, run: (call) => withDigest(names(firewallOf(call))) },
    { method: 'POST', path, permissions: modify, anywhere, parameters: { ...named, comment: COMMENT, digest: DIGEST, rename: optional(NAME) }, run: create },
    { method: 'GET', path: one, permissions: audit, anywhere, parameters: named, run: (call) => withDigest(contents(setOf(call))) },
    { method: 'POST', path: one, permissions: modify, anywhere, parameters: { ...addressed, comment: COMMENT, nomatch: optional(boolean()) }, run: add },
    { method: 'DELETE', path: one, permissions: modify, anywhere, parameters: { ...named, force: optional(boolean()) }, run: remove },
    { method: 'GET', path: entry, permissions: audit, anywhere, parameters: addressed, run: (call) => { const { cidr } = entryOf(call); return withDigest(contents(setOf(call))).find((other) => other['cidr'] === cidr); } },
    { method: 'PUT', path: entry, permissions: modify, anywhere, parameters: { ...addressed, comment: COMMENT, nomatch: optional(boolean()), digest: DIGEST }, run: update },
    { method: 'DELETE', path: entry, permissions: modify, anywhere, parameters: { ...addressed, digest: DIGEST }, run: removeEntry },
  ];
}
