import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, capitalised, flag, guestPath, nameOf, onGuest, rowOf, task, text, unavailable, workerTypes } from './guest.ts';
import type { Operation } from './operation.ts';
import { copyPrivileges } from './option-privileges.ts';
import { findTask, told, whereIs } from './outcomes.ts';
import { occupied } from './volumes.ts';

type Wanted = Parameters<Operation<GuestTarget>['request']>[1];

function cloned(target: GuestTarget, parameters: Wanted): GuestTarget {
  const name = text(parameters, 'name');
  return { kind: 'guest', type: target.type, vmid: Number(text(parameters, 'newid')), node: text(parameters, 'target') ?? target.node, ...(name === undefined ? {} : { name }) };
}

/**
 * `POST …/clone`: `newid`, `name` (the `hostname` of a container too), `full`, `target` (node), `storage`, `format`, `pool`, `snapname`, `description`.
 */
export const clone: Operation<GuestTarget> = define({
  name: 'guest.clone', targets: ['guest'] as const, title: 'Clone', needsConfig: true, taskTypes: workerTypes('clone'),
  privileges(target, parameters, circumstances) {
    const pool = text(parameters, 'pool');
    return [
      onGuest(target, 'VM.Clone'),
      pool === undefined ? { path: `/vms/${text(parameters, 'newid') ?? ''}`, privileges: ['VM.Allocate'] } : { path: `/pool/${pool}`, privileges: ['VM.Allocate'] },
      ...copyPrivileges(`/vms/${target.vmid}`, target.type, circumstances.config(target.vmid) ?? {}, text(parameters, 'storage')),
    ];
  },
  describe: (target, parameters) => `Clone ${nameOf(target)} to ${nameOf(cloned(target, parameters))} on ${cloned(target, parameters).node}`,
  refusal(target, parameters, circumstances) {
    const copy = cloned(target, parameters);
    const taken = circumstances.guest(copy.vmid);
    if (taken !== undefined) return `VMID ${copy.vmid} is taken by ${nameOf({ type: taken.kind, vmid: taken.vmid, name: taken.name })}.`;
    if (circumstances.node(copy.node)?.status === 'offline') return `Node ${copy.node} is offline.`;
    const linked = 'full' in parameters && !flag(parameters, 'full');
    return unavailable(target, circumstances) ?? (linked && rowOf(target, circumstances)?.template !== true && text(parameters, 'snapname') === undefined ? `${capitalised(nameOf(target))} is no template; only a full clone of it can be made.` : undefined);
  },
  effect(target, parameters, circumstances) {
    const full = 'full' in parameters ? flag(parameters, 'full') : rowOf(target, circumstances)?.template !== true;
    if (!full) return {};
    const [storage, { node }] = [text(parameters, 'storage'), cloned(target, parameters)];
    return { storages: occupied(target, circumstances.config(target.vmid), 1, node).map((part) => ({ ...part, storage: storage ?? part.storage })) };
  },
  inverse(target, parameters) {
    const copy = cloned(target, parameters);
    return api('guest.destroy', copy, {}, `Destroy ${nameOf(copy)} on ${copy.node}`);
  },
  request(target, parameters) {
    const { name, ...others } = parameters;
    return task('POST', guestPath(target, '/clone'), { ...others, ...(name === undefined ? {} : { [target.type === 'qemu' ? 'name' : 'hostname']: name }) });
  },
  // Tasks bear the source's VMID, and several clones of one guest may be made at a time: the new guest's lock tells them apart.
  async outcome(target, parameters, client, since) {
    const there = await whereIs(client, cloned(target, parameters).vmid);
    if (there === undefined) return 'not-done';
    const found = told(await findTask(client, { node: target.node, types: workerTypes('clone'), id: String(target.vmid), since }));
    if (there.lock !== undefined) return typeof found === 'object' ? found : 'not-done';
    return found === undefined || found === 'not-done' ? 'not-done' : 'done';
  },
});
