import { addressListVersion, aliasReference, cidrProblem } from './address.ts';
import { CONNTRACK_HELPERS, ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS, SERVICES } from './names.ts';

const isIcmpType = (name: string): boolean => ICMP_TYPES.has(name) || ICMPV6_TYPES.has(name);

/**
 * What is wrong with a list of ports; undefined when nothing is.
 * @param icmp whether names of ICMP types may stand in place of ports
 */
export function portsProblem(text: string, icmp: boolean): string | undefined {
  const items = text.split(',');
  if (items.at(-1) === '') return 'extraneous commas in list';
  let count = 0;
  let types = false;
  for (const item of items) {
    const [, first, last] = /^(\d+)(?::(\d+))?$/.exec(item) ?? [];
    if (first === undefined) {
      if (icmp && isIcmpType(item)) types = true;
      else if (!SERVICES.has(item)) return `invalid port '${item}'`;
      continue;
    }
    const wrong = [first, last].find((port) => Number(port ?? 0) > 65_535);
    if (wrong !== undefined) return `invalid port '${wrong}'`;
    if (last !== undefined && Number(first) > Number(last)) return `backwards range '${item}' not allowed, did you mean '${last}:${first}'?`;
    count += last === undefined ? 1 : 2;
  }
  if (types && count > 0) return 'ICMP ports not allowed in port range';
  return count > 15 ? 'too many entries in port list (> 15 numbers)' : undefined;
}

export const protocolProblem = (name: string): string | undefined => (name === '' || PROTOCOLS.has(name) ? undefined : `unknown protocol '${name}'`);

function addressListProblem(text: string): string | undefined {
  try {
    addressListVersion(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function helpersProblem(text: string): string | undefined {
  const wrong = text.split(',').find((helper) => helper !== '' && !CONNTRACK_HELPERS.has(helper));
  if (wrong !== undefined) return `unknown helper ${wrong}`;
  return text.endsWith(',') ? 'extraneous commas in list' : undefined;
}

/** The firewall's formats of parameters (PVE::Firewall), by name. */
export const FIREWALL_FORMATS: Readonly<Record<string, (value: string) => string | undefined>> = {
  IPorCIDR: cidrProblem,
  IPorCIDRorAlias: (value) => (aliasReference(value) === undefined ? cidrProblem(value) : undefined),
  'pve-fw-addr-spec': (value) => (value === '' ? undefined : addressListProblem(value)),
  'pve-fw-sport-spec': (value) => (value === '' ? undefined : portsProblem(value, false)),
  'pve-fw-dport-spec': (value) => (value === '' ? undefined : portsProblem(value, true)),
  'pve-fw-protocol-spec': protocolProblem,
  'pve-fw-icmp-type-spec': (value) => (value === '' || isIcmpType(value) ? undefined : `invalid icmp-type value '${value}'`),
  'pve-fw-conntrack-helper': helpersProblem,
};
