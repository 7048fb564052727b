import type { GuestTarget } from '../../changes/index.ts';
import type { GuestRow, Live, NodeRow, Row, StorageRow } from '../../inventory/index.ts';
import { formatBytes, naturalOrder } from '../text/index.ts';

type Rows = ReadonlyMap<string, Row>;
type LiveOf = (rowId: string) => Live | undefined;

/** Something to choose: how it is shown, and what it stands for. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** Nodes that guests can go to, the one with the most memory free first; `without` is left out. */
export function nodeChoices(rows: Rows, live: LiveOf, without?: string): readonly Choice<string>[] {
  const free = (node: NodeRow): number => {
    const { mem, maxmem } = live(node.id) ?? {};
    return mem === undefined || maxmem === undefined ? -1 : maxmem - mem;
  };
  return [...rows.values()]
    .filter((row): row is NodeRow => row.kind === 'node' && row.status === 'online' && row.node !== without)
    .sort((a, b) => free(b) - free(a) || naturalOrder(a.node, b.node))
    .map((row): Choice<string> => {
      const { cpu, mem, maxmem } = live(row.id) ?? {};
      const parts = [
        mem === undefined || maxmem === undefined ? '' : `${formatBytes(maxmem - mem)} of ${formatBytes(maxmem)} memory free`,
        cpu === undefined ? '' : `CPU ${Math.round(cpu * 100)} %`,
      ];
      return { label: row.node, description: parts.filter(Boolean).join(' · '), value: row.node };
    });
}

/** Storages of a node that take such content, the one with the most space free first. */
export function storageChoices(rows: Rows, live: LiveOf, node: string, content: string): readonly Choice<string>[] {
  const free = ({ id }: StorageRow): number => {
    const { disk, maxdisk } = live(id) ?? {};
    return disk === undefined || maxdisk === undefined ? -1 : maxdisk - disk;
  };
  return [...rows.values()]
    .filter((row): row is StorageRow => row.kind === 'storage' && row.node === node && row.status === 'available' && row.content.includes(content))
    .sort((a, b) => free(b) - free(a) || naturalOrder(a.storage, b.storage))
    .map((row): Choice<string> => {
      const { disk, maxdisk } = live(row.id) ?? {};
      const space = disk === undefined || maxdisk === undefined ? '' : `${formatBytes(maxdisk - disk)} of ${formatBytes(maxdisk)} free`;
      return { label: row.storage, description: [row.plugintype ?? '', row.shared ? 'shared' : '', space].filter(Boolean).join(' · '), value: row.storage };
    });
}

/** Guests that pass, by VMID, with where they are and what they do. */
export function guestChoices(rows: Rows, passes: (row: GuestRow) => boolean): readonly Choice<string>[] {
  return [...rows.values()]
    .filter((row): row is GuestRow => (row.kind === 'qemu' || row.kind === 'lxc') && passes(row))
    .sort((a, b) => a.vmid - b.vmid)
    .map((row): Choice<string> => ({
      label: `${row.vmid} ${row.name}`,
      description: [row.kind === 'qemu' ? 'VM' : 'container', row.node, row.template ? 'template' : row.status, row.pool ?? ''].filter(Boolean).join(' · '),
      value: row.id,
    }));
}

const VOLUME_KEYS = { qemu: /^(?:(?:ide|scsi|virtio|sata)\d+|efidisk0|tpmstate0)$/, lxc: /^(?:rootfs|mp\d+)$/ };

/** A guest's disks and mount points on storages, with where they are and how big. */
export function diskChoices({ type }: Pick<GuestTarget, 'type'>, config: Readonly<Record<string, unknown>>): readonly Choice<string>[] {
  return Object.entries(config)
    .flatMap(([key, value]): Choice<string>[] => {
      const text = String(value);
      if (!VOLUME_KEYS[type].test(key) || text.includes('media=cdrom') || text.startsWith('/') || !text.includes(':')) return [];
      const [volume = '', ...options] = text.split(',');
      const size = options.find((option) => option.startsWith('size='))?.slice(5);
      return [{ label: key, description: [volume, size ?? ''].filter(Boolean).join(' · '), value: key }];
    })
    .sort((a, b) => naturalOrder(a.label, b.label));
}
