import { failure } from '../../api/errors.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { LXC } from '../kind.ts';
import { checkLock, guestOf, isRunning, isTemplate } from '../lookup.ts';
import { NODE_AND_VMID } from '../parameters.ts';
import { volumeSettings } from '../references.ts';
import { volumeHasFeature } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { printVolume, withVolume } from '../volume-setting.ts';
import { makeBase } from '../volumes.ts';
import { startWorker } from '../worker.ts';

/** Turns the container's volumes into base images. Throws, before anything is changed, when a storage cannot. @returns log lines */
export function makeTemplate(cluster: Cluster, guest: Guest): string[] {
  const settings = volumeSettings(LXC, guest.config.current);
  for (const [, { volume }] of settings) {
    if (!volumeHasFeature(cluster, volume, 'template')) throw failure(`Template feature is not available for '${volume}'`);
  }
  const path = (volid: string): string => volid.slice(volid.indexOf(':') + 1);
  const log = settings.map(([option, setting]) => {
    const base = makeBase(cluster, setting.volume);
    guest.config.current.set(option, printVolume(withVolume(setting, base)));
    return `  Renamed "${path(setting.volume)}" to "${path(base)}"`;
  });
  tidy(guest);
  return log;
}

function template(call: Call): null {
  const guest = guestOf(call, LXC);
  checkLock(LXC, guest);
  if (guest.config.snapshots.size > 0) throw failure('unable to create template, because CT contains snapshots');
  if (isTemplate(guest)) throw failure("you can't convert a template to a template");
  if (isRunning(guest)) throw failure("you can't convert a CT to template if the CT is running");
  startWorker(call, { node: guest.node, type: 'vztemplate', id: String(guest.vmid) }, () => ({
    duration: 700,
    finish: () => {
      const log = makeTemplate(call.cluster, guest);
      guest.config.current.set('template', '1');
      tidy(guest);
      return log;
    },
  }));
  return null;
}

/** `POST /nodes/{node}/lxc/{vmid}/template`: starts a worker but answers nothing, as Proxmox does. */
export const templateRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/lxc/{vmid}/template',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Allocate']] },
  parameters: NODE_AND_VMID,
  run: template,
};
