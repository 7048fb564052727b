import type { ConfigKind } from '../../pve/config/index.ts';

/** Which of a guest's configurations a document shows. */
export type ConfigVersion =
  /** The one that is edited: in force from the next start on. */
  | { readonly type: 'configuration' }
  /** Without the changes that wait for the next start. */
  | { readonly type: 'running' }
  | { readonly type: 'snapshot'; readonly name: string }
  | { readonly type: 'conflict'; readonly side: ConflictSide };

/** The sides of a conflict: what the edited text began with, what the cluster has now, and the edited text. */
export type ConflictSide = 'before' | 'cluster' | 'yours';

/** What an address of the scheme `proxmox` names. */
export interface ConfigPlace {
  readonly connectionId: string;
  /** The node it was on when the address was made. */
  readonly node: string;
  readonly kind: ConfigKind;
  readonly vmid: number;
  readonly version: ConfigVersion;
}

/** `/<connection>/<node>/qemu/100.conf`; other versions of it stand in a folder `100` beside it. */
export function configPath({ connectionId, node, kind, vmid, version }: ConfigPlace): string {
  const folder = `/${connectionId}/${node}/${kind}/${vmid}`;
  switch (version.type) {
    case 'configuration': return `${folder}.conf`;
    case 'running': return `${folder}/running.conf`;
    case 'snapshot': return `${folder}/snapshots/${version.name}.conf`;
    case 'conflict': return `${folder}/conflict/${version.side}.conf`;
  }
}

const PATH = /^\/([^/]+)\/([^/]+)\/(qemu|lxc)\/([1-9]\d{2,8})(?:\.conf|\/(running)\.conf|\/snapshots\/([A-Za-z][\w-]*)\.conf|\/conflict\/(before|cluster|yours)\.conf|\.conf@([A-Za-z][\w-]*))$/;

/** Undefined for a path that names no configuration. `100.conf@<snapshot>` is another way to say `100/snapshots/<snapshot>.conf`. */
export function parseConfigPath(path: string): ConfigPlace | undefined {
  const [, connectionId, node, kind, vmid, running, snapshot, side, at] = PATH.exec(path) ?? [];
  if (connectionId === undefined || node === undefined || (kind !== 'qemu' && kind !== 'lxc')) return undefined;
  const name = snapshot ?? at;
  const version: ConfigVersion =
    running !== undefined ? { type: 'running' }
    : name !== undefined ? { type: 'snapshot', name }
    : side === 'before' || side === 'cluster' || side === 'yours' ? { type: 'conflict', side }
    : { type: 'configuration' };
  return { connectionId, node, kind, vmid: Number(vmid), version };
}

/** Whether a document that is no address of ours is about a container: a copy of `/etc/pve/lxc/101.conf`. */
export function kindOfPath(path: string): ConfigKind {
  return /\/lxc\/[^/]*(?:\/.*)?$/.test(path) ? 'lxc' : 'qemu';
}
