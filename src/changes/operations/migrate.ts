import type { StepParameters } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { api, capitalised, guestPath, isUp, nameOf, onGuest, onStorage, rowOf, runs, task, text, unavailable } from './guest.ts';
import type { Circumstances, Operation } from './operation.ts';
import { byState, whereIs } from './outcomes.ts';
import { occupied, volumesOf } from './volumes.ts';

/** Storages of one node only that hold disks of the guest. */
function localStorages(target: GuestTarget, { config, storage }: Circumstances): readonly string[] {
  const known = config(target.vmid);
  if (known === undefined) return [];
  return [...new Set(volumesOf(target.type, known).flatMap((volume) => (storage(volume.storage, target.node)?.shared === true ? [] : [volume.storage])))];
}

const destination = (parameters: StepParameters): string => text(parameters, 'target') ?? '';

/**
 * `POST …/migrate`: `target` (node), `online`, `with-local-disks`, `targetstorage` (named so for containers too), for containers `restart`.
 */
export const migrate: Operation<GuestTarget> = define({
  name: 'guest.migrate', targets: ['guest'] as const, title: 'Migrate', needsConfig: true, taskTypes: ['qmigrate', 'vzmigrate', 'hamigrate'],
  complete(target, parameters, circumstances) {
    if (!isUp(target, circumstances)) return parameters;
    if (target.type === 'lxc') return { restart: true, ...parameters };
    return { online: true, ...(localStorages(target, circumstances).length > 0 ? { 'with-local-disks': true } : {}), ...parameters };
  },
  privileges: (target, parameters) => {
    const storage = text(parameters, 'targetstorage');
    return [onGuest(target, 'VM.Migrate'), ...(storage === undefined || !/^[A-Za-z][\w.-]*$/.test(storage) ? [] : [onStorage(storage, 'Datastore.AllocateSpace'), ...(target.type === 'lxc' ? [onGuest(target, 'VM.Config.Disk')] : [])])];
  },
  describe: (target, parameters) => `Migrate ${nameOf(target)} from ${target.node} to ${destination(parameters)}`,
  refusal(target, parameters, circumstances) {
    const to = circumstances.node(destination(parameters));
    if (to === undefined) return `There is no node ${destination(parameters)}.`;
    if (to.node === target.node) return `${capitalised(nameOf(target))} is already on ${to.node}.`;
    if (to.status === 'offline') return `Node ${to.node} is offline.`;
    return unavailable(target, circumstances);
  },
  risk(target, parameters, circumstances) {
    const name = capitalised(nameOf(target));
    const up = isUp(target, circumstances);
    const local = localStorages(target, circumstances);
    const hastate = rowOf(target, circumstances)?.hastate;
    const to = circumstances.live(`node/${destination(parameters)}`);
    const free = to?.maxmem === undefined || to.mem === undefined ? undefined : to.maxmem - to.mem;
    return [
      ...(up && target.type === 'lxc' ? [{ level: 'medium' as const, text: `${name} is a running container and is restarted on ${destination(parameters)}.` }] : []),
      ...(local.length > 0 ? [{ level: 'medium' as const, text: `${name} has disks on ${local.join(', ')}, which are copied over the network; that may take long.` }] : []),
      ...(hastate !== undefined && hastate !== '' && hastate !== 'ignored' ? [{ level: 'low' as const, text: `${name} is HA-managed: the HA stack migrates it when it sees fit.` }] : []),
      ...(up && free !== undefined && runs(target, circumstances, 1).memory > free ? [{ level: 'high' as const, text: `${destination(parameters)} has less memory free than ${nameOf(target)} is configured with.` }] : []),
    ];
  },
  effect(target, parameters, circumstances) {
    const to = destination(parameters);
    const up = isUp(target, circumstances);
    const local = new Set(localStorages(target, circumstances));
    const moving = occupied(target, circumstances.config(target.vmid), 1).filter(({ storage }) => local.has(storage));
    const onto = text(parameters, 'targetstorage');
    const single = onto !== undefined && onto !== '1' && !onto.includes(':') ? onto : undefined;
    return {
      ...(up && target.type === 'lxc' ? { interruptions: [`${capitalised(nameOf(target))} restarts and is unreachable meanwhile.`] } : {}),
      ...(up ? { nodes: [runs(target, circumstances, -1), runs(target, circumstances, 1, to)] } : {}),
      storages: moving.flatMap((part) => [{ ...part, bytes: -part.bytes }, { ...part, node: to, storage: single ?? part.storage }]),
    };
  },
  inverse(target, parameters, circumstances) {
    const onto = text(parameters, 'targetstorage');
    const local = localStorages(target, circumstances);
    if (onto !== undefined && local.length > 1) return undefined;
    const there = { ...target, node: destination(parameters) };
    const back: StepParameters = { ...parameters, target: target.node, ...(onto === undefined || local[0] === undefined ? {} : { targetstorage: local[0] }) };
    return api('guest.migrate', there, back, migrate.describe(there, back));
  },
  request(target, parameters) {
    const { targetstorage, ...others } = parameters;
    return task('POST', guestPath(target, '/migrate'), { ...others, ...(targetstorage === undefined ? {} : { [target.type === 'qemu' ? 'targetstorage' : 'target-storage']: targetstorage }) });
  },
  outcome: (target, parameters, client, since) =>
    byState(client, { node: target.node, types: ['qmigrate', 'vzmigrate', 'hamigrate'], id: String(target.vmid), since }, async () => {
      const there = await whereIs(client, target.vmid);
      return there?.node === destination(parameters) && there.lock !== 'migrate';
    }),
});
