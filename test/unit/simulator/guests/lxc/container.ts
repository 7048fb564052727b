import { strict as assert } from 'node:assert';
import type { Guest } from '../../../../../src/simulator/state/cluster.ts';
import { type InProcess, inProcess } from '../../../../support/in-process.ts';
import { Transcript } from '../qemu/transcript.ts';

export const LXC = '/nodes/pve1/lxc';
export const CT = `${LXC}/900`;
export const TEMPLATE = 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst';

/** A demo cluster and a transcript of what is done to it. */
export function begin(): { at: InProcess; transcript: Transcript } {
  const at = inProcess({ guests: 12 });
  return { at, transcript: new Transcript(at, new URL('transcripts/', import.meta.url)) };
}

/** A container with the options, made without a word in the transcript. */
export function made(at: InProcess, options: Readonly<Record<string, string | number>> = {}, vmid = 900): Guest {
  at.call('POST', LXC, { vmid, ostemplate: TEMPLATE, hostname: 'web', rootfs: 'local-lvm:8', net0: 'name=eth0,bridge=vmbr0,ip=dhcp', ...options });
  settle(at);
  const guest = at.cluster.guests.get(vmid);
  assert.ok(guest);
  return guest;
}

/** Lets all tasks end. */
export function settle(at: InProcess): void {
  at.clock.advance(3_600_000);
  at.cluster.tasks.list();
}

/** Which volumes a guest has. */
export function volumesOf(at: InProcess, vmid: number): string[] {
  return [...at.cluster.volumes.values()].flatMap((volumes) => [...volumes.keys()]).filter((volid) => new RegExp(`-${vmid}-disk`).test(volid.split('/').at(-1) ?? '')).sort();
}
