import type { Route } from '../api/route.ts';
import { aliasRoutes } from './aliases.ts';
import { groupRoutes } from './groups.ts';
import { ipsetRoutes } from './ipsets.ts';
import { logRoutes } from './log.ts';
import { MACROS } from './macros.ts';
import { optionsRoutes } from './options.ts';
import { refsRoute } from './refs.ts';
import { ruleRoutes } from './rules.ts';
import { CLUSTER, CT, HOST, VM } from './scope.ts';
import type { Scope } from './scope.ts';

const directory = ({ path, parameters }: Scope, ...names: string[]): Route =>
  ({ method: 'GET', path, permissions: { user: 'all' }, anywhere: true, parameters, run: () => names.map((name) => ({ name })) });

const ownRules = (scope: Scope): Route[] =>
  ruleRoutes({ scope, path: `${scope.path}/rules`, parameters: scope.parameters, rulesOf: (call) => scope.firewallOf(call).rules });

const macros: Route = {
  method: 'GET',
  path: '/cluster/firewall/macros',
  permissions: { user: 'all' },
  parameters: {},
  run: () => MACROS.map(({ name, descr }) => ({ macro: name, descr })),
};

/** `/cluster/firewall`, `/nodes/{node}/firewall` and `/nodes/{node}/{qemu,lxc}/{vmid}/firewall`. */
export const routes: readonly Route[] = [
  directory(CLUSTER, 'aliases', 'rules', 'options', 'groups', 'ipset', 'macros', 'refs'),
  directory(HOST, 'rules', 'options', 'log'),
  ...[VM, CT].map((scope) => directory(scope, 'rules', 'aliases', 'ipset', 'refs', 'options')),
  ...[CLUSTER, HOST, VM, CT].flatMap(ownRules),
  ...[CLUSTER, VM, CT].flatMap((scope) => [...aliasRoutes(scope), ...ipsetRoutes(scope), refsRoute(scope)]),
  ...groupRoutes,
  ...optionsRoutes,
  ...logRoutes,
  macros,
];
