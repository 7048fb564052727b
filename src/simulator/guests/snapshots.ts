import { failure } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Guest } from '../state/cluster.ts';
import { configDigest } from './digest.ts';
import { snapshotOf } from './features.ts';
import { checkLock, guestOf, isRunning, loadGuest } from './lookup.ts';
import { wireOptions } from './options.ts';
import { flag, NODE_AND_VMID, SNAPNAME, text } from './parameters.ts';
import { createSnapshot, removeSnapshot, rollBack } from './snapshot-work.ts';
import type { SnapshotRules } from './snapshot-work.ts';
import { tidy } from './tidy.ts';
import { startWorker } from './worker.ts';

export type { SnapshotRules } from './snapshot-work.ts';

const NAMED = { ...NODE_AND_VMID, snapname: SNAPNAME };
const MAKE = { check: ['perm', '/vms/{vmid}', ['VM.Snapshot']] } as const;

/** `GET …/snapshot`: the snapshots by name and the guest as it is now. */
function listSnapshots(guest: Guest): Record<string, unknown>[] {
  const { current, snapshots } = guest.config;
  const rows: Record<string, unknown>[] = [...snapshots].map(([name, section]) => {
    const parent = section.get('parent');
    const snapstate = section.get('snapstate');
    return {
      name,
      snaptime: Number(section.get('snaptime') ?? 0),
      ...(guest.kind === 'qemu' ? { vmstate: section.has('vmstate') ? 1 : 0 } : {}),
      description: section.get('description') ?? '',
      ...(parent === undefined ? {} : { parent }),
      ...(snapstate === undefined ? {} : { snapstate }),
    };
  });
  const parent = current.get('parent');
  rows.push({ name: 'current', digest: configDigest(guest), running: isRunning(guest) ? 1 : 0, description: 'You are here!', ...(parent === undefined ? {} : { parent }) });
  return rows;
}

function snapshotConfig(guest: Guest, snapname: string): Record<string, unknown> {
  const options = wireOptions(guest.kind, snapshotOf(guest, snapname));
  delete options['lxc'];
  return options;
}

/** Operations on a guest's snapshots below `/nodes/{node}/<kind>/{vmid}/snapshot` (PVE::API2::Qemu, PVE::API2::LXC::Snapshot). */
export function snapshotRoutes(rules: SnapshotRules): readonly Route[] {
  const { kind, workers } = rules;
  const path = `/nodes/{node}/${kind.kind}/{vmid}/snapshot`;
  const snapname = (call: Call): string => text(call, 'snapname') ?? '';
  const worker = (call: Call, type: string, begin: (guest: Guest) => ReturnType<typeof createSnapshot>): string => {
    const node = String(call.parameters['node']);
    const vmid = Number(call.parameters['vmid']);
    return startWorker(call, { node, type, id: String(vmid) }, () => begin(loadGuest(call.cluster, kind, node, vmid)));
  };
  return [
    {
      method: 'GET',
      path,
      permissions: { check: ['perm', '/vms/{vmid}', ['VM.Audit']] },
      parameters: NODE_AND_VMID,
      run: (call) => listSnapshots(guestOf(call, kind)),
    },
    {
      method: 'POST',
      path,
      permissions: MAKE,
      parameters: { ...NAMED, description: optional(string()), ...(rules.state === undefined ? {} : { vmstate: optional(boolean()) }) },
      run: (call) => {
        const name = snapname(call);
        if (rules.isReserved(name)) throw failure(`unable to use snapshot name '${name.toLowerCase()}' (reserved name)`);
        if (rules.state !== undefined) {
          const guest = guestOf(call, kind);
          if (flag(call, 'vmstate')) rules.state.check(guest);
        }
        return worker(call, workers.create, (guest) => createSnapshot(call, rules, guest, name));
      },
    },
    {
      method: 'GET',
      path: `${path}/{snapname}`,
      permissions: { user: 'all' },
      parameters: NAMED,
      run: () => [{ cmd: 'rollback' }, { cmd: 'config' }],
    },
    {
      method: 'DELETE',
      path: `${path}/{snapname}`,
      permissions: MAKE,
      parameters: { ...NAMED, force: optional(boolean()) },
      run: (call) => worker(call, workers.remove, (guest) => removeSnapshot(call, rules, guest, snapname(call))),
    },
    {
      method: 'GET',
      path: `${path}/{snapname}/config`,
      permissions: { check: ['perm', '/vms/{vmid}', ['VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Audit'], 'any', 1] },
      parameters: NAMED,
      run: (call) => snapshotConfig(guestOf(call, kind), snapname(call)),
    },
    {
      method: 'PUT',
      path: `${path}/{snapname}/config`,
      permissions: MAKE,
      parameters: { ...NAMED, description: optional(string()) },
      run: (call) => {
        const description = text(call, 'description');
        if (description === undefined) return null;
        const guest = guestOf(call, kind);
        checkLock(kind, guest);
        snapshotOf(guest, snapname(call)).set('description', description);
        tidy(guest);
        return null;
      },
    },
    {
      method: 'POST',
      path: `${path}/{snapname}/rollback`,
      permissions: { check: ['perm', '/vms/{vmid}', ['VM.Snapshot', 'VM.Snapshot.Rollback'], 'any', 1] },
      parameters: { ...NAMED, start: optional(boolean()) },
      run: (call) => {
        if (kind.kind === 'qemu' && flag(call, 'start')) call.demand(`/vms/${String(call.parameters['vmid'])}`, ['VM.PowerMgmt']);
        return worker(call, workers.rollback, (guest) => rollBack(call, rules, guest, snapname(call)));
      },
    },
  ];
}
