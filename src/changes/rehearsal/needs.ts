import type { GuestRow, Row, StorageRow } from '../../inventory/index.ts';
import { text } from '../operations/index.ts';
import type { Proposal } from '../proposal/proposal.ts';
import type { Step } from '../proposal/step.ts';
import type { Target } from '../proposal/target.ts';

/** What of a cluster a proposal is about; the rest need not be known in detail. */
export interface Needs {
  /** Guests whose whole configuration matters. */
  readonly guests: ReadonlySet<number>;
  /** VMIDs that are to be given to new guests. */
  readonly newGuests: ReadonlySet<number>;
  readonly nodes: ReadonlySet<string>;
  /** Names of storages that steps name; those in the guests' configurations come to them. */
  readonly storages: ReadonlySet<string>;
  /** Volume ids of the backups that are restored. */
  readonly archives: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
}

/** Reads it off the steps. @param rows the inventory */
export function needsOf({ steps }: Proposal, rows: ReadonlyMap<string, Row>): Needs {
  const needs = { guests: new Set<number>(), newGuests: new Set<number>(), nodes: new Set<string>(), storages: new Set<string>(), archives: new Set<string>(), pools: new Set<string>() };
  const storages = new Set([...rows.values()].filter((row): row is StorageRow => row.kind === 'storage').map(({ storage }) => storage));
  const known = (vmid: number): boolean => rows.has(`qemu/${vmid}`) || rows.has(`lxc/${vmid}`);
  const add = (target: Target): void => {
    if ('node' in target) needs.nodes.add(target.node);
    if ('storage' in target) needs.storages.add(target.storage);
    if (target.kind === 'pool') needs.pools.add(target.pool);
    if (target.kind === 'guest') (known(target.vmid) ? needs.guests : needs.newGuests).add(target.vmid);
  };
  for (const step of steps) {
    for (const { target, needs: others } of step.parts ?? []) [...(target === undefined ? [] : [target]), ...others].forEach(add);
    for (const action of [step, ...(step.fallback === undefined ? [] : [step.fallback])]) {
      const { target } = action;
      add(target);
      for (const vmid of vmidsIn(action)) {
        (known(vmid) ? needs.guests : needs.newGuests).add(vmid);
      }
      if (isAboutAllGuests(action)) for (const row of rows.values()) if (isGuest(row) && 'node' in target && row.node === target.node) needs.guests.add(row.vmid);
      for (const [name, value] of Object.entries(action.parameters)) {
        if (typeof value !== 'string') continue;
        if (name === 'target' && rows.has(`node/${value}`)) needs.nodes.add(value);
        if (name === 'pool') needs.pools.add(value);
        for (const storage of storagesIn(value)) if (storages.has(storage)) needs.storages.add(storage);
      }
      const archive = text(action.parameters, 'archive');
      if (archive !== undefined) needs.archives.add(archive);
    }
  }
  return needs;
}

export function isGuest(row: Row): row is GuestRow {
  return row.kind === 'qemu' || row.kind === 'lxc';
}

function vmidsIn({ target, parameters }: Pick<Step, 'target' | 'parameters'>): number[] {
  const listed = ['vms', 'newid'].flatMap((name) => (text(parameters, name) ?? '').split(/[,;\s]+/)).map(Number).filter((vmid) => vmid >= 100);
  return target.kind === 'guest' ? [target.vmid, ...listed] : listed;
}

/** Of what is done to a whole node: which guests start at boot, and in which order, stands in their configurations. */
function isAboutAllGuests({ operation, parameters }: Pick<Step, 'operation' | 'parameters'>): boolean {
  return ['node.start-all', 'node.stop-all', 'node.reboot', 'node.shutdown'].includes(operation) && text(parameters, 'vms') === undefined;
}

/** `local-lvm`, `local-lvm:32`, `local:iso/debian.iso,media=cdrom`, `local-lvm:vm-100-disk-0,size=32G`, `scsi0:local,…` */
export function storagesIn(value: string): string[] {
  return value.split(/[,;\s]/).flatMap((part) => {
    const plain = part.replace(/^[a-z]+=/, '');
    return [plain.split(':')[0] ?? '', plain];
  });
}
