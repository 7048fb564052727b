import { ApiError, failure } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import type { Guest, Volume } from '../../state/cluster.ts';
import { addHaResource } from '../ha.ts';
import { LXC } from '../kind.ts';
import { checkUnused } from '../lookup.ts';
import { newGuest } from '../new-guest.ts';
import { flag, text } from '../parameters.ts';
import { startContainer } from './power.ts';

/** What a creation and a restore share: the checked request. */
export interface Creation {
  readonly call: Call;
  readonly vmid: number;
  readonly node: string;
  /** Template or backup. */
  readonly archive: Volume | undefined;
  readonly volid: string;
  readonly storage: string;
  /** `rootfs` and `mp[n]` as asked for; empty when the storage alone is given. */
  readonly mountPoints: Map<string, string>;
  /** The other options, as the configuration keeps them. */
  readonly options: Map<string, string>;
  readonly unprivileged: boolean | undefined;
  /** The container that is to be overwritten. */
  readonly existing: Guest | undefined;
}

/** Claims the id for a new container. Throws `unable to create CT …`. */
export function claim({ call, vmid, node }: Creation, message: string): Guest {
  try {
    checkUnused(call.cluster, vmid);
  } catch (error) {
    throw error instanceof ApiError ? failure(`${message} ${error.message}`) : error;
  }
  return newGuest(call.cluster, LXC, vmid, node, 'create');
}

/** Bytes of what an archive holds, unpacked. */
export const contentOf = (archive: Volume): number => archive.size * 4;

/** What every new or restored container gets. */
export function addDefaults(current: Map<string, string>, vmid: number): void {
  if (!current.get('hostname')) current.set('hostname', `CT${vmid}`);
  if (!current.has('memory')) current.set('memory', '512');
  if (!current.has('swap')) current.set('swap', '512');
}

/** Pool, start and HA registration, asked for together with the creation. @returns log lines */
export function afterCreation({ call, vmid }: Creation): string[] {
  const { cluster } = call;
  const pool = text(call, 'pool');
  if (pool !== undefined) cluster.pools.get(pool)?.guests.add(vmid);
  if (flag(call, 'start')) startContainer(call);
  if (!flag(call, 'ha-managed')) return [];
  addHaResource(cluster, LXC, vmid, flag(call, 'start') ? 'started' : 'stopped');
  return ['Add as HA resource'];
}
