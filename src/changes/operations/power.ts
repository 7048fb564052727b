import type { Action } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import type { Circumstances, Operation } from './operation.ts';
import { define } from './define.ts';
import { api, capitalised, flag, guestPath, isHaManaged, isUp, nameOf, onGuest, rowOf, runs, task, text, unavailable, workerTypes } from './guest.ts';
import { byState, byTask, statusOf } from './outcomes.ts';

type Power = Operation<GuestTarget>;
const targets = ['guest'] as const;
const privileges = (target: GuestTarget): ReturnType<Power['privileges']> => [onGuest(target, 'VM.PowerMgmt')];

function needsRunning(target: GuestTarget, circumstances: Circumstances): string | undefined {
  return unavailable(target, circumstances) ?? (isUp(target, circumstances) ? undefined : `${capitalised(nameOf(target))} is not running.`);
}

const templated = (target: GuestTarget, circumstances: Circumstances): string | undefined =>
  rowOf(target, circumstances)?.template === true ? `${capitalised(nameOf(target))} is a template and cannot be started.` : undefined;

const query = (target: GuestTarget, seconds: number, ...types: string[]): { node: string; types: string[]; id: string; since: number } => ({ node: target.node, types, id: String(target.vmid), since: seconds });

/** `POST …/status/start`; for an HA-managed guest the task only asks the HA stack for it. */
export const start: Power = define({
  name: 'guest.start', targets, title: 'Start', taskTypes: [...workerTypes('start'), 'qmresume', 'hastart'], privileges,
  describe: (target) => `Start ${nameOf(target)} on ${target.node}`,
  refusal: (target, _parameters, circumstances) =>
    unavailable(target, circumstances, ['suspended']) ?? templated(target, circumstances) ?? (isUp(target, circumstances) ? `${capitalised(nameOf(target))} is already running.` : undefined),
  risk: (target, _parameters, circumstances) => {
    const { memory } = runs(target, circumstances, 1);
    const node = circumstances.live(`node/${target.node}`);
    const free = node?.maxmem === undefined || node.mem === undefined ? undefined : node.maxmem - node.mem;
    return free !== undefined && memory > free ? [{ level: 'medium', text: `${target.node} has less memory free than ${nameOf(target)} is configured with.` }] : [];
  },
  effect: (target, _parameters, circumstances) => ({ nodes: [runs(target, circumstances, 1)] }),
  inverse: (target) => api('guest.shutdown', target, {}, shutdown.describe(target, {})),
  request: (target, parameters) => task('POST', guestPath(target, '/status/start'), parameters),
  outcome: (target, _parameters, client, at) => byState(client, query(target, at, ...start.taskTypes), async () => (await statusOf(client, target)).status === 'running'),
});

const goesDown = (target: GuestTarget, circumstances: Circumstances): ReturnType<Power['effect']> => ({
  interruptions: [`${capitalised(nameOf(target))} is unreachable until it is started again.`],
  nodes: [runs(target, circumstances, -1)],
});
const startAgain = (target: GuestTarget): Action => api('guest.start', target, {}, start.describe(target, {}));
const managed = (target: GuestTarget, circumstances: Circumstances): ReturnType<Power['risk']> => {
  return isHaManaged(rowOf(target, circumstances) ?? {}) ? [{ level: 'medium', text: `${capitalised(nameOf(target))} is HA-managed: the HA stack is told to keep it stopped.` }] : [];
};
const stopped = (target: GuestTarget, client: Parameters<Power['outcome']>[2], at: number, types: readonly string[]): ReturnType<Power['outcome']> =>
  byState(client, query(target, at, ...types), async () => (await statusOf(client, target)).status === 'stopped');

/** `POST …/status/shutdown`; asks the system in the guest to end. */
export const shutdown: Power = define({
  name: 'guest.shutdown', targets, title: 'Shut Down', taskTypes: [...workerTypes('shutdown'), 'hastop'], privileges,
  describe: (target, parameters) => `Shut down ${nameOf(target)} on ${target.node}${flag(parameters, 'forceStop') ? ', and stop it if it does not end in time' : ''}`,
  refusal: (target, _parameters, circumstances) => needsRunning(target, circumstances),
  risk: (target, parameters, circumstances) => [
    ...managed(target, circumstances),
    ...(flag(parameters, 'forceStop') ? [{ level: 'medium' as const, text: `${capitalised(nameOf(target))} may lose unsaved data when it does not end in time.` }] : []),
  ],
  effect: (target, _parameters, circumstances) => goesDown(target, circumstances),
  inverse: (target) => startAgain(target),
  request: (target, parameters) => task('POST', guestPath(target, '/status/shutdown'), parameters),
  outcome: (target, _parameters, client, at) => stopped(target, client, at, shutdown.taskTypes),
});

/** `POST …/status/stop`; like pulling the plug. */
export const stop: Power = define({
  name: 'guest.stop', targets, title: 'Stop', taskTypes: [...workerTypes('stop'), 'hastop'], privileges,
  describe: (target) => `Stop ${nameOf(target)} on ${target.node}`,
  refusal: (target, _parameters, circumstances) => needsRunning(target, circumstances),
  risk: (target, _parameters, circumstances) => [{ level: 'medium', text: `${capitalised(nameOf(target))} is cut off and may lose unsaved data.` }, ...managed(target, circumstances)],
  effect: (target, _parameters, circumstances) => ({ ...goesDown(target, circumstances), losses: [`What ${nameOf(target)} has not written to its disks is lost.`] }),
  inverse: (target) => startAgain(target),
  request: (target, parameters) => task('POST', guestPath(target, '/status/stop'), parameters),
  outcome: (target, _parameters, client, at) => stopped(target, client, at, stop.taskTypes),
});

