import { failure } from '../../api/errors.ts';
import { optional, oneOf } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { findVolume } from '../../state/volumes.ts';
import { QEMU } from '../kind.ts';
import { checkLock, guestOf, isRunning, isTemplate } from '../lookup.ts';
import { NODE_AND_VMID, text } from '../parameters.ts';
import { volumeSettings } from '../references.ts';
import { volumeHasFeature } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { isCdrom, printVolume, withVolume } from '../volume-setting.ts';
import { makeBase } from '../volumes.ts';
import { startWorker } from '../worker.ts';

/** Turns the VM's disks (or one of them) into base images where the storage can. @returns log lines */
export function makeTemplate(cluster: Cluster, guest: Guest, disk?: string): string[] {
  const log: string[] = [];
  for (const [option, setting] of volumeSettings(QEMU, guest.config.current)) {
    if (isCdrom(setting) || (disk !== undefined && option !== disk)) continue;
    if (!volumeHasFeature(cluster, setting.volume, 'template') || findVolume(cluster, setting.volume) === undefined) continue;
    const base = makeBase(cluster, setting.volume);
    guest.config.current.set(option, printVolume(withVolume(setting, base)));
    log.push(`Renamed "${setting.volume.slice(setting.volume.indexOf(':') + 1)}" to "${base.slice(base.indexOf(':') + 1)}"`);
  }
  tidy(guest);
  return log;
}

function check(guest: Guest, disk: string | undefined): void {
  checkLock(QEMU, guest);
  if (guest.config.snapshots.size > 0) throw failure('unable to create template, because VM contains snapshots');
  if (isTemplate(guest) && disk === undefined) throw failure("you can't convert a template to a template");
  if (isRunning(guest)) throw failure("you can't convert a VM to template if VM is running");
}

function template(call: Call): string {
  const guest = guestOf(call, QEMU);
  const disk = text(call, 'disk');
  check(guest, disk);
  return startWorker(call, { node: guest.node, type: 'qmtemplate', id: String(guest.vmid) }, () => ({
    duration: 900,
    finish: () => {
      check(guest, disk);
      guest.config.current.set('template', '1');
      return makeTemplate(call.cluster, guest, disk);
    },
  }));
}

export const templateRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/qemu/{vmid}/template',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Allocate']] },
  parameters: { ...NODE_AND_VMID, disk: optional(oneOf(...QEMU.volumeKeys)) },
  run: template,
};
