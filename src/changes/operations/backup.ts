import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, capitalised, flag, isUp, nameOf, onGuest, onStorage, protectedAgainst, rowOf, task, text, workerTypes } from './guest.ts';
import type { Operation } from './operation.ts';
import { byTask, byTaskAndState, whereIs } from './outcomes.ts';

type Backup = Operation<GuestTarget>;
const targets = ['guest'] as const;

/** `POST /nodes/{node}/vzdump` for one guest: `storage`, `mode` (`snapshot`, `suspend`, `stop`), `compress`, `notes-template`, `protected`. */
export const backup: Backup = define({
  name: 'guest.backup', targets, title: 'Back Up', taskTypes: ['vzdump'],
  privileges: (target, parameters) => {
    const storage = text(parameters, 'storage');
    return [onGuest(target, 'VM.Backup'), ...(storage === undefined ? [] : [onStorage(storage, 'Datastore.AllocateSpace')])];
  },
  describe: (target, parameters) => {
    const storage = text(parameters, 'storage');
    return `Back up ${nameOf(target)}${storage === undefined ? '' : ` to ${storage}`}`;
  },
  refusal: (target, parameters, circumstances) => {
    const storage = text(parameters, 'storage');
    if (rowOf(target, circumstances) === undefined) return `There is no ${nameOf({ type: target.type, vmid: target.vmid })}.`;
    if (storage === undefined) return undefined;
    const row = circumstances.storage(storage, target.node);
    if (row === undefined) return `There is no storage ${storage} on ${target.node}.`;
    return row.content.includes('backup') ? undefined : `Storage ${storage} does not take backups.`;
  },
  risk: (target, parameters, circumstances) =>
    text(parameters, 'mode') === 'stop' && isUp(target, circumstances) ? [{ level: 'medium', text: `${capitalised(nameOf(target))} is shut down while its backup begins.` }] : [],
  effect: (target, parameters, circumstances) => {
    if (!isUp(target, circumstances)) return {};
    const mode = text(parameters, 'mode');
    if (mode === 'stop') return { interruptions: [`${capitalised(nameOf(target))} is shut down for its backup and started again.`] };
    return mode === 'suspend' ? { interruptions: [`${capitalised(nameOf(target))} stands still for part of its backup.`] } : {};
  },
  request: (target, parameters) => task('POST', `/nodes/${encodeURIComponent(target.node)}/vzdump`, { ...parameters, vmid: String(target.vmid) }),
  // An archive alone does not tell whether it is complete; the task does.
  outcome: (target, _parameters, client, since) => byTask(client, { node: target.node, types: ['vzdump'], id: String(target.vmid), since }),
});

const archiveOf = (type: GuestTarget['type'], parameters: Parameters<Backup['request']>[1]): string => text(parameters, type === 'qemu' ? 'archive' : 'ostemplate') ?? '';

/**
 * `POST /nodes/{node}/qemu` with `archive`, `POST /nodes/{node}/lxc` with `restore` and `ostemplate`; `force` replaces the guest that has the
 * VMID. The caller names the archive as `archive` for both kinds.
 */
export const restore: Backup = define({
  name: 'guest.restore', targets, title: 'Restore from Backup', needsConfig: true, taskTypes: workerTypes('restore'),
  privileges: (target, parameters) => {
    const storage = text(parameters, 'storage');
    const pool = text(parameters, 'pool');
    const archive = text(parameters, 'archive') ?? '';
    const owner = /vzdump-(?:qemu|lxc)-(\d+)-/.exec(archive)?.[1];
    const source = !archive.includes(':') || owner === String(target.vmid) ? [] : [onStorage(archive.slice(0, archive.indexOf(':')), 'Datastore.AllocateSpace'), ...(owner === undefined ? [] : [{ path: `/vms/${owner}`, privileges: ['VM.Backup'] }])];
    const own = flag(parameters, 'force') ? [onGuest(target, 'VM.Backup')] : [pool === undefined ? onGuest(target, 'VM.Allocate') : { path: `/pool/${pool}`, privileges: ['VM.Allocate'] }];
    return [...own, ...source, ...(storage === undefined ? [] : [onStorage(storage, 'Datastore.AllocateSpace')])];
  },
  describe: (target, parameters) => `Restore ${nameOf(target)} on ${target.node} from ${archiveOf('qemu', parameters)}`,
  refusal: (target, parameters, circumstances) => {
    const taken = circumstances.guest(target.vmid);
    if (archiveOf('qemu', parameters) === '') return 'No backup was chosen.';
    if (taken === undefined) return undefined;
    if (!flag(parameters, 'force')) return `VMID ${target.vmid} is taken by ${nameOf({ type: taken.kind, vmid: taken.vmid, name: taken.name })}.`;
    if (taken.kind !== target.type) return `VMID ${target.vmid} belongs to a ${taken.kind === 'qemu' ? 'VM' : 'container'}; a backup of the other kind cannot replace it.`;
    if (taken.lock !== undefined) return `${capitalised(nameOf(target))} is locked (${taken.lock}).`;
    if (isUp(target, circumstances)) return `${capitalised(nameOf(target))} is running; stop it first.`;
    return protectedAgainst(target, circumstances);
  },
  risk: (target, parameters, circumstances) =>
    flag(parameters, 'force') && circumstances.guest(target.vmid) !== undefined ? [{ level: 'high', text: `${capitalised(nameOf(target))} as it is now is replaced by the backup.` }] : [],
  effect: (target, parameters, circumstances) =>
    flag(parameters, 'force') && circumstances.guest(target.vmid) !== undefined ? { losses: [`All data of ${nameOf(target)} from after the backup is lost for good.`] } : {},
  inverse: (target, parameters) => (flag(parameters, 'force') ? undefined : api('guest.destroy', target, {}, `Destroy ${nameOf(target)} on ${target.node}`)),
  request: (target, parameters) => {
    const { archive, ...others } = parameters;
    const source = archive === undefined ? {} : target.type === 'qemu' ? { archive } : { ostemplate: archive, restore: true };
    return task('POST', `/nodes/${encodeURIComponent(target.node)}/${target.type}`, { ...others, ...source, vmid: target.vmid });
  },
  outcome: (target, _parameters, client, since) =>
    byTaskAndState(client, { node: target.node, types: restore.taskTypes, id: String(target.vmid), since }, async () => (await whereIs(client, target.vmid)) !== undefined),
});

export const backups: readonly Backup[] = [backup, restore];
