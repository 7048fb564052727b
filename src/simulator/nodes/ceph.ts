import { failure } from '../api/errors.ts';
import { boolean, integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Permissions, Route } from '../api/route.ts';
import { index, NODE, onNode } from './parameters.ts';

const SEE: Permissions = { check: ['perm', '/', ['Sys.Audit', 'Datastore.Audit'], 'any', 1] };
const AUDIT: Permissions = { check: ['perm', '/', ['Sys.Audit']] };
const AUDIT_ANY: Permissions = { check: ['perm', '/', ['Sys.Audit'], 'any', 1] };
const ROOT = '/nodes/{node}/ceph';

/** An operation that needs the daemons, which no simulated node has: its RBD storage is another cluster's. */
function absent(path: string, permissions: Permissions, parameters: Parameters = {}): Route {
  return {
    method: 'GET', path: `${ROOT}/${path}`, permissions, parameters: { ...NODE, ...parameters },
    run: () => {
      throw failure('binary not installed: /usr/bin/ceph-mon');
    },
  };
}

const OSD = { osdid: integer() };
const POOL = { name: string() };
const LINE = optional(integer({ minimum: 0 }));

/** `/nodes/{node}/ceph` as on a node where Ceph is not installed: what can be looked up without it, and one refusal. */
export const cephRoutes: readonly Route[] = [
  index(ROOT, 'name', ['cmd-safety', 'cfg', 'crush', 'fs', 'init', 'log', 'mds', 'mgr', 'mon', 'osd', 'pool', 'releases', 'restart', 'restart-bulk', 'rules', 'start', 'status', 'stop'], SEE),
  index(`${ROOT}/cfg`, 'name', ['raw', 'db', 'value']),
  absent('cfg/db', SEE),
  absent('cfg/raw', SEE),
  absent('cfg/value', AUDIT, { 'config-keys': string() }),
  absent('cmd-safety', AUDIT, { service: oneOf('osd', 'mon', 'mds'), id: string(), action: oneOf('stop', 'destroy') }),
  absent('crush', SEE),
  absent('fs', SEE),
  absent('log', onNode('Sys.Syslog'), { start: LINE, limit: LINE }),
  absent('mds', SEE),
  absent('mgr', SEE),
  absent('mon', SEE),
  absent('osd', SEE),
  index(`${ROOT}/osd/{osdid}`, 'name', ['metadata', 'lv-info'], undefined, OSD),
  absent('osd/{osdid}/lv-info', AUDIT_ANY, { ...OSD, type: optional({ ...oneOf('block', 'db', 'wal'), default: 'block' }) }),
  absent('osd/{osdid}/metadata', AUDIT_ANY, OSD),
  absent('pool', SEE),
  index(`${ROOT}/pool/{name}`, 'name', ['status'], SEE, POOL),
  absent('pool/{name}/status', SEE, { ...POOL, verbose: optional(boolean({ default: false })) }),
  absent('rules', SEE),
  absent('status', SEE),
];