/** `POST …/status/reboot`; ends and starts it, applying pending changes. */
export const reboot: Power = define({
  name: 'guest.reboot', targets, title: 'Reboot', taskTypes: workerTypes('reboot'), privileges,
  describe: (target) => `Reboot ${nameOf(target)} on ${target.node}`,
  refusal: (target, _parameters, circumstances) => needsRunning(target, circumstances),
  risk: (target) => [{ level: 'low', text: `${capitalised(nameOf(target))} is interrupted while it reboots.` }],
  effect: (target) => ({ interruptions: [`${capitalised(nameOf(target))} restarts and is unreachable meanwhile.`] }),
  request: (target, parameters) => task('POST', guestPath(target, '/status/reboot'), parameters),
  outcome: (target, _parameters, client, at) => byTask(client, query(target, at, ...reboot.taskTypes)),
});

/** `POST …/status/reset`; VMs only. */
export const reset: Power = define({
  name: 'guest.reset', targets, title: 'Reset', taskTypes: ['qmreset'], privileges,
  describe: (target) => `Reset ${nameOf(target)} on ${target.node}`,
  refusal: (target, _parameters, circumstances) => (target.type === 'lxc' ? `${capitalised(nameOf(target))} is a container; only VMs can be reset.` : needsRunning(target, circumstances)),
  risk: (target) => [{ level: 'medium', text: `${capitalised(nameOf(target))} is reset without warning and may lose unsaved data.` }],
  effect: (target) => ({ interruptions: [`${capitalised(nameOf(target))} restarts and is unreachable meanwhile.`], losses: [`What ${nameOf(target)} has not written to its disks is lost.`] }),
  request: (target, parameters) => task('POST', guestPath(target, '/status/reset'), parameters),
  outcome: (target, _parameters, client, at) => byTask(client, query(target, at, 'qmreset')),
});

/** `POST …/status/suspend`; with `todisk` a VM's memory is written to a volume and the VM ends. */
export const suspend: Power = define({
  name: 'guest.suspend', targets, title: 'Suspend', taskTypes: [...workerTypes('suspend'), 'qmpause'],
  describe: (target, parameters) => (flag(parameters, 'todisk') ? `Hibernate ${nameOf(target)} on ${target.node}` : `Suspend ${nameOf(target)} on ${target.node}`),
  privileges: (target, parameters) => {
    const storage = text(parameters, 'statestorage');
    if (!flag(parameters, 'todisk')) return privileges(target);
    return [onGuest(target, 'VM.PowerMgmt'), onGuest(target, 'VM.Config.Disk'), ...(storage === undefined ? [] : [{ path: `/storage/${storage}`, privileges: ['Datastore.AllocateSpace'] }])];
  },
  refusal(target, parameters, circumstances) {
    if (!flag(parameters, 'todisk')) return needsRunning(target, circumstances);
    if (target.type === 'lxc') return `${capitalised(nameOf(target))} is a container; only VMs can be hibernated.`;
    // PVE/API2/Qemu, vm_suspend.
    if (isHaManaged(rowOf(target, circumstances) ?? {})) return `${capitalised(nameOf(target))} is HA-managed, and Proxmox VE hibernates no such VM. Take it out of HA first, or suspend it.`;
    return needsRunning(target, circumstances);
  },
  effect: (target, parameters, circumstances) => ({
    interruptions: [`${capitalised(nameOf(target))} stands still until it is resumed.`],
    ...(flag(parameters, 'todisk') ? { nodes: [runs(target, circumstances, -1)] } : {}),
  }),
  inverse: (target, parameters) => (flag(parameters, 'todisk') ? startAgain(target) : api('guest.resume', target, {}, resume.describe(target, {}))),
  request: (target, parameters) => task('POST', guestPath(target, '/status/suspend'), parameters),
  outcome: (target, parameters, client, at) =>
    byState(client, query(target, at, ...suspend.taskTypes), async () => {
      const { status, qmpstatus, lock } = await statusOf(client, target);
      return flag(parameters, 'todisk') ? status === 'stopped' && lock === 'suspended' : qmpstatus === 'paused' || status === 'suspended';
    }),
});

/** `POST …/status/resume`. */
export const resume: Power = define({
  name: 'guest.resume', targets, title: 'Resume', taskTypes: workerTypes('resume'), privileges,
  describe: (target) => `Resume ${nameOf(target)} on ${target.node}`,
  refusal: (target, _parameters, circumstances) => {
    const row = rowOf(target, circumstances);
    return unavailable(target, circumstances, ['suspended']) ?? (row?.lock === 'suspended' || row?.status === 'paused' || row?.status === 'suspended' || (row?.status === 'running') ? undefined : `${capitalised(nameOf(target))} is not suspended.`);
  },
  effect: (target, _parameters, circumstances) => (rowOf(target, circumstances)?.status === 'stopped' ? { nodes: [runs(target, circumstances, 1)] } : {}),
  inverse: (target) => api('guest.suspend', target, {}, suspend.describe(target, {})),
  request: (target, parameters) => task('POST', guestPath(target, '/status/resume'), parameters),
  outcome: (target, _parameters, client, at) =>
    byState(client, query(target, at, ...resume.taskTypes), async () => {
      const { status, qmpstatus } = await statusOf(client, target);
      return status === 'running' && (qmpstatus === undefined || qmpstatus === 'running');
    }),
});

export const power: readonly Power[] = [start, shutdown, stop, reboot, reset, suspend, resume];
