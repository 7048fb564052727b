import { failure } from '../api/errors.ts';
import { oneOf, optional } from '../api/parameters.ts';
import type { Permissions, Route } from '../api/route.ts';
import { AUDIT, directory } from './directory.ts';

const SEE: Permissions = { check: ['perm', '/', ['Sys.Audit', 'Datastore.Audit'], 'any', 1] };

/** No node has Ceph's daemons installed: an RBD or CephFS storage is another cluster's. */
function notInstalled(): never {
  throw failure('binary not installed: /usr/bin/ceph-mon\n');
}

/** `/cluster/ceph` (PVE::API2::Cluster::Ceph). */
export const cephRoutes: readonly Route[] = [
  directory('/cluster/ceph', 'name', ['flags', 'metadata', 'restart-bulk', 'status']),
  { method: 'GET', path: '/cluster/ceph/status', permissions: SEE, parameters: {}, run: notInstalled },
  {
    method: 'GET', path: '/cluster/ceph/metadata', permissions: SEE, parameters: { scope: optional(oneOf('all', 'versions')) },
    run: ({ parameters }) => (parameters['scope'] === 'versions' ? {} : notInstalled()),
  },
  { method: 'GET', path: '/cluster/ceph/flags', permissions: AUDIT, parameters: {}, run: notInstalled },
];
