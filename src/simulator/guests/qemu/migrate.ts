import { failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, oneOf, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { isHaManaged, requestFromHa } from '../ha.ts';
import { parseIdMap } from '../id-map.ts';
import type { IdMap } from '../id-map.ts';
import { QEMU } from '../kind.ts';
import { checkLock, checkNodeExists, guestOf, hasLock, isReplicated, isRunning, loadGuest, takeLock } from '../lookup.ts';
import { abortedMigration, migrationDuration, stamped } from '../migration-log.ts';
import type { MigrationLine } from '../migration-log.ts';
import { flag, NODE_AND_VMID, rootOnly, text } from '../parameters.ts';
import { copyDuration } from '../progress.ts';
import { volumeSettings } from '../references.ts';
import { replicatesTo, switchReplication } from '../replication-target.ts';
import { checkEnabled, hasContent } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { storageOf } from '../volume-setting.ts';
import { startWorker, startWorkerAs, taskMessage } from '../worker.ts';
import type { Work } from '../worker.ts';
import { localResources } from './migration-conditions.ts';
import { liveLines, liveDuration } from './migration-live.ts';
import { checkRoom } from '../migration-room.ts';
import { transfer, travellingVolumes } from './migration-volumes.ts';
import type { Journey, TravellingVolume } from './migration-volumes.ts';
import { powerOn } from './start.ts';

/** Milliseconds a migration takes besides the bytes it sends. */
const BASE_DURATION = 2500;

/** What is checked before the call returns and by the worker again. */
function checkGuest(call: Call, guest: Guest, target: string): void {
  checkLock(QEMU, guest);
  if (!isRunning(guest)) return;
  if (!flag(call, 'online')) throw failure("can't migrate running VM without --online");
  if (!flag(call, 'force') && isReplicated(call.cluster, guest.vmid) && !replicatesTo(call.cluster, guest.vmid, target)) {
    throw failure(`Cannot live-migrate replicated VM to node '${target}' - not a replication target. Use 'force' to override.`);
  }
}

/** `targetstorage`, and whether the caller may put volumes where it leads. */
function storageMap(call: Call, guest: Guest, target: string): IdMap | undefined {
  const value = text(call, 'targetstorage');
  const map = value ? parseIdMap('targetstorage', value) : undefined;
  if (map === undefined || map.identity) checkAvailability(call.cluster, guest, target);
  if (map === undefined) return undefined;
  if (!map.identity) call.demand(`/vms/${guest.vmid}`, ['VM.Config.Disk']);
  for (const id of [...map.entries.values(), ...(map.fallback === undefined ? [] : [map.fallback])]) {
    const storage = checkEnabled(call.cluster, id, target);
    call.demand(`/storage/${id}`, ['Datastore.AllocateSpace']);
    if (!hasContent(storage, 'images')) throw failure(`storage '${id}' does not support vm images`);
  }
  return map;
}

/** Every drive's storage must be there on both nodes (`check_storage_availability`). */
function checkAvailability(cluster: Cluster, guest: Guest, target: string): void {
  for (const [, { volume }] of volumeSettings(QEMU, guest.config.current)) {
    const id = storageOf(volume);
    if (id === undefined) continue;
    const storage = checkEnabled(cluster, id, guest.node);
    checkEnabled(cluster, id, target);
    const content = volume.includes(':iso/') ? 'iso' : 'images';
    if (!hasContent(storage, content)) throw failure(`${volume}: content type '${content}' is not available on storage '${id}'`);
  }
}

function checkResources(call: Call, guest: Guest, target: string, log: (line: string) => void): void {
  const running = isRunning(guest);
  const { blocking, mapped } = localResources(guest.config.current, running);
  const held = blocking.filter((option) => !mapped.has(option));
  if (held.length > 0) {
    if (running || !flag(call, 'force')) throw failure(`can't migrate VM which uses local devices: ${held.join(', ')}`);
    log('migrating VM which uses local devices');
  }
  if (mapped.size > 0) throw failure(`can't migrate to '${target}': missing mapped devices ${[...mapped.keys()].join(', ')}`);
}

/** The worker (PVE::QemuMigrate): what does not allow it stands in its log, and the task ends with `migration aborted`. */
function migrationWork(call: Call, guest: Guest, target: string, storages: IdMap | undefined): Work {
  const { cluster } = call;
  const before: string[] = [];
  const lines = (): MigrationLine[] => before.map((line) => ({ at: 0, text: line }));
  const log = (line: string): void => void before.push(line);
  const running = isRunning(guest);
  const journey: Journey = { guest, target, running, withLocalDisks: flag(call, 'with-local-disks'), storages };
  try {
    const node = cluster.nodes.get(target);
    if (node?.online !== true) throw failure("Can't connect to destination address using public key");
    checkGuest(call, guest, target);
    if (running && !flag(call, 'with-conntrack-state')) log('conntrack state migration not supported or disabled, active connections might get dropped');
    checkResources(call, guest, target, log);
    log(`starting migration of VM ${guest.vmid} to node '${target}' (${node.ip})`);
    const volumes = travellingVolumes(cluster, journey, log);
    checkRoom(cluster, target, volumes);
    return migrate(cluster, journey, volumes, lines());
  } catch (error) {
    const started = before.some((line) => line.startsWith('starting migration'));
    const cleanup: MigrationLine[] = started ? [{ at: 0.5, text: taskMessage(error), error: true }, { at: 0.5, text: 'aborting phase 1 - cleanup resources' }] : [];
    return abortedMigration(cluster, guest.node, [...lines(), ...cleanup], error);
  }
}

function migrate(cluster: Cluster, journey: Journey, volumes: readonly TravellingVolume[], before: readonly MigrationLine[]): Work {
  const { guest, target, running } = journey;
  const source = guest.node;
  const offline = volumes.filter((one) => !one.online);
  const bytes = offline.reduce((sum, { volume }) => sum + volume.used, 0);
  const copying = BASE_DURATION + copyDuration(bytes);
  const live = running ? liveDuration(cluster, journey, volumes) : 0;
  const duration = copying + live;
  const log: MigrationLine[] = [...before];
  if (offline.length > 0) log.push({ at: 300 / duration, text: 'copying local disk images' });
  if (running) log.push(...liveLines(cluster, journey, volumes).map((line) => ({ ...line, at: (copying + line.at * live) / duration })));
  const start = cluster.clock.now();
  const release = takeLock(guest, 'migrate');
  tidy(guest);
  return {
    duration,
    log: stamped(cluster, source, duration, log, start),
    finish: () => {
      if (!hasLock(guest, 'migrate')) throw failure('migration aborted');
      const moved = volumes.map((one) => ({ at: 1, text: `volume '${one.volume.volid}' is '${transfer(cluster, journey, one)}' on the target` }));
      guest.node = target;
      arrive(cluster, guest, running);
      switchReplication(cluster, guest.vmid, source, target);
      release();
      tidy(guest);
      const last = { at: 1, text: `migration finished successfully (duration ${migrationDuration(duration)})` };
      return stamped(cluster, source, duration, [...moved, last], start).map(([, line]) => line);
    },
    abort: release,
  };
}

/** The QEMU process on the target is a new one: its counters begin again, the guest in it goes on as it was. */
function arrive(cluster: Cluster, guest: Guest, live: boolean): void {
  if (!live || !isRunning(guest)) return;
  const { power } = guest;
  const frozen = guest.agent?.frozen ?? false;
  powerOn(cluster, guest);
  guest.power = power;
  if (guest.agent !== undefined) guest.agent.frozen = frozen;
}

function migrateVm(call: Call): string {
  const { cluster } = call;
  const target = text(call, 'target') ?? '';
  const node = String(call.parameters['node']);
  if (target === node) throw parameterError({ target: 'target is local node.' });
  checkNodeExists(cluster, target);
  rootOnly(call, 'force', 'migration_type', 'migration_network');
  const guest = guestOf(call, QEMU);
  checkGuest(call, guest, target);
  const storages = storageMap(call, guest, target);
  const where = { node, type: 'qmigrate', id: String(guest.vmid) };
  const begin = (): Work => migrationWork(call, loadGuest(cluster, QEMU, node, guest.vmid), target, storages);
  if (!isHaManaged(cluster, QEMU, guest.vmid)) return startWorker(call, where, begin);
  return requestFromHa(call, QEMU, guest.vmid, {
    type: 'hamigrate',
    line: `Requesting HA migration for VM ${guest.vmid} to node ${target}`,
    act: () => void startWorkerAs(cluster, 'root@pam', where, begin),
  });
}

/** `POST /nodes/{node}/qemu/{vmid}/migrate`. */
export const migrateRoute: Route = {
  method: 'POST',
  path: '/nodes/{node}/qemu/{vmid}/migrate',
  permissions: { check: ['perm', '/vms/{vmid}', ['VM.Migrate']] },
  parameters: {
    ...NODE_AND_VMID,
    target: string({ format: 'pve-node' }),
    online: optional(boolean()),
    force: optional(boolean()),
    migration_type: optional(oneOf('secure', 'insecure')),
    migration_network: optional(string({ format: 'CIDR' })),
    'with-local-disks': optional(boolean()),
    targetstorage: optional(string({ format: 'storage-pair-list' })),
    bwlimit: optional(integer({ minimum: 0 })),
    'with-conntrack-state': optional(boolean()),
  },
  run: migrateVm,
};
