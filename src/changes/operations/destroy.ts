import type { GuestTarget } from '../proposal/target.ts';
import { define } from './define.ts';
import { backupFirst } from './first.ts';
import { capitalised, flag, guestPath, isHaManaged, isUp, nameOf, onGuest, protectedAgainst, rowOf, runs, task, unavailable, workerTypes } from './guest.ts';
import type { RiskReason } from '../proposal/proposal.ts';
import type { Circumstances, Operation } from './operation.ts';
import { byState, whereIs } from './outcomes.ts';
import { occupied } from './volumes.ts';

/** `DELETE /nodes/{node}/qemu/{vmid}`: `purge` (jobs, HA, replication), `destroy-unreferenced-disks`, for containers `force`. */
export const destroy: Operation<GuestTarget> = define({
  name: 'guest.destroy', targets: ['guest'] as const, title: 'Destroy', needsConfig: true, needsReplication: true, needsBackups: true, taskTypes: workerTypes('destroy'),
  privileges: (target) => [onGuest(target, 'VM.Allocate')],
  describe: (target, parameters) => `Destroy ${nameOf(target)} on ${target.node}${flag(parameters, 'purge') ? ' and purge it from jobs' : ''}`,
  refusal(target, parameters, circumstances) {
    const name = capitalised(nameOf(target));
    const why = unavailable(target, circumstances, ['suspended']) ?? protectedAgainst(target, circumstances);
    if (why !== undefined) return why;
    if (isUp(target, circumstances) && !(target.type === 'lxc' && flag(parameters, 'force'))) return `${name} is running; stop it first.`;
    if (flag(parameters, 'purge')) return undefined;
    if (isHaManaged(rowOf(target, circumstances) ?? {})) return `${name} is HA-managed; destroy it with purge, or take it out of HA first.`;
    return circumstances.replicated.has(target.vmid) ? `${name} is replicated; destroy it with purge, or remove its replication jobs first.` : undefined;
  },
  risk(target, parameters, circumstances) {
    const name = capitalised(nameOf(target));
    const row = rowOf(target, circumstances);
    return [
      { level: 'high', text: `${name} and its disks are lost for good.` },
      backupReason(target, circumstances),
      ...(isUp(target, circumstances) ? [{ level: 'critical' as const, text: `${name} is running.` }] : []),
      ...(row !== undefined && isHaManaged(row) ? [{ level: 'critical' as const, text: `${name} is HA-managed (${row.hastate ?? ''}).` }] : []),
      ...(circumstances.replicated.has(target.vmid) ? [{ level: 'critical' as const, text: `${name} is replicated; its replicas are removed too.` }] : []),
      ...(row?.template === true ? [{ level: 'high' as const, text: `${name} is a template; linked clones may depend on it.` }] : []),
      ...(flag(parameters, 'purge') ? [{ level: 'high' as const, text: `${name} is also taken out of backup jobs, HA and replication.` }] : []),
      ...(flag(parameters, 'destroy-unreferenced-disks') ? [{ level: 'high' as const, text: `Disks of VMID ${target.vmid} that no configuration names are removed from all storages.` }] : []),
    ];
  },
  effect: (target, _parameters, circumstances) => ({
    losses: [`${capitalised(nameOf(target))}, its disks and its snapshots are lost for good.`],
    ...(isUp(target, circumstances) ? { interruptions: [`${capitalised(nameOf(target))} is gone.`], nodes: [runs(target, circumstances, -1)] } : {}),
    storages: occupied(target, circumstances.config(target.vmid), -1),
  }),
  safeguards: (target, _parameters, circumstances) => backupFirst(target, circumstances, true),
  request: (target, parameters) => task('DELETE', guestPath(target), parameters),
  outcome: (target, _parameters, client, since) =>
    byState(client, { node: target.node, types: workerTypes('destroy'), id: String(target.vmid), since }, async () => (await whereIs(client, target.vmid)) === undefined),
});

const DAY = 86_400_000;

function backupReason(target: GuestTarget, { lastBackup, now }: Circumstances): Omit<RiskReason, 'step'> {
  const at = lastBackup(target.vmid);
  if (at === undefined) return { level: 'high', text: `When ${nameOf(target)} was last backed up is not known.` };
  if (at === 'none') return { level: 'high', text: `There is no backup of ${nameOf(target)}.` };
  const days = Math.floor((now - at) / DAY);
  return { level: days < 7 ? 'low' : 'medium', text: `${capitalised(nameOf(target))} was last backed up ${days < 1 ? 'less than a day' : days === 1 ? 'a day' : `${days} days`} ago.` };
}
