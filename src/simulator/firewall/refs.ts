import { oneOf, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Firewall } from '../state/cluster.ts';
import type { Scope } from './scope.ts';

/** What rules may refer to: `+name` for IP sets, the name itself for aliases, which Proxmox knows in lower case. */
function collect({ ipsets, aliases }: Firewall, scope: 'dc' | 'guest', wanted: unknown): unknown[] {
  const withComment = (comment: string | undefined): { comment?: string } => (comment === undefined ? {} : { comment });
  return [
    ...(wanted === 'alias' ? [] : [...ipsets].map(([name, { comment }]) => ({ type: 'ipset', name, ref: `+${name}`, scope, ...withComment(comment) }))),
    ...(wanted === 'ipset' ? [] : [...aliases].map(([key, { comment }]) => ({ type: 'alias', name: key.toLowerCase(), ref: key.toLowerCase(), scope, ...withComment(comment) }))),
  ];
}

/** `…/firewall/refs`: of the cluster, or of the cluster and a guest. */
export function refsRoute({ path, parameters, audit, environment, firewallOf }: Scope): Route {
  const run = (call: Call): unknown[] => {
    const wanted = call.parameters['type'];
    return [...collect(call.cluster.firewall, 'dc', wanted), ...(environment === 'cluster' ? [] : collect(firewallOf(call), 'guest', wanted))];
  };
  return { method: 'GET', path: `${path}/refs`, permissions: audit, anywhere: true, parameters: { ...parameters, type: optional(oneOf('alias', 'ipset')) }, run };
}
