import type { Safeguard } from '../proposal/proposal.ts';
import type { GuestTarget } from '../proposal/target.ts';
import { backup } from './backup.ts';
import { api, nameOf, onGuest, onStorage } from './guest.ts';
import type { Circumstances } from './operation.ts';
import { snapshot } from './snapshots.ts';
import { backupStorages, snapshotPossible } from './volumes.ts';

type Offered = Pick<Safeguard, 'label' | 'recommended' | 'action'>;

/** The name a snapshot gets that is taken to be safe: `before-20261121-093000` (UTC). */
function momentName(now: number): string {
  return `before-${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
}

/** Take a snapshot first: where all the guest's storages can, and the user may. */
export function snapshotFirst(target: GuestTarget, circumstances: Circumstances, recommended: boolean): readonly Offered[] {
  const { path, privileges } = onGuest(target, 'VM.Snapshot');
  if (!snapshotPossible(target, circumstances) || !circumstances.may(path, privileges)) return [];
  const parameters = { snapname: momentName(circumstances.now), description: 'Taken before a change' };
  return [{ label: `Take a snapshot of ${nameOf(target)} first`, recommended, action: api('guest.snapshot', target, parameters, snapshot.describe(target, parameters)) }];
}

/** Back it up first: where a storage on its node takes backups, and the user may. */
export function backupFirst(target: GuestTarget, circumstances: Circumstances, recommended: boolean): readonly Offered[] {
  const storage = backupStorages(target, circumstances).find((row) => circumstances.may(onStorage(row.storage).path, ['Datastore.AllocateSpace']))?.storage;
  if (storage === undefined || !circumstances.may(onGuest(target).path, ['VM.Backup'])) return [];
  const parameters = { storage, mode: 'snapshot', compress: 'zstd' };
  return [{ label: `Back up ${nameOf(target)} to ${storage} first`, recommended, action: api('guest.backup', target, parameters, backup.describe(target, parameters)) }];
}
