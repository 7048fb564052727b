import { parseDiskSize, printDiskSize } from '../../pve/config/index.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { backupFirst, snapshotFirst } from './first.ts';
import { api, capitalised, flag, guestPath, nameOf, onGuest, onStorage, task, text, unavailable } from './guest.ts';
import type { Circumstances, Operation } from './operation.ts';
import { byState, byTask, configOf, findTask, told } from './outcomes.ts';
import { type GuestVolume, readVolume, volumesOf } from './volumes.ts';

const targets = ['guest'] as const;

function diskOf(target: GuestTarget, parameters: StepParameters, { config }: Circumstances): GuestVolume | undefined {
  const known = config(target.vmid);
  return known && volumesOf(target.type, known).find(({ key }) => key === text(parameters, 'disk'));
}

function absent(target: GuestTarget, parameters: StepParameters, circumstances: Circumstances): string | undefined {
  if (circumstances.config(target.vmid) === undefined || diskOf(target, parameters, circumstances) !== undefined) return undefined;
  return `${capitalised(nameOf(target))} has no disk ${text(parameters, 'disk') ?? ''}.`;
}

/** Bytes that a disk is to have; undefined when it is wished for relatively and the disk's size is not known. */
function wantedSize(parameters: StepParameters, current: number | undefined): number | undefined {
  const size = text(parameters, 'size') ?? '';
  const bytes = parseDiskSize(size.replace(/^\+/, ''));
  if (bytes === undefined || !size.startsWith('+')) return bytes;
  return current === undefined ? undefined : current + bytes;
}

/** `PUT …/resize`: `disk`, `size` (`40G`, `+10G`). A relative size is made absolute where the disk's size is known, so that it cannot be added twice. */
export const resizeDisk: Operation<GuestTarget> = define({
  name: 'guest.resize-disk', targets, title: 'Resize Disk', needsConfig: true, taskTypes: ['resize'],
  complete(target, parameters, circumstances) {
    const wanted = wantedSize(parameters, diskOf(target, parameters, circumstances)?.size);
    return wanted === undefined ? parameters : { ...parameters, size: printDiskSize(wanted) };
  },
  // For containers, PVE::API2::LXC gives its own parameters to the check of options, which wants VM.Config.Options for them.
  privileges: (target, parameters, circumstances) => {
    const storage = diskOf(target, parameters, circumstances)?.storage;
    return [onGuest(target, 'VM.Config.Disk'), ...(target.type === 'lxc' ? [onGuest(target, 'VM.Config.Options')] : []), ...(storage === undefined ? [] : [onStorage(storage, 'Datastore.AllocateSpace')])];
  },
  describe: (target, parameters) => `Resize ${text(parameters, 'disk') ?? ''} of ${nameOf(target)} to ${text(parameters, 'size') ?? ''}`,
  refusal(target, parameters, circumstances) {
    const why = unavailable(target, circumstances) ?? absent(target, parameters, circumstances);
    if (why !== undefined) return why;
    const current = diskOf(target, parameters, circumstances)?.size;
    const wanted = wantedSize(parameters, current);
    if (wanted === undefined && !(text(parameters, 'size') ?? '').startsWith('+')) return `“${text(parameters, 'size') ?? ''}” is no size.`;
    if (wanted !== undefined && wanted === current) return `Disk ${text(parameters, 'disk') ?? ''} of ${nameOf(target)} has ${printDiskSize(wanted)} already.`;
    return wanted !== undefined && current !== undefined && wanted < current ? `Disk ${text(parameters, 'disk') ?? ''} of ${nameOf(target)} has ${printDiskSize(current)}; disks cannot be shrunk.` : undefined;
  },
  risk: (target, parameters) => [{ level: 'medium', text: `Disk ${text(parameters, 'disk') ?? ''} of ${nameOf(target)} cannot be shrunk again.` }],
  effect(target, parameters, circumstances) {
    const disk = diskOf(target, parameters, circumstances);
    const wanted = wantedSize(parameters, disk?.size);
    return disk?.size === undefined || wanted === undefined ? {} : { storages: [{ storage: disk.storage, node: target.node, bytes: wanted - disk.size }] };
  },
  safeguards: (target, _parameters, circumstances) => snapshotFirst(target, circumstances, false),
  request: (target, parameters) => task('PUT', guestPath(target, '/resize'), parameters),
  async outcome(target, parameters, client, since) {
    const query = { node: target.node, types: ['resize'], id: String(target.vmid), since };
    const wanted = wantedSize(parameters, undefined);
    if (wanted === undefined) return byTask(client, query);
    // A disk that is bigger anyway does not make a failed task a success.
    const found = told(await findTask(client, query));
    if (found !== undefined) return found;
    return (readVolume(String((await configOf(client, target))[text(parameters, 'disk') ?? ''] ?? ''))?.size ?? 0) >= wanted ? 'done' : 'not-done';
  },
});

