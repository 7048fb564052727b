import { failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, optional } from '../../api/parameters.ts';
import type { Parameters } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { isHaManaged, requestFromHa } from '../ha.ts';
import { LXC } from '../kind.ts';
import { checkLock, hasLock, isRunning, loadGuest } from '../lookup.ts';
import { abortTasks } from '../overrule.ts';
import { flag, NODE_AND_VMID, rootOnly, SKIPLOCK } from '../parameters.ts';
import { powerOff, powerOn } from '../power-state.ts';
import { startWorker, startWorkerAs } from '../worker.ts';
import type { Work } from '../worker.ts';
import { KILL_DURATION, SHUTDOWN_DURATION, start, startWork } from './start.ts';

const TIMEOUT = optional(integer({ minimum: 0 }));
const MANAGE = { check: ['perm', '/vms/{vmid}', ['VM.PowerMgmt']] } as const;

const vmidOf = (call: Call): number => Number(call.parameters['vmid']);
const where = (call: Call, type: string): { node: string; type: string; id: string } => ({ node: String(call.parameters['node']), type, id: String(call.parameters['vmid']) });

function route(action: string, parameters: Parameters, run: (call: Call) => unknown): Route {
  return { method: 'POST', path: `/nodes/{node}/lxc/{vmid}/status/${action}`, permissions: MANAGE, parameters: { ...NODE_AND_VMID, ...parameters }, run };
}

/** The worker's own look at the guest: a container that is gone fails the task, not the call. */
const loaded = (call: Call): Guest => loadGuest(call.cluster, LXC, String(call.parameters['node']), vmidOf(call));

/** Whether that container runs on that node, without asking whether there is one (`check_running`). */
function runs(call: Call): boolean {
  const guest = call.cluster.guests.get(vmidOf(call));
  return guest?.kind === 'lxc' && guest.node === call.parameters['node'] && isRunning(guest);
}

function requireRunning(call: Call, label = 'CT'): void {
  if (!runs(call)) throw failure(`${label} ${vmidOf(call)} not running`);
}

/** `status/start`, also for the callers that start a container they have just made. */
export function startContainer(call: Call): string {
  rootOnly(call, 'skiplock');
  const vmid = vmidOf(call);
  if (runs(call)) throw failure(`CT ${vmid} already running`);
  if (isHaManaged(call.cluster, LXC, vmid)) {
    return requestFromHa(call, LXC, vmid, {
      type: 'hastart',
      line: `Requesting HA start for CT ${vmid}`,
      state: 'started',
      act: () => void startWorkerAs(call.cluster, 'root@pam', where(call, 'vzstart'), () => startWork(call.cluster, loaded(call))),
    });
  }
  return startWorker(call, where(call, 'vzstart'), () => startWork(call.cluster, loaded(call), flag(call, 'skiplock')));
}

function killWork(guest: Guest, skiplock: boolean): Work {
  if (!skiplock && !hasLock(guest, 'mounted')) checkLock(LXC, guest);
  return { duration: KILL_DURATION, finish: () => powerOff(guest) };
}

/** @param timeout seconds until the container is killed (`force`) or left alone */
function shutdownWork(guest: Guest, timeout: number, force: boolean): Work {
  checkLock(LXC, guest);
  const limit = timeout * 1000;
  if (SHUTDOWN_DURATION <= limit) return { duration: SHUTDOWN_DURATION, finish: () => powerOff(guest) };
  if (force) return { duration: limit + KILL_DURATION, finish: () => powerOff(guest) };
  return {
    duration: limit,
    finish: () => {
      if (isRunning(guest)) throw failure('container did not stop');
    },
  };
}

function haStop(call: Call, type: 'vzstop' | 'vzshutdown', work: (guest: Guest) => Work): string {
  const vmid = vmidOf(call);
  return requestFromHa(call, LXC, vmid, {
    type: 'hastop',
    line: `Requesting HA stop for CT ${vmid}`,
    state: 'stopped',
    act: () => void startWorkerAs(call.cluster, 'root@pam', where(call, type), () => work(loaded(call))),
  });
}

function stopContainer(call: Call): string {
  rootOnly(call, 'skiplock');
  requireRunning(call);
  if (isHaManaged(call.cluster, LXC, vmidOf(call))) {
    if (flag(call, 'overrule-shutdown')) throw parameterError({ 'overrule-shutdown': 'Not applicable for HA resources.' });
    return haStop(call, 'vzstop', (guest) => killWork(guest, false));
  }
  return startWorker(call, where(call, 'vzstop'), () => {
    const guest = loaded(call);
    const overruled = flag(call, 'overrule-shutdown') ? abortTasks(call, 'vzshutdown', vmidOf(call)) : [];
    const work = killWork(guest, flag(call, 'skiplock'));
    return overruled.length === 0 ? work : { ...work, log: [[0, `overruled vzshutdown tasks: ${overruled.join(', ')}`]] };
  });
}

function shutdownContainer(call: Call): string {
  requireRunning(call);
  const timeout = Number(call.parameters['timeout'] ?? 60);
  if (isHaManaged(call.cluster, LXC, vmidOf(call))) return haStop(call, 'vzshutdown', (guest) => shutdownWork(guest, timeout, true));
  return startWorker(call, where(call, 'vzshutdown'), () => shutdownWork(loaded(call), timeout, flag(call, 'forceStop')));
}

/** A container that does not react within the timeout is killed; the lock is not looked at, only for the start (`vm_reboot`). */
function rebootContainer(call: Call): string {
  requireRunning(call, 'VM');
  const timeout = call.parameters['timeout'] === undefined ? 60 : Number(call.parameters['timeout']);
  return startWorker(call, where(call, 'vzreboot'), () => {
    const guest = loaded(call);
    const down = SHUTDOWN_DURATION <= timeout * 1000 ? SHUTDOWN_DURATION : timeout * 1000 + KILL_DURATION;
    return {
      duration: down + 1000,
      finish: () => {
        if (!isRunning(guest)) return;
        powerOff(guest);
        start(call.cluster, guest);
      },
    };
  });
}

/** The container's processes are written to disk and end. */
function suspendContainer(call: Call): string {
  requireRunning(call);
  return startWorker(call, where(call, 'vzsuspend'), () => {
    const guest = loaded(call);
    checkLock(LXC, guest);
    return {
      duration: 1500,
      finish: () => {
        powerOff(guest);
        guest.checkpoint = true;
      },
    };
  });
}

function resumeContainer(call: Call): string {
  const vmid = vmidOf(call);
  if (runs(call)) throw failure(`CT ${vmid} already running`);
  return startWorker(call, where(call, 'vzresume'), () => {
    const guest = call.cluster.guests.get(vmid);
    if (guest?.checkpoint !== true) throw failure(`command 'lxc-checkpoint -n ${vmid} -r --foreground -D /var/lib/vz/dump' failed: exit code 1`);
    return {
      duration: 1500,
      finish: () => {
        delete guest.checkpoint;
        powerOn(call.cluster, guest);
      },
    };
  });
}

/** Power of a container (PVE::API2::LXC::Status). */
export const powerRoutes: readonly Route[] = [
  route('start', { skiplock: SKIPLOCK, debug: optional(boolean()) }, startContainer),
  route('stop', { skiplock: SKIPLOCK, 'overrule-shutdown': optional(boolean()) }, stopContainer),
  route('shutdown', { timeout: TIMEOUT, forceStop: optional(boolean()) }, shutdownContainer),
  route('suspend', {}, suspendContainer),
  route('resume', {}, resumeContainer),
  route('reboot', { timeout: TIMEOUT }, rebootContainer),
];
