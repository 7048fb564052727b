import type { ClusterResource } from '../pve/wire/index.ts';
import type { GuestRow, NodeRow, Row } from './inventory.ts';

/** What a guest's row is made of. */
type Guest = { readonly id: string } & { readonly [K in 'vmid' | 'node' | 'name' | 'status' | 'tags' | 'pool' | 'lock' | 'hastate']?: ClusterResource[K] };

/**
 * The stable columns of a row of `GET /cluster/resources`; undefined for kinds the inventory does not follow or when
 * the row lacks what names it.
 */
export function rowOf(resource: ClusterResource, before: Row | undefined): Row | undefined {
  const { id, type, node, storage, pool } = resource;
  switch (type) {
    case 'qemu':
    case 'lxc':
      return guestRow(type, resource, resource.template, before);
    case 'node':
      return node === undefined ? undefined : { kind: 'node', id, node, status: nodeStatus(resource.status), ...(resource.hastate !== undefined && { hastate: resource.hastate }) };
    case 'storage':
      if (node === undefined || storage === undefined) return undefined;
      return {
        kind: 'storage',
        id,
        storage,
        node,
        status: resource.status ?? 'unknown',
        // Listed from a Perl hash (PVE/Storage/Plugin.pm): each of pveproxy's workers has its own order.
        content: splitList(resource.content, ',').toSorted(),
        shared: resource.shared ?? false,
        ...(resource.plugintype !== undefined && { plugintype: resource.plugintype }),
      };
    case 'pool':
      return pool === undefined ? undefined : { kind: 'pool', id, pool };
    default:
      return undefined;
  }
}

/**
 * A guest's name and template flag reach the cluster with the counters its node broadcasts, while node, pool, tags, lock
 * and HA state come from the cluster's configuration. When the node has been silent for some minutes (or a guest is
 * brand-new) the row has neither and its status is `unknown` (PVE/API2Tools.pm, `extract_vm_stats`); what was known of
 * it then stands, or Proxmox's own names for nameless guests.
 */
export function guestRow(type: 'qemu' | 'lxc', resource: Guest, template: boolean | undefined, before: Row | undefined): GuestRow | undefined {
  const { id, vmid, node, pool, lock, hastate } = resource;
  if (vmid === undefined || node === undefined) return undefined;
  const known = before?.kind === 'qemu' || before?.kind === 'lxc' ? before : undefined;
  const row: { -readonly [K in keyof GuestRow]: GuestRow[K] } = {
    kind: type,
    id,
    vmid,
    name: resource.name ?? known?.name ?? (type === 'qemu' ? `VM ${vmid}` : `CT${vmid}`),
    node,
    status: guestStatus(resource.status),
    template: template ?? known?.template ?? false,
    tags: splitList(resource.tags, ';'),
  };
  if (pool !== undefined) row.pool = pool;
  if (lock !== undefined && lock !== '') row.lock = lock;
  if (hastate !== undefined) row.hastate = hastate;
  return row;
}

/**
 * A VM's status is QEMU's own run state where there is one (PVE/Service/pvestatd.pm: `qmpstatus` before `status`):
 * besides the ones told apart here that is a dozen rare ones (`io-error`, `prelaunch`, `guest-panicked`, …), in all of
 * which the process is there and the processors do not run.
 */
function guestStatus(status: string | undefined): GuestRow['status'] {
  switch (status) {
    case 'running':
    case 'stopped':
    case 'paused':
    case 'suspended':
    case 'unknown':
      return status;
    case undefined:
      return 'unknown';
    default:
      return 'paused';
  }
}

function nodeStatus(status: string | undefined): NodeRow['status'] {
  return status === 'online' || status === 'offline' ? status : 'unknown';
}

/** Items of a list in their order; Proxmox separates tags by `;` and takes `,` and spaces too. */
function splitList(text: string | undefined, separator: ',' | ';'): readonly string[] {
  if (text === undefined || text === '') return nothing;
  return text.split(separator === ';' ? /[;, ]+/ : ',').filter((item) => item !== '');
}

const nothing: readonly string[] = [];