/** `POST …/move_disk` and, for containers, `…/move_volume`: `disk` (named so for containers too), `storage`, `format`, `delete`. */
export const moveDisk: Operation<GuestTarget> = define({
  name: 'guest.move-disk', targets, title: 'Move Disk', needsConfig: true, taskTypes: ['qmmove', 'move_volume'],
  privileges: (target, parameters) => {
    const storage = text(parameters, 'storage');
    return [onGuest(target, 'VM.Config.Disk'), ...(storage === undefined ? [] : [onStorage(storage, 'Datastore.AllocateSpace')])];
  },
  describe: (target, parameters) => `Move ${text(parameters, 'disk') ?? ''} of ${nameOf(target)} to ${text(parameters, 'storage') ?? ''}`,
  refusal(target, parameters, circumstances) {
    const [storage, disk] = [text(parameters, 'storage') ?? '', diskOf(target, parameters, circumstances)];
    const row = circumstances.storage(storage, target.node);
    if (row === undefined) return `There is no storage ${storage} on ${target.node}.`;
    const content = target.type === 'qemu' ? 'images' : 'rootdir';
    if (!row.content.includes(content)) return `Storage ${storage} does not take ${target.type === 'qemu' ? 'disks of VMs' : 'volumes of containers'}.`;
    if (disk?.storage === storage && text(parameters, 'format') === undefined) return `Disk ${disk.key} of ${nameOf(target)} is already on ${storage}.`;
    return unavailable(target, circumstances) ?? absent(target, parameters, circumstances);
  },
  risk: (target, parameters, circumstances) => [
    ...(flag(parameters, 'delete') ? [] : [{ level: 'low' as const, text: `The old disk is kept and stays in the configuration as unused.` }]),
    ...(target.type === 'lxc' && circumstances.guest(target.vmid)?.status === 'running' ? [{ level: 'medium' as const, text: `${capitalised(nameOf(target))} is running; Proxmox VE moves volumes of stopped containers only.` }] : []),
  ],
  effect(target, parameters, circumstances) {
    const disk = diskOf(target, parameters, circumstances);
    if (disk?.size === undefined) return {};
    const [storage, node] = [text(parameters, 'storage') ?? '', target.node];
    return { storages: [{ storage, node, bytes: disk.size }, ...(flag(parameters, 'delete') ? [{ storage: disk.storage, node, bytes: -disk.size }] : [])] };
  },
  inverse(target, parameters, circumstances) {
    const disk = diskOf(target, parameters, circumstances);
    if (disk === undefined || !flag(parameters, 'delete')) return undefined;
    const back = { disk: disk.key, storage: disk.storage, delete: true };
    return api('guest.move-disk', target, back, moveDisk.describe(target, back));
  },
  request(target, parameters) {
    const { disk, ...others } = parameters;
    if (target.type === 'qemu') return task('POST', guestPath(target, '/move_disk'), parameters);
    return task('POST', guestPath(target, '/move_volume'), { ...others, ...(disk === undefined ? {} : { volume: disk }) });
  },
  outcome: (target, parameters, client, since) =>
    byState(client, { node: target.node, types: ['qmmove', 'move_volume'], id: String(target.vmid), since }, async () =>
      readVolume(String((await configOf(client, target))[text(parameters, 'disk') ?? ''] ?? ''))?.storage === text(parameters, 'storage')),
});

/** `POST …/template`; Proxmox answers nothing for containers although a worker goes on with it. */
export const template: Operation<GuestTarget> = define({
  name: 'guest.template', targets, title: 'Convert to Template', needsConfig: true, taskTypes: ['qmtemplate', 'vztemplate'],
  privileges: (target) => [onGuest(target, 'VM.Allocate')],
  describe: (target) => `Convert ${nameOf(target)} to a template`,
  refusal(target, _parameters, circumstances) {
    const name = capitalised(nameOf(target));
    const row = circumstances.guest(target.vmid);
    const why = unavailable(target, circumstances);
    if (why !== undefined) return why;
    if (row?.template === true) return `${name} is a template already.`;
    return row?.status === 'stopped' ? undefined : `${name} is running; stop it first.`;
  },
  risk: (target) => [{ level: 'high', text: `${capitalised(nameOf(target))} becomes a template; that cannot be undone.` }],
  effect: (target) => ({ interruptions: [`${capitalised(nameOf(target))} cannot be started any more; only clones of it can.`] }),
  safeguards: (target, _parameters, circumstances) => backupFirst(target, circumstances, false),
  request: (target, parameters) => task('POST', guestPath(target, '/template'), parameters),
  outcome: (target, _parameters, client, since) =>
    byState(client, { node: target.node, types: ['qmtemplate', 'vztemplate'], id: String(target.vmid), since }, async () => Number((await configOf(client, target))['template'] ?? 0) === 1),
});

export const disks = [resizeDisk, moveDisk, template] as const;
