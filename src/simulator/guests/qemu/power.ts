import { failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, oneOf, optional, string } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { guestMemory, sizedMemory } from '../../state/sizing.ts';
import { isHaManaged, requestFromHa } from '../ha.ts';
import { QEMU } from '../kind.ts';
import { checkLock, guestOf, hasLock, isRunning, isTemplate, loadGuest } from '../lookup.ts';
import { flag, NODE_AND_VMID, rootOnly, SKIPLOCK, STORAGE, text } from '../parameters.ts';
import { runningAgent, runningMachine } from '../status.ts';
import { startWorker, startWorkerAs } from '../worker.ts';
import type { Work } from '../worker.ts';
import { abortTasks } from '../overrule.ts';
import { SHUTDOWN_DURATION, powerOff, powerOn, startWork, stop } from './start.ts';
import { allocateState, stateStorage } from './state-volume.ts';
import { applyPending } from './apply-pending.ts';
import { tidy } from '../tidy.ts';

const TIMEOUT = optional(integer({ minimum: 0 }));
const MANAGE = { check: ['perm', '/vms/{vmid}', ['VM.PowerMgmt']] } as const;

const where = (call: Call, type: string): { node: string; type: string; id: string } => ({ node: String(call.parameters['node']), type, id: String(call.parameters['vmid']) });

function route(action: string, parameters: Parameters, run: (call: Call) => unknown): Route {
  return { method: 'POST', path: `/nodes/{node}/qemu/{vmid}/status/${action}`, permissions: MANAGE, parameters: { ...NODE_AND_VMID, ...parameters }, run };
}

/** The worker's own look at the guest: a VM that is gone fails the task, not the call. */
const loaded = (call: Call): Guest => loadGuest(call.cluster, QEMU, String(call.parameters['node']), Number(call.parameters['vmid']));

const ROOT_START = ['stateuri', 'skiplock', 'migratedfrom', 'migration_type', 'migration_network', 'targetstorage', 'force-cpu', 'with-conntrack-state', 'nets-host-mtu'];

function startVm(call: Call): string {
  rootOnly(call, ...ROOT_START);
  if (text(call, 'targetstorage') !== undefined && text(call, 'migratedfrom') === undefined) {
    throw parameterError({ targetstorage: 'targetstorage can only by used with migratedfrom.' });
  }
  const vmid = Number(call.parameters['vmid']);
  if (isHaManaged(call.cluster, QEMU, vmid)) {
    return requestFromHa(call, QEMU, vmid, {
      type: 'hastart',
      line: `Requesting HA start for VM ${vmid}`,
      state: 'started',
      act: () => void startWorkerAs(call.cluster, 'root@pam', where(call, 'qmstart'), () => startWork(call.cluster, loaded(call))),
    });
  }
  return startWorker(call, where(call, 'qmstart'), () => startWork(call.cluster, loaded(call), flag(call, 'skiplock')));
}

/** Milliseconds QEMU takes to end when told to quit. */
const QUIT_DURATION = 900;

function stopWork(call: Call, guest: Guest, skiplock: boolean): Work {
  if (isRunning(guest) && !skiplock) checkLock(QEMU, guest);
  return { duration: isRunning(guest) ? QUIT_DURATION : 100, finish: () => void (isRunning(guest) && stop(call.cluster, guest)) };
}

function stopVm(call: Call): string {
  rootOnly(call, 'skiplock', 'keepActive', 'migratedfrom');
  const vmid = Number(call.parameters['vmid']);
  if (isHaManaged(call.cluster, QEMU, vmid)) {
    if (flag(call, 'overrule-shutdown')) throw parameterError({ 'overrule-shutdown': 'Not applicable for HA resources.' });
    return haStop(call, vmid, 'qmstop');
  }
  return startWorker(call, where(call, 'qmstop'), () => {
    const guest = loaded(call);
    const overruled = flag(call, 'overrule-shutdown') ? abortTasks(call, 'qmshutdown', vmid) : [];
    const work = stopWork(call, guest, flag(call, 'skiplock'));
    return overruled.length === 0 ? work : { ...work, log: [[0, `overruled qmshutdown tasks: ${overruled.join(', ')}`]] };
  });
}

function haStop(call: Call, vmid: number, type: 'qmstop' | 'qmshutdown'): string {
  return requestFromHa(call, QEMU, vmid, {
    type: 'hastop',
    line: `Requesting HA stop for VM ${vmid}`,
    state: 'stopped',
    act: () => void startWorkerAs(call.cluster, 'root@pam', where(call, type), () => (type === 'qmstop' ? stopWork(call, loaded(call), false) : shutdownWork(call, loaded(call), { timeout: undefined, force: true, skiplock: false }))),
  });
}

