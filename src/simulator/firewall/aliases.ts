import { parameterError } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Firewall } from '../state/cluster.ts';
import { ipVersion, withoutHostLength } from './address.ts';
import { assertUnmodified, withDigest } from './digest.ts';
import { findAlias } from './rule.ts';
import type { Scope } from './scope.ts';

const NAME = string({ pattern: /^[A-Za-z][A-Za-z0-9\-_]+$/, minLength: 2, maxLength: 64 });
const CIDR = string({ format: 'IPorCIDR' });
const COMMENT = optional(string());
const DIGEST = optional(string({ maxLength: 64 }));

interface Shown extends Readonly<Record<string, string | number | undefined>> {
  readonly name: string;
  readonly cidr: string;
}

function read({ aliases }: Firewall): Shown[] {
  return [...aliases]
    .map(([name, { cidr, comment }]) => ({ name, cidr, ipversion: ipVersion(cidr.split('/')[0] ?? ''), ...(comment === undefined ? {} : { comment }) }))
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

function entryOf({ parameters }: Call): { cidr: string; comment?: string } {
  const comment = String(parameters['comment'] ?? '').trim();
  return { cidr: withoutHostLength(String(parameters['cidr'])), ...(comment === '' ? {} : { comment }) };
}

/** The operations on a firewall's aliases (PVE::API2::Firewall::AliasesBase). */
export function aliasRoutes({ path: base, parameters, audit, modify, firewallOf }: Scope): Route[] {
  const path = `${base}/aliases`;
  const one = `${path}/{name}`;
  const named = { ...parameters, name: NAME };
  const anywhere = true as const;
  const nameOf = (call: Call): string => String(call.parameters['name']);
  const existing = (call: Call): string => {
    const alias = findAlias(firewallOf(call), nameOf(call));
    if (alias === undefined) throw parameterError({ name: 'no such alias' });
    return alias.key;
  };

  const create = (call: Call): null => {
    const firewall = firewallOf(call);
    if (findAlias(firewall, nameOf(call)) !== undefined) throw parameterError({ name: `alias '${nameOf(call)}' already exists` });
    firewall.aliases.set(nameOf(call), entryOf(call));
    return null;
  };
  const update = (call: Call): null => {
    const firewall = firewallOf(call);
    assertUnmodified(call, read(firewall));
    const key = existing(call);
    const name = String(call.parameters['rename'] ?? nameOf(call));
    if (name.toLowerCase() !== key.toLowerCase() && findAlias(firewall, name) !== undefined) throw parameterError({ name: `alias '${name}' already exists` });
    firewall.aliases.delete(key);
    firewall.aliases.set(name.toLowerCase() === key.toLowerCase() ? nameOf(call) : name, entryOf(call));
    return null;
  };
  const remove = (call: Call): null => {
    const firewall = firewallOf(call);
    assertUnmodified(call, read(firewall));
    firewall.aliases.delete(findAlias(firewall, nameOf(call))?.key ?? '');
    return null;
  };

  return [
    { method: 'GET', path, permissions: audit, anywhere, parameters, run: (call) => withDigest(read(firewallOf(call))) },
    { method: 'POST', path, permissions: modify, anywhere, parameters: { ...named, cidr: CIDR, comment: COMMENT }, run: create },
    { method: 'GET', path: one, permissions: audit, anywhere, parameters: named, run: (call) => { const key = existing(call); return read(firewallOf(call)).find(({ name }) => name === key); } },
    { method: 'PUT', path: one, permissions: modify, anywhere, parameters: { ...named, cidr: CIDR, comment: COMMENT, rename: optional(NAME), digest: DIGEST }, run: update },
    { method: 'DELETE', path: one, permissions: modify, anywhere, parameters: { ...named, digest: DIGEST }, run: remove },
  ];
}
