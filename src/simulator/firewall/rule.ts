import { parameterError } from '../api/errors.ts';
import type { Cluster, Firewall, FirewallRule } from '../state/cluster.ts';
import { addressListVersion, aliasReference, ipsetReference, ipVersion, type IpVersion } from './address.ts';
import { portsProblem, protocolProblem } from './formats.ts';
import { findMacro, macroRules } from './macros.ts';
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS_WITH_PORTS } from './names.ts';
import type { RuleEnvironment } from './scope.ts';

/** Where a rule stands and what it can refer to. */
export interface RulePlace {
  readonly environment: RuleEnvironment;
  readonly cluster: Cluster;
  /** The firewall it belongs to: a guest's aliases and IP sets come before the cluster's. */
  readonly firewall: Firewall;
}

const TYPES: Readonly<Record<RuleEnvironment, readonly string[]>> = {
  vm: ['in', 'out', 'group'],
  ct: ['in', 'out', 'group'],
  group: ['in', 'out', 'forward'],
  cluster: ['in', 'out', 'forward', 'group'],
  host: ['in', 'out', 'forward', 'group'],
};

const ICMP = new Set(['icmp', 'icmpv6', 'ipv6-icmp']);
const wrong = (name: string, message: string): Error => parameterError({ [name]: message });
const text = (rule: FirewallRule, name: string): string => String(rule[name] ?? '');

/** An alias by its name, whatever the case. */
export function findAlias(firewall: Firewall, name: string): { readonly key: string; readonly cidr: string; readonly comment?: string } | undefined {
  for (const [key, alias] of firewall.aliases) if (key.toLowerCase() === name.toLowerCase()) return { key, ...alias };
  return undefined;
}

function aliasVersion({ cluster, firewall }: RulePlace, { scope, name }: { readonly scope: string; readonly name: string }): IpVersion | undefined {
  const own = scope === 'dc' ? undefined : findAlias(firewall, name);
  const found = own ?? (scope === 'guest' ? undefined : findAlias(cluster.firewall, name));
  return found === undefined ? undefined : ipVersion(found.cidr.split('/')[0] ?? '');
}

/** The version of the addresses a rule names, `seen` being what the protocol tells; throws where they are mixed or do not exist. */
function addressVersion(place: RulePlace, name: 'source' | 'dest', value: string, seen: IpVersion | undefined): IpVersion | undefined {
  const { cluster, firewall } = place;
  const merge = (version: IpVersion | undefined): IpVersion | undefined => {
    if (version !== undefined && seen !== undefined && version !== seen) throw wrong(name, 'detected mixed ipv4/ipv6 addresses in rule');
    return version ?? seen;
  };
  const alias = aliasReference(value);
  if (alias !== undefined) {
    if (findAlias(firewall, alias.name) === undefined && findAlias(cluster.firewall, alias.name) === undefined) throw wrong(name, `no such alias '${value}'`);
    return merge(aliasVersion(place, alias));
  }
  if (value.startsWith('+')) {
    const set = ipsetReference(value);
    if (set === undefined) throw wrong(name, `invalid ipset name '${value}'`);
    if (!firewall.ipsets.has(set.name) && !cluster.firewall.ipsets.has(set.name)) throw wrong(name, `no such ipset '${set.name}'`);
    return seen;
  }
  try {
    return merge(addressListVersion(value));
  } catch (error) {
    if (error instanceof Error && !('status' in error)) throw wrong(name, error.message);
    throw error;
  }
}

function protocolVersion(proto: string): IpVersion | undefined {
  if (proto === 'icmp') return 4;
  return ICMP.has(proto) ? 6 : undefined;
}

function checkType(rule: FirewallRule, { environment }: RulePlace): void {
  const type = text(rule, 'type');
  const action = text(rule, 'action');
  if (type === '') throw wrong('type', 'missing property');
  if (action === '') throw wrong('action', 'missing property');
  if (!TYPES[environment].includes(type)) throw wrong('type', `invalid rule type '${type}' for rule_env '${environment}'`);
  if (type === 'group') return;
  if (type === 'forward' && action === 'REJECT') throw wrong('action', 'cannot define REJECT rules on forward chain');
  if (!/^(?:ACCEPT|DROP|REJECT)$/.test(action)) throw wrong('action', `unknown action '${action}'`);
}

