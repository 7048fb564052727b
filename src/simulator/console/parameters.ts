import { boolean, integer, oneOf, optional, string, type Parameters } from '../api/parameters.ts';
import type { Permissions } from '../api/route.ts';

export const NODE: Parameters = { node: string({ format: 'pve-node' }) };
export const GUEST: Parameters = { ...NODE, vmid: integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 }) };
export const WEBSOCKET: Parameters = { websocket: optional(boolean()) };
export const SIZE: Parameters = { width: optional(integer({ minimum: 16, maximum: 4096 })), height: optional(integer({ minimum: 16, maximum: 2160 })) };
export const SHELL_COMMAND: Parameters = {
  cmd: optional({ ...oneOf('ceph_install', 'login', 'upgrade'), default: 'login' }),
  'cmd-opts': optional(string({ requires: 'cmd', default: '' })),
};
export const SPICE_PROXY: Parameters = { proxy: optional(string({ format: 'address' })) };
/** What the upgrade to a WebSocket must bring. */
export const CONNECT: Parameters = { vncticket: string({ maxLength: 512 }), port: integer({ minimum: 5900, maximum: 5999 }) };

export const ON_GUEST: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.Console']] };
export const ON_NODE: Permissions = { check: ['perm', '/nodes/{node}', ['Sys.Console']] };
