import { failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../api/route.ts';
import { configDigest } from '../digest.ts';
import { snapshotOf } from '../features.ts';
import { QEMU } from '../kind.ts';
import { guestOf } from '../lookup.ts';
import { additionalOptions, wireOptions } from '../options.ts';
import { DIGEST, flag, NODE_AND_VMID, SKIPLOCK, SNAPNAME, STORAGE, text } from '../parameters.ts';
import { withPending } from '../pending.ts';
import { maskPassword, pendingRows } from '../pending-rows.ts';
import { startWorker, taskMessage } from '../worker.ts';
import { prepareUpdate } from './update.ts';

const PATH = '/nodes/{node}/qemu/{vmid}/config';
const AUDIT: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.Audit']] };
/** Any of these lets a call in; what it may change is checked option by option. */
const CHANGE: Permissions = {
  check: [
    'perm', '/vms/{vmid}',
    ['VM.Config.Disk', 'VM.Config.CDROM', 'VM.Config.CPU', 'VM.Config.Memory', 'VM.Config.Network', 'VM.Config.HWType', 'VM.Config.Options', 'VM.Config.Cloudinit'],
    'any', 1,
  ],
};
const CHANGE_PARAMETERS: Parameters = {
  ...NODE_AND_VMID,
  skiplock: SKIPLOCK,
  delete: optional(string({ format: 'pve-configid-list' })),
  revert: optional(string({ format: 'pve-configid-list' })),
  force: optional(boolean()),
  digest: DIGEST,
};

/** Milliseconds the worker of a change takes. */
const UPDATE_DURATION = 300;

function read(call: Call): Record<string, unknown> {
  const snapshot = text(call, 'snapshot');
  if (snapshot && flag(call, 'current')) {
    const message = "cannot use 'snapshot' parameter with 'current'";
    throw parameterError({ snapshot: message, current: message });
  }
  const guest = guestOf(call, QEMU);
  const options = snapshot ? snapshotOf(guest, snapshot) : flag(call, 'current') ? guest.config.current : withPending(guest.config);
  return { ...maskPassword(wireOptions('qemu', options)), digest: configDigest(guest) };
}

function demandDelete(call: Call): void {
  if (call.parameters['force'] !== undefined && call.parameters['delete'] === undefined) throw parameterError({ delete: "missing property - 'force' requires this property" });
}

function update(call: Call): null {
  demandDelete(call);
  prepareUpdate(call).run();
  return null;
}

/** The change as a worker; with `background_delay` the call waits for it and only tells how it went. */
function updateInBackground(call: Call): string | null {
  demandDelete(call);
  const prepared = prepareUpdate(call);
  const waits = call.parameters['background_delay'] !== undefined;
  const upid = startWorker(call, { node: prepared.guest.node, type: 'qmconfig', id: String(prepared.guest.vmid) }, () => ({
    duration: waits ? 0 : UPDATE_DURATION,
    finish: () => {
      try {
        return prepared.run();
      } catch (error) {
        throw new Error(taskMessage(error), { cause: error });
      }
    },
  }));
  const status = waits ? call.cluster.tasks.get(upid)?.exitstatus : undefined;
  if (status === undefined) return upid;
  if (status !== 'OK' && !status.startsWith('WARNINGS')) throw failure(`failed to update VM ${prepared.guest.vmid}: ${status}`);
  return null;
}

/** A VM's configuration, read and changed (PVE::API2::Qemu). */
export const configRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: AUDIT, parameters: { ...NODE_AND_VMID, current: optional(boolean()), snapshot: optional(SNAPNAME) }, run: read },
  { method: 'PUT', path: PATH, permissions: CHANGE, parameters: CHANGE_PARAMETERS, additional: additionalOptions('qemu'), run: update },
  {
    method: 'POST', path: PATH, permissions: CHANGE,
    parameters: { ...CHANGE_PARAMETERS, background_delay: optional(integer({ minimum: 1, maximum: 30 })), 'import-working-storage': optional(STORAGE) },
    additional: additionalOptions('qemu'),
    run: updateInBackground,
  },
  { method: 'GET', path: '/nodes/{node}/qemu/{vmid}/pending', permissions: AUDIT, parameters: NODE_AND_VMID, run: (call) => pendingRows(guestOf(call, QEMU)) },
  {
    method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/unlink', permissions: { check: ['perm', '/vms/{vmid}', ['VM.Config.Disk']] },
    parameters: { ...NODE_AND_VMID, idlist: string({ format: 'pve-configid-list' }), force: optional(boolean()) },
    run: (call) => {
      const { idlist, ...parameters } = call.parameters;
      prepareUpdate({ ...call, parameters: { ...parameters, delete: idlist } }).run();
      return null;
    },
  },
];
