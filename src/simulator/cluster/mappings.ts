import { failure } from '../api/errors.ts';
import { optional, string } from '../api/parameters.ts';
import type { Check, Route } from '../api/route.ts';
import { ANYBODY, directory } from './directory.ts';

const NODE = optional(string({ format: 'pve-node' }));

const holding = (path: string, privilege: string): Check => ['perm', path, [`Mapping.${privilege}`]];

/** A kind of mapping that the simulated cluster has none of. @param order in which the schema lists the privileges */
function mappings(kind: string, order: readonly string[]): Route[] {
  const path = `/cluster/mapping/${kind}`;
  return [
    { method: 'GET', path, permissions: ANYBODY, parameters: { 'check-node': NODE }, run: () => [] },
    {
      method: 'GET', path: `${path}/{id}`, parameters: { id: string({ format: 'pve-configid' }) },
      permissions: { check: ['or', ...order.map((privilege) => holding(`/mapping/${kind}/{id}`, privilege))] },
      run: ({ parameters }) => {
        throw failure(`mapping '${String(parameters['id'])}' not found\n`);
      },
    },
  ];
}

/** `/cluster/mapping`. */
export const mappingRoutes: readonly Route[] = [
  directory('/cluster/mapping', 'name', ['dir', 'pci', 'usb']),
  ...mappings('dir', ['Use', 'Modify', 'Audit']),
  ...mappings('pci', ['Use', 'Modify', 'Audit']),
  ...mappings('usb', ['Audit', 'Use', 'Modify']),
];
