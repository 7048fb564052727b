import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, capitalised, flag, guestPath, isUp, nameOf, onGuest, rowOf, task, text, unavailable, workerTypes } from './guest.ts';
import type { Operation } from './operation.ts';
import { byState, byTask, snapshotsOf, type TaskQuery } from './outcomes.ts';

type Snapshots = Operation<GuestTarget>;
const targets = ['guest'] as const;
const query = ({ node, vmid }: GuestTarget, since: number, types: readonly string[]): TaskQuery => ({ node, types, id: String(vmid), since });
const named = (parameters: Parameters<Snapshots['request']>[1]): string => text(parameters, 'snapname') ?? '';
const onePath = (target: GuestTarget, parameters: Parameters<Snapshots['request']>[1], below = ''): string => guestPath(target, `/snapshot/${encodeURIComponent(named(parameters))}${below}`);

function without(parameters: Parameters<Snapshots['request']>[1], ...names: readonly string[]): Parameters<Snapshots['request']>[1] {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));
}

/** `POST …/snapshot`: `snapname`, `description`, for VMs `vmstate` (memory too). */
export const snapshot: Snapshots = define({
  name: 'guest.snapshot', targets, title: 'Take Snapshot', taskTypes: workerTypes('snapshot'),
  privileges: (target) => [onGuest(target, 'VM.Snapshot')],
  describe: (target, parameters) => `Take snapshot “${named(parameters)}” of ${nameOf(target)}${flag(parameters, 'vmstate') ? ' with its memory' : ''}`,
  refusal: (target, _parameters, circumstances) =>
    unavailable(target, circumstances) ?? (rowOf(target, circumstances)?.template === true ? `${capitalised(nameOf(target))} is a template; templates have no snapshots.` : undefined),
  effect: (target, parameters, circumstances) =>
    flag(parameters, 'vmstate') && isUp(target, circumstances) ? { interruptions: [`${capitalised(nameOf(target))} stands still while its memory is saved.`] } : {},
  inverse: (target, parameters) => api('guest.delete-snapshot', target, { snapname: named(parameters) }, deleteSnapshot.describe(target, parameters)),
  request: (target, parameters) => task('POST', guestPath(target, '/snapshot'), parameters),
  outcome: (target, parameters, client, since) => byState(client, query(target, since, snapshot.taskTypes), async () => (await snapshotsOf(client, target)).includes(named(parameters))),
});

/** `POST …/snapshot/{snapname}/rollback`: `start` it afterwards. */
export const rollback: Snapshots = define({
  name: 'guest.rollback', targets, title: 'Roll Back', needsReplication: true, taskTypes: workerTypes('rollback'),
  privileges: (target, parameters) => [
    { path: `/vms/${target.vmid}`, privileges: ['VM.Snapshot', 'VM.Snapshot.Rollback'], any: true },
    ...(target.type === 'qemu' && flag(parameters, 'start') ? [onGuest(target, 'VM.PowerMgmt')] : []),
  ],
  describe: (target, parameters) => `Roll ${nameOf(target)} back to snapshot “${named(parameters)}”`,
  refusal: (target, _parameters, circumstances) => unavailable(target, circumstances),
  risk: (target, parameters, circumstances) => [
    { level: 'high', text: `Everything ${nameOf(target)} has changed since “${named(parameters)}” is lost.` },
    ...(isUp(target, circumstances) ? [{ level: 'high' as const, text: `${capitalised(nameOf(target))} is running and is stopped for it.` }] : []),
    ...(circumstances.replicated.has(target.vmid) ? [{ level: 'high' as const, text: `${capitalised(nameOf(target))} is replicated; its replicas may have to be sent anew.` }] : []),
  ],
  effect: (target, parameters, circumstances) => ({
    losses: [`All data of ${nameOf(target)} from after snapshot “${named(parameters)}” is lost for good, its configuration included.`],
    ...(isUp(target, circumstances) ? { interruptions: [`${capitalised(nameOf(target))} is stopped${flag(parameters, 'start') ? ' and started again' : ''}.`] } : {}),
  }),
  request: (target, parameters) => task('POST', onePath(target, parameters, '/rollback'), without(parameters, 'snapname')),
  outcome: (target, _parameters, client, since) => byTask(client, query(target, since, rollback.taskTypes)),
});

/** `DELETE …/snapshot/{snapname}`. */
export const deleteSnapshot: Snapshots = define({
  name: 'guest.delete-snapshot', targets, title: 'Delete Snapshot', taskTypes: workerTypes('delsnapshot'),
  privileges: (target) => [onGuest(target, 'VM.Snapshot')],
  describe: (target, parameters) => `Delete snapshot “${named(parameters)}” of ${nameOf(target)}`,
  refusal: (target, _parameters, circumstances) => unavailable(target, circumstances),
  risk: (target, parameters) => [{ level: 'medium', text: `${capitalised(nameOf(target))} can no longer be rolled back to “${named(parameters)}”.` }],
  effect: (target, parameters) => ({ losses: [`Snapshot “${named(parameters)}” of ${nameOf(target)} is lost for good.`] }),
  request: (target, parameters) => task('DELETE', onePath(target, parameters), without(parameters, 'snapname')),
  outcome: (target, parameters, client, since) => byState(client, query(target, since, deleteSnapshot.taskTypes), async () => !(await snapshotsOf(client, target)).includes(named(parameters))),
});

export const snapshots: readonly Snapshots[] = [snapshot, rollback, deleteSnapshot];
