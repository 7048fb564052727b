import { failure } from '../api/errors.ts';
import { string } from '../api/parameters.ts';
import type { Route } from '../api/route.ts';
import { AUDIT, directory } from './directory.ts';

/** `/cluster/metrics` of a cluster that sends its metrics nowhere. */
export const metricRoutes: readonly Route[] = [
  directory('/cluster/metrics', 'name', ['server']),
  { method: 'GET', path: '/cluster/metrics/server', permissions: AUDIT, parameters: {}, run: () => [] },
  {
    method: 'GET', path: '/cluster/metrics/server/{id}', permissions: AUDIT, parameters: { id: string({ format: 'pve-configid' }) },
    run: ({ parameters }) => {
      throw failure(`status server entry '${String(parameters['id'])}' does not exist\n`);
    },
  },
];
