import { failure, parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameter, Parameters } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { FirewallRule } from '../state/cluster.ts';
import { assertUnmodified, withDigest } from './digest.ts';
import { LOG_LEVELS } from './names.ts';
import { readRule, verifyRule } from './rule.ts';
import type { RulePlace } from './rule.ts';
import type { Scope } from './scope.ts';

/** A list of rules: a firewall's own or a security group's. */
interface RuleList {
  readonly scope: Scope;
  /** The path the rules stand below: `…/rules` or `/cluster/firewall/groups/{group}`. */
  readonly path: string;
  readonly parameters: Parameters;
  rulesOf(call: Call): FirewallRule[];
}

const DIGEST = optional(string({ maxLength: 64 }));
const ADDRESS = optional(string({ format: 'pve-fw-addr-spec', maxLength: 512 }));
const POSITION = optional(integer({ minimum: 0 }));
const TYPE = oneOf('in', 'out', 'forward', 'group');
const ACTION = string({ pattern: /^[A-Za-z][A-Za-z0-9\-_]+$/, minLength: 2, maxLength: 20 });

/** A rule's fields that are kept, besides `type` and `action`. */
const FIELDS: Readonly<Record<string, Parameter>> = {
  macro: optional(string({ maxLength: 128 })),
  iface: optional(string({ format: 'pve-iface', minLength: 2, maxLength: 20 })),
  source: ADDRESS,
  dest: ADDRESS,
  proto: optional(string({ format: 'pve-fw-protocol-spec' })),
  enable: optional(integer({ minimum: 0 })),
  log: optional(oneOf(...LOG_LEVELS)),
  sport: optional(string({ format: 'pve-fw-sport-spec' })),
  dport: optional(string({ format: 'pve-fw-dport-spec' })),
  comment: optional(string()),
  'icmp-type': optional(string({ format: 'pve-fw-icmp-type-spec' })),
};
const KEPT = ['type', 'action', ...Object.keys(FIELDS)];
/** What a reference to a security group can say besides its name. */
const OF_GROUPS = new Set(['type', 'action', 'enable', 'comment', 'iface']);

/** Puts the call's fields into the rule; an empty one or `-` takes the field away. */
function copyFields(rule: FirewallRule, call: Call): void {
  for (const name of KEPT) {
    const value = call.parameters[name];
    if (value === undefined) continue;
    if (value === '' || value === '-') delete rule[name];
    else rule[name] = typeof value === 'number' ? value : String(value);
  }
}

/** How the rule reads once it has been written to the file: flags are flags, comments are trimmed, group references have no addresses. */
function written(rule: FirewallRule): FirewallRule {
  const kept: FirewallRule = {};
  for (const name of KEPT) {
    const value = rule[name];
    if (value === undefined || (rule['type'] === 'group' && !OF_GROUPS.has(name))) continue;
    kept[name] = name === 'comment' ? String(value).trim() : value;
  }
  if (kept['comment'] === '') delete kept['comment'];
  kept['enable'] = Number(rule['enable'] ?? 1) > 0 ? 1 : 0;
  return kept;
}

/** Moves a rule so that it stands before what is at `to` now, or last. */
function move(rules: FirewallRule[], from: number, to: number): void {
  if (from === to) return;
  const moved = rules[from];
  if (moved === undefined) return;
  const order = rules.flatMap((rule, i) => (i === from ? [] : i === to ? [moved, rule] : [rule]));
  if (to >= rules.length) order.push(moved);
  rules.splice(0, rules.length, ...order);
}

function deleteFields(rule: FirewallRule, names: string): void {
  for (const name of splitList(names)) {
    if (!KEPT.includes(name) && name !== 'pos' && name !== 'digest') throw parameterError({ delete: `no such property ('${name}')` });
    if (name === 'type' || name === 'action') throw parameterError({ delete: `unable to delete required property '${name}'` });
    delete rule[name];
  }
}

/** The operations on a list of rules (PVE::API2::Firewall::RulesBase). */
export function ruleRoutes(list: RuleList): Route[] {
  const { scope, path, parameters } = list;
  const { audit, modify } = scope;
  const place = (call: Call): RulePlace => ({ environment: scope.environment, cluster: call.cluster, firewall: scope.firewallOf(call) });
  const read = (call: Call): FirewallRule[] => list.rulesOf(call).map((rule) => readRule(rule, place(call)));
  const positionOf = (call: Call): number => {
    const position = Number(call.parameters['pos']);
    if (position >= list.rulesOf(call).length) throw failure(`no rule at position ${position}\n`);
    return position;
  };
  const shown = (call: Call): unknown[] => withDigest(read(call)).map((rule, pos) => ({ ...rule, pos }));
  const anywhere = scope.environment === 'host' ? {} : { anywhere: true as const };

  const create = (call: Call): null => {
    const rule: FirewallRule = { enable: 0 };
    copyFields(rule, call);
    verifyRule(rule, place(call));
    list.rulesOf(call).unshift(written(rule));
    return null;
  };
  const update = (call: Call): null => {
    assertUnmodified(call, read(call));
    const position = positionOf(call);
    const rules = list.rulesOf(call);
    const to = call.parameters['moveto'];
    if (to !== undefined && to !== position) {
      move(rules, position, Number(to));
      return null;
    }
    const rule = { ...rules[position] };
    copyFields(rule, call);
    deleteFields(rule, String(call.parameters['delete'] ?? ''));
    verifyRule(rule, place(call));
    rules[position] = written(rule);
    return null;
  };
  const remove = (call: Call): null => {
    assertUnmodified(call, read(call));
    list.rulesOf(call).splice(positionOf(call), 1);
    return null;
  };

  const one = `${path}/{pos}`;
  return [
    { method: 'GET', path, permissions: audit, ...anywhere, parameters, run: shown },
    { method: 'POST', path, permissions: modify, ...anywhere, parameters: { ...parameters, ...FIELDS, type: TYPE, action: ACTION, pos: POSITION, digest: DIGEST }, run: create },
    { method: 'GET', path: one, permissions: audit, ...anywhere, parameters: { ...parameters, pos: POSITION }, run: (call) => shown(call)[positionOf(call)] },
    {
      method: 'PUT', path: one, permissions: modify, ...anywhere, run: update,
      parameters: {
        ...parameters, ...FIELDS, type: optional(TYPE), action: optional(ACTION), pos: POSITION, digest: DIGEST,
        moveto: POSITION, delete: optional(string({ format: 'pve-configid-list' })),
      },
    },
    { method: 'DELETE', path: one, permissions: modify, ...anywhere, parameters: { ...parameters, pos: POSITION, digest: DIGEST }, run: remove },
  ];
}