/** A guest reacts to a shutdown unless ACPI is off and it has no agent. */
function shutdownWork(call: Call, guest: Guest, { timeout, force, skiplock }: { readonly timeout: number | undefined; readonly force: boolean; readonly skiplock: boolean }): Work {
  if (!isRunning(guest)) return { duration: 100 };
  if (!skiplock) checkLock(QEMU, guest);
  const down = /(?:^|,)down=(\d+)/.exec(guest.config.current.get('startup') ?? '')?.[1];
  const limit = (timeout ?? (down === undefined ? 60 : Number(down))) * 1000;
  const agent = runningAgent(guest) !== undefined;
  const needs = agent ? SHUTDOWN_DURATION * 0.7 : SHUTDOWN_DURATION;
  const deaf = !agent && guest.config.current.get('acpi') === '0';
  if (!deaf && needs <= limit) return { duration: needs, finish: () => void (isRunning(guest) && stop(call.cluster, guest)) };
  if (force) {
    return { duration: limit + QUIT_DURATION, log: [[limit / (limit + QUIT_DURATION), 'VM still running - terminating now with SIGTERM']], finish: () => void (isRunning(guest) && stop(call.cluster, guest)) };
  }
  return {
    duration: limit,
    finish: () => {
      if (isRunning(guest)) throw failure('VM quit/powerdown failed - got timeout');
    },
  };
}

function shutdownVm(call: Call): string {
  rootOnly(call, 'skiplock', 'keepActive');
  const vmid = Number(call.parameters['vmid']);
  const paused = call.cluster.guests.get(vmid)?.power === 'paused';
  const force = flag(call, 'forceStop');
  if (paused && !force) throw failure('VM is paused - cannot shutdown');
  if (isHaManaged(call.cluster, QEMU, vmid)) return haStop(call, vmid, 'qmshutdown');
  const timeout = call.parameters['timeout'];
  return startWorker(call, where(call, 'qmshutdown'), () => {
    const guest = loaded(call);
    if (paused) return { ...stopWork(call, guest, flag(call, 'skiplock')), log: [[0, 'VM is paused - stop instead of shutdown']] };
    return shutdownWork(call, guest, { timeout: timeout === undefined ? undefined : Number(timeout), force, skiplock: flag(call, 'skiplock') });
  });
}

function requireRunning(call: Call): Guest {
  const vmid = Number(call.parameters['vmid']);
  const guest = call.cluster.guests.get(vmid);
  if (guest === undefined || guest.kind !== 'qemu' || guest.node !== call.parameters['node']) return guestOf(call, QEMU);
  if (!isRunning(guest)) throw failure(`VM ${vmid} not running`);
  return guest;
}

function rebootVm(call: Call): string {
  const vmid = Number(call.parameters['vmid']);
  if (call.cluster.guests.get(vmid)?.power === 'paused') throw failure('VM is paused - cannot shutdown');
  const guest = requireRunning(call);
  const timeout = call.parameters['timeout'];
  return startWorker(call, where(call, 'qmreboot'), () => {
    const work = shutdownWork(call, guest, { timeout: timeout === undefined ? undefined : Number(timeout), force: false, skiplock: false });
    return {
      ...work,
      finish: () => {
        const wasRunning = isRunning(guest);
        work.finish?.();
        if (!wasRunning) return;
        applyPending(call.cluster, guest);
        powerOn(call.cluster, guest);
      },
    };
  });
}

function resetVm(call: Call): string {
  rootOnly(call, 'skiplock');
  const guest = requireRunning(call);
  return startWorker(call, where(call, 'qmreset'), () => {
    if (!flag(call, 'skiplock')) checkLock(QEMU, guest);
    return { duration: 200, finish: () => void guest.agent?.commands.clear() };
  });
}