function checkInterface(rule: FirewallRule, { environment }: RulePlace): void {
  const iface = text(rule, 'iface');
  if (iface === '') return;
  if (environment === 'group') throw wrong('type', 'parameter -i not allowed for this rule type');
  if ((environment === 'vm' || environment === 'ct') && !/^net\d+$/.test(iface)) throw wrong('iface', "value does not match the regex pattern 'net\\d+'");
}

function checkPorts(rule: FirewallRule): void {
  const proto = text(rule, 'proto');
  const icmp = ICMP.has(proto);
  for (const name of ['dport', 'sport'] as const) {
    const ports = text(rule, name);
    if (ports === '') continue;
    const problem = portsProblem(ports, name === 'dport' && icmp);
    if (problem !== undefined) throw wrong(name, problem);
    if (proto === '') throw wrong('proto', `missing property - '${name}' requires this property`);
    if (!PROTOCOLS_WITH_PORTS.has(proto) && !(name === 'dport' && icmp)) throw wrong(name, `protocol '${proto}' does not support ports`);
  }
  const type = text(rule, 'icmp-type');
  if (type === '') return;
  if (!icmp) throw wrong('proto', "missing property - 'icmp-type' requires this property");
  if (text(rule, 'dport') !== '') throw wrong('icmp-type', "'icmp-type' cannot be specified together with 'dport'");
  if (!(proto === 'icmp' ? ICMP_TYPES : ICMPV6_TYPES).has(type)) throw wrong('icmp-type', `invalid icmp-type '${type}' for proto '${proto}'`);
}

/** A macro brings protocol and ports: a rule must not say them otherwise. */
function checkMacro(rule: FirewallRule, ipversion: IpVersion | undefined): void {
  const name = text(rule, 'macro');
  if (name === '') return;
  const macro = findMacro(name);
  if (macro === undefined) throw wrong('macro', `unknown macro '${name}'`);
  for (const pattern of macroRules(macro, ipversion)) {
    for (const [key, value] of Object.entries(pattern)) {
      const own = text(rule, key);
      if (own !== '' && own !== value) throw wrong(key, `parameter '${key}' already define in macro (value = '${String(value)}')`);
    }
  }
}

/** The IP version that a rule's protocol and addresses imply. Throws 400 where they contradict each other or name what does not exist. */
function versionOf(rule: FirewallRule, place: RulePlace): IpVersion | undefined {
  let version = protocolVersion(text(rule, 'proto'));
  for (const name of ['source', 'dest'] as const) {
    const value = text(rule, name);
    if (value !== '') version = addressVersion(place, name, value, version);
  }
  return version;
}

/** Checks a rule as PVE::Firewall::verify_rule does and gives its macro the name as documented. Throws 400 naming the field that is wrong. */
export function verifyRule(rule: FirewallRule, place: RulePlace): void {
  checkType(rule, place);
  checkInterface(rule, place);
  const name = text(rule, 'macro');
  const macro = findMacro(name);
  if (name !== '' && macro === undefined) throw wrong('macro', `unknown macro '${name}'`);
  if (macro !== undefined) rule['macro'] = macro.name;
  const problem = protocolProblem(text(rule, 'proto'));
  if (problem !== undefined) throw wrong('proto', problem);
  checkPorts(rule);
  checkMacro(rule, versionOf(rule, place));
}

/** What the configuration's reader adds to a rule: the IP version where its addresses tell; nothing when they are no longer valid. */
export function readRule(rule: FirewallRule, place: RulePlace): FirewallRule {
  try {
    const ipversion = versionOf(rule, place);
    return ipversion === undefined ? { ...rule } : { ...rule, ipversion };
  } catch {
    return { ...rule };
  }
}
