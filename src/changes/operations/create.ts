import type { StepParameters } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, flag, nameOf, onStorage, passwordInTheClear, task, text, workerTypes } from './guest.ts';
import type { Circumstances, EffectPart, Operation } from './operation.ts';
import { optionPrivileges } from './option-privileges.ts';
import { byTaskAndState, whereIs } from './outcomes.ts';
import { allocation, isVolumeKey } from './volumes.ts';

/** Parameters of the request that are no options of the new guest's configuration. */
const NOT_OPTIONS = new Set(['pool', 'storage', 'start', 'ostemplate', 'password', 'ssh-public-keys', 'unprivileged', 'bwlimit', 'ha-managed', 'ignore-unpack-errors', 'import-working-storage']);

const isUnprivileged = (parameters: StepParameters): boolean => parameters['unprivileged'] === undefined || flag(parameters, 'unprivileged');

/** Volumes that are to be allocated. */
function allocations({ type, node }: GuestTarget, parameters: StepParameters): readonly { readonly storage: string; readonly node: string; readonly bytes: number }[] {
  return Object.keys(parameters).flatMap((option) => {
    const wanted = isVolumeKey(type, option) ? allocation(text(parameters, option) ?? '') : undefined;
    return wanted === undefined ? [] : [{ ...wanted, node }];
  });
}

/** CPUs and bytes of memory that it is to have; Proxmox's own defaults where nothing is named. */
function wanted({ type }: GuestTarget, parameters: StepParameters, { live, node }: Circumstances, on: string): { readonly cpus: number; readonly memory: number } {
  const memory = Number(/\d+/.exec(text(parameters, 'memory') ?? '512')?.[0] ?? 512) * 1024 ** 2;
  const cores = text(parameters, 'cores');
  // A container without `cores` may use all of its node's.
  if (type === 'lxc') return { cpus: cores === undefined ? (live(node(on)?.id ?? '')?.maxcpu ?? 1) : Number(cores), memory };
  return { cpus: Number(cores ?? 1) * Number(text(parameters, 'sockets') ?? 1), memory };
}

/** `POST /nodes/{node}/qemu` and `POST /nodes/{node}/lxc`: the target's VMID and the options of a new guest. `password` only as a reference. */
export const create: Operation<GuestTarget> = define({
  name: 'guest.create', targets: ['guest'] as const, title: 'Create', taskTypes: workerTypes('create'),
  privileges(target, parameters) {
    const pool = text(parameters, 'pool');
    const path = pool === undefined ? `/vms/${target.vmid}` : `/pool/${pool}`;
    const [template, storage] = [text(parameters, 'ostemplate'), text(parameters, 'storage')];
    const options = Object.keys(parameters).filter((name) => !NOT_OPTIONS.has(name)).map((name) => [name, text(parameters, name)] as const);
    return [
      { path, privileges: ['VM.Allocate'] },
      ...(target.type === 'qemu' && flag(parameters, 'start') ? [{ path, privileges: ['VM.PowerMgmt'] }] : []),
      ...(storage === undefined ? [] : [onStorage(storage, 'Datastore.AllocateSpace')]),
      ...optionPrivileges(path, target.type, options, true),
      ...(template?.includes(':') === true ? [{ path: `/storage/${template.slice(0, template.indexOf(':'))}`, privileges: ['Datastore.AllocateSpace', 'Datastore.Audit'], any: true }] : []),
      ...(target.type === 'lxc' && !isUnprivileged(parameters) ? [{ path: '/', privileges: ['Sys.Modify'] }] : []),
    ];
  },
  describe: (target, parameters) => `Create ${nameOf(target)} on ${target.node}${flag(parameters, 'start') ? ' and start it' : ''}`,
  refusal(target, parameters, circumstances) {
    const taken = circumstances.guest(target.vmid);
    if (taken !== undefined) return `VMID ${target.vmid} is taken by ${nameOf({ type: taken.kind, vmid: taken.vmid, name: taken.name })}.`;
    const node = circumstances.node(target.node);
    if (node === undefined) return `There is no node ${target.node}.`;
    if (node.status === 'offline') return `Node ${target.node} is offline.`;
    const password = passwordInTheClear(parameters);
    if (password !== undefined) return password;
    if (target.type === 'lxc' && text(parameters, 'ostemplate') === undefined) return 'A container is made from a template, and none was chosen.';
    for (const { storage } of allocations(target, parameters)) {
      const row = circumstances.storage(storage, target.node);
      if (row === undefined) return `There is no storage ${storage} on ${target.node}.`;
      if (!row.content.includes(target.type === 'qemu' ? 'images' : 'rootdir')) return `Storage ${storage} does not take ${target.type === 'qemu' ? 'disks of VMs' : 'volumes of containers'}.`;
    }
    return undefined;
  },
  risk(target, parameters, circumstances) {
    const node = circumstances.live(`node/${target.node}`);
    const { memory } = wanted(target, parameters, circumstances, target.node);
    const free = node?.maxmem === undefined || node.mem === undefined ? undefined : node.maxmem - node.mem;
    return [
      ...(flag(parameters, 'start') && free !== undefined && memory > free ? [{ level: 'medium' as const, text: `${target.node} has less memory free than ${nameOf(target)} gets.` }] : []),
      ...(target.type === 'lxc' && !isUnprivileged(parameters) ? [{ level: 'medium' as const, text: `A privileged container's root is root on ${target.node} should it break out.` }] : []),
    ];
  },
  effect(target, parameters, circumstances): EffectPart {
    const { cpus, memory } = wanted(target, parameters, circumstances, target.node);
    return { storages: allocations(target, parameters), ...(flag(parameters, 'start') ? { nodes: [{ node: target.node, cpus, memory }] } : {}) };
  },
  inverse: (target) => api('guest.destroy', target, {}, `Destroy ${nameOf(target)} on ${target.node}`),
  request: (target, parameters) => task('POST', `/nodes/${encodeURIComponent(target.node)}/${target.type}`, { ...parameters, vmid: target.vmid }),
  // Somebody else may have taken the VMID meanwhile: only a task of our own makes the guest ours.
  outcome: (target, _parameters, client, since) =>
    byTaskAndState(client, { node: target.node, types: workerTypes('create'), id: String(target.vmid), since }, async () => (await whereIs(client, target.vmid)) !== undefined),
});
