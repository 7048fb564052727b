import { parameterError } from '../../api/errors.ts';
import { boolean, optional, string } from '../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../api/route.ts';
import { configDigest } from '../digest.ts';
import { snapshotOf } from '../features.ts';
import { LXC } from '../kind.ts';
import { guestOf } from '../lookup.ts';
import { additionalOptions, wireOptions } from '../options.ts';
import { DIGEST, flag, NODE_AND_VMID, SNAPNAME, text } from '../parameters.ts';
import { pendingRows } from '../pending-rows.ts';
import { withPending } from '../pending.ts';
import { update } from './update.ts';

const PATH = '/nodes/{node}/lxc/{vmid}/config';
const AUDIT: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.Audit']] };
/** Any of these lets a call in; what it may change is checked option by option. */
const CHANGE: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk', 'VM.Config.CPU', 'VM.Config.Memory', 'VM.Config.Network', 'VM.Config.Options'], 'any', 1] };

function read(call: Call): Record<string, unknown> {
  const snapshot = text(call, 'snapshot');
  if (snapshot && flag(call, 'current')) {
    const message = "cannot use 'snapshot' parameter with 'current'";
    throw parameterError({ snapshot: message, current: message });
  }
  const guest = guestOf(call, LXC);
  const options = snapshot ? snapshotOf(guest, snapshot) : flag(call, 'current') ? guest.config.current : withPending(guest.config);
  return { ...readable(call, wireOptions('lxc', options)), digest: configDigest(guest) };
}

/** The environment may hold secrets: only who may change it sees it. */
function readable(call: Call, options: Record<string, unknown>): Record<string, unknown> {
  if (call.may(`/vms/${String(call.parameters['vmid'])}`, ['VM.Config.Options'])) return options;
  return Object.fromEntries(Object.entries(options).filter(([option]) => option !== 'env'));
}

function pending(call: Call): Record<string, unknown>[] {
  const rows = pendingRows(guestOf(call, LXC));
  return call.may(`/vms/${String(call.parameters['vmid'])}`, ['VM.Config.Options']) ? rows : rows.filter(({ key }) => key !== 'env');
}

/** A container's configuration, read and changed (PVE::API2::LXC::Config). */
export const configRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: AUDIT, parameters: { ...NODE_AND_VMID, current: optional(boolean()), snapshot: optional(SNAPNAME) }, run: read },
  {
    method: 'PUT', path: PATH, permissions: CHANGE,
    parameters: { ...NODE_AND_VMID, delete: optional(string({ format: 'pve-configid-list' })), revert: optional(string({ format: 'pve-configid-list' })), digest: DIGEST },
    additional: additionalOptions('lxc'),
    run: update,
  },
  { method: 'GET', path: '/nodes/{node}/lxc/{vmid}/pending', permissions: AUDIT, parameters: NODE_AND_VMID, run: pending },
];