function suspendVm(call: Call): string {
  rootOnly(call, 'skiplock');
  const guest = requireRunning(call);
  const toDisk = flag(call, 'todisk');
  if (toDisk && isHaManaged(call.cluster, QEMU, guest.vmid)) throw failure('Cannot suspend HA managed VM to disk');
  let storage = text(call, 'statestorage');
  if (toDisk) {
    call.demand(`/vms/${guest.vmid}`, ['VM.Config.Disk']);
    if ([...guest.config.current.keys()].some((option) => option.startsWith('hostpci'))) {
      throw failure('cannot suspend VM to disk due to passed-through PCI device(s), which lack the possibility to save/restore their internal state');
    }
    storage ??= stateStorage(call.cluster, guest);
    call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  }
  return startWorker(call, where(call, toDisk ? 'qmsuspend' : 'qmpause'), () => {
    if (!flag(call, 'skiplock') && !hasLock(guest, 'backup')) checkLock(QEMU, guest);
    if (toDisk && storage !== undefined) return suspendToDisk(call, guest, storage);
    return { duration: 200, finish: () => void (guest.power = isRunning(guest) ? 'paused' : 'stopped') };
  });
}

function suspendToDisk(call: Call, guest: Guest, storage: string): Work {
  const { cluster } = call;
  const { current } = guest.config;
  if (hasLock(guest, 'backup')) throw failure('cannot suspend to disk during backup');
  const day = new Date(cluster.clock.now()).toISOString().slice(0, 10);
  const state = allocateState(cluster, guest, storage, `suspend-${day}`);
  const machine = runningMachine(guest);
  current.set('lock', 'suspending');
  current.set('vmstate', state.volid);
  current.set('runningmachine', machine);
  current.set('runningcpu', 'kvm64,enforce,+kvm_pv_eoi,+kvm_pv_unhalt,+lahf_lm,+sep');
  tidy(guest);
  const forget = (): void => {
    for (const option of ['lock', 'vmstate', 'runningmachine', 'runningcpu']) current.delete(option);
  };
  return {
    duration: 1500 + sizedMemory(current.get('memory')) * 0.8,
    finish: () => {
      if (!hasLock(guest, 'suspending')) throw failure('lock changed unexpectedly');
      state.used = Math.floor(guestMemory(guest) * guest.load.memory);
      current.set('lock', 'suspended');
      powerOff(guest);
      return ['State saved, quitting'];
    },
    abort: () => {
      cluster.volumes.get(state.storage)?.delete(state.volid);
      forget();
    },
  };
}

function resumeVm(call: Call): string {
  rootOnly(call, 'skiplock', 'nocheck');
  const vmid = Number(call.parameters['vmid']);
  const suspended = call.cluster.guests.get(vmid);
  if (suspended === undefined || !hasLock(suspended, 'suspended')) requireRunning(call);
  return startWorker(call, where(call, 'qmresume'), () => {
    const guest = loaded(call);
    if (hasLock(guest, 'suspended')) return startWork(call.cluster, guest, flag(call, 'skiplock'));
    if (isTemplate(guest)) throw failure(`VM ${vmid} is a template and cannot be resumed!`);
    if (guest.power === 'paused' && !flag(call, 'skiplock') && !hasLock(guest, 'backup')) checkLock(QEMU, guest);
    return { duration: 200, finish: () => void (guest.power = isRunning(guest) ? 'running' : 'stopped') };
  });
}

export const powerRoutes: readonly Route[] = [
  route('start', {
    timeout: TIMEOUT, machine: optional(string()), stateuri: optional(string({ maxLength: 128 })), skiplock: SKIPLOCK, migratedfrom: optional(string({ format: 'pve-node' })),
    migration_type: optional(oneOf('secure', 'insecure')), migration_network: optional(string({ format: 'CIDR' })), targetstorage: optional(string({ format: 'storage-pair-list' })),
    'force-cpu': optional(string()), 'with-conntrack-state': optional(boolean()), 'nets-host-mtu': optional(string({ pattern: /^net\d+=\d+(,net\d+=\d+)*$/ })),
  }, startVm),
  route('stop', { timeout: TIMEOUT, skiplock: SKIPLOCK, keepActive: optional(boolean()), migratedfrom: optional(string({ format: 'pve-node' })), 'overrule-shutdown': optional(boolean()) }, stopVm),
  route('shutdown', { timeout: TIMEOUT, skiplock: SKIPLOCK, keepActive: optional(boolean()), forceStop: optional(boolean()) }, shutdownVm),
  route('reboot', { timeout: TIMEOUT }, rebootVm),
  route('reset', { skiplock: SKIPLOCK }, resetVm),
  route('suspend', { todisk: optional(boolean()), statestorage: optional(STORAGE), skiplock: SKIPLOCK }, suspendVm),
  route('resume', { skiplock: SKIPLOCK, nocheck: optional(boolean()) }, resumeVm),
];
