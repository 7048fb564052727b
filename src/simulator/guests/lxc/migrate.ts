import { failure, parameterError } from '../../api/errors.ts';
import { boolean, integer, number, optional, string } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';
import { affinityOf } from '../ha-affinity.ts';
import { isHaManaged, requestFromHa } from '../ha.ts';
import { parseIdMap } from '../id-map.ts';
import type { IdMap } from '../id-map.ts';
import { LXC } from '../kind.ts';
import { checkLock, checkNodeExists, guestOf, hasLock, isRunning, loadGuest, takeLock } from '../lookup.ts';
import { abortedMigration, migrationDuration, stamped } from '../migration-log.ts';
import type { MigrationLine } from '../migration-log.ts';
import { flag, NODE_AND_VMID, text } from '../parameters.ts';
import { powerOff } from '../power-state.ts';
import { copyDuration } from '../progress.ts';
import { switchReplication } from '../replication-target.ts';
import { checkEnabled, hasContent } from '../storages.ts';
import { tidy } from '../tidy.ts';
import { startWorker, startWorkerAs, taskMessage } from '../worker.ts';
import type { Work } from '../worker.ts';
import { checkRoom } from '../migration-room.ts';
import { checkMountPoints, transfer, travellingVolumes } from './migration-volumes.ts';
import type { Journey, TravellingVolume } from './migration-volumes.ts';
import { SHUTDOWN_DURATION, start } from './start.ts';

const MIGRATE = { check: ['perm', '/vms/{vmid}', ['VM.Migrate']] } as const;

/** Milliseconds a migration takes besides the bytes it sends. */
const BASE_DURATION = 1500;

/** `target-storage`, and whether the caller may put volumes where it leads. */
function storageMap(call: Call, vmid: number, target: string): IdMap | undefined {
  const value = text(call, 'target-storage');
  if (!value) return undefined;
  const map = parseIdMap('target-storage', value);
  if (!map.identity) call.demand(`/vms/${vmid}`, ['VM.Config.Disk']);
  for (const id of [...map.entries.values(), ...(map.fallback === undefined ? [] : [map.fallback])]) {
    const storage = checkEnabled(call.cluster, id, target);
    call.demand(`/storage/${id}`, ['Datastore.AllocateSpace']);
    if (!hasContent(storage, 'rootdir')) throw failure(`storage '${id}' does not support CT rootdirs`);
  }
  return map;
}

/** What the worker looks at before it takes the container down (`prepare`). */
function prepare(call: Call, journey: Journey): void {
  const { guest, target } = journey;
  checkLock(LXC, guest);
  if (isRunning(guest)) {
    if (flag(call, 'online')) throw failure('lxc live migration is currently not implemented');
    if (!flag(call, 'restart')) throw failure('running container can only be migrated in restart mode');
  }
  checkMountPoints(call.cluster, journey);
  if (call.cluster.nodes.get(target)?.online !== true) throw failure("Can't connect to destination address using public key");
  if (isRunning(guest) && Number(call.parameters['timeout'] ?? 180) * 1000 < SHUTDOWN_DURATION) throw failure('container did not stop');
}

/** The worker (PVE::LXC::Migrate): what does not allow it stands in its log, and the task ends with `migration aborted`. */
function migrationWork(call: Call, journey: Journey): Work {
  const { cluster } = call;
  const { guest, target } = journey;
  const running = isRunning(guest);
  const lines: MigrationLine[] = [];
  const log = (line: string): void => void lines.push({ at: 0, text: line });
  try {
    prepare(call, journey);
  } catch (error) {
    return abortedMigration(cluster, guest.node, lines, error);
  }
  if (running) log(`shutdown CT ${guest.vmid}`);
  try {
    log(`starting migration of CT ${guest.vmid} to node '${target}' (${cluster.nodes.get(target)?.ip ?? ''})`);
    const volumes = travellingVolumes(cluster, journey, log);
    checkRoom(cluster, target, volumes);
    return migrate(cluster, journey, volumes, lines);
  } catch (error) {
    if (running) start(cluster, guest);
    const cleanup = ['aborting phase 1 - cleanup resources', 'start final cleanup', ...(running ? ['start container on source node'] : [])];
    return abortedMigration(cluster, guest.node, [...lines, { at: 0.5, text: taskMessage(error), error: true }, ...cleanup.map((line) => ({ at: 0.5, text: line }))], error);
  }
}

function migrate(cluster: Cluster, journey: Journey, volumes: readonly TravellingVolume[], before: readonly MigrationLine[]): Work {
  const { guest, target } = journey;
  const source = guest.node;
  const running = isRunning(guest);
  const duration = BASE_DURATION + (running ? SHUTDOWN_DURATION : 0) + copyDuration(volumes.reduce((sum, { volume }) => sum + volume.used, 0));
  const began = cluster.clock.now();
  if (running) powerOff(guest);
  const release = takeLock(guest, 'migrate');
  tidy(guest);
  return {
    duration,
    log: stamped(cluster, source, duration, before, began),
    finish: () => {
      if (!hasLock(guest, 'migrate')) throw failure('migration aborted');
      const log = volumes.map((one) => `volume '${one.volume.volid}' is '${transfer(cluster, journey, one)}' on the target`);
      guest.node = target;
      switchReplication(cluster, guest.vmid, source, target);
      log.push('start final cleanup');
      release();
      tidy(guest);
      if (running) {
        log.push('start container on target node');
        start(cluster, guest);
      }
      log.push(`migration finished successfully (duration ${migrationDuration(duration)})`);
      return stamped(cluster, source, duration, log.map((line) => ({ at: 1, text: line })), began).map(([, line]) => line);
    },
    abort: () => {
      release();
      if (running) start(cluster, guest);
    },
  };
}

function migrateContainer(call: Call): string {
  const { cluster } = call;
  const target = text(call, 'target') ?? '';
  const node = String(call.parameters['node']);
  if (target === node) throw parameterError({ target: 'target is local node.' });
  checkNodeExists(cluster, target);
  const guest = guestOf(call, LXC);
  if (isRunning(guest) && !flag(call, 'online') && !flag(call, 'restart')) throw failure("can't migrate running container without --online or --restart");
  const storages = storageMap(call, guest.vmid, target);
  const where = { node, type: 'vzmigrate', id: String(guest.vmid) };
  const begin = (): Work => migrationWork(call, { guest: loadGuest(cluster, LXC, node, guest.vmid), target, storages });
  if (!isHaManaged(cluster, LXC, guest.vmid)) return startWorker(call, where, begin);
  return requestFromHa(call, LXC, guest.vmid, {
    type: 'hamigrate',
    line: `Requesting HA migration for CT ${guest.vmid} to node ${target}`,
    act: () => void startWorkerAs(cluster, 'root@pam', where, begin),
  });
}

/** Where the container may go, as far as HA rules say. */
function conditions(call: Call): Record<string, unknown> {
  const { cluster } = call;
  const guest: Guest = guestOf(call, LXC);
  checkLock(LXC, guest);
  const managed = isHaManaged(cluster, LXC, guest.vmid);
  const { together, apart } = managed ? affinityOf(cluster, `ct:${guest.vmid}`) : { together: [], apart: new Map<string, string[]>() };
  const others = [...cluster.nodes.keys()].filter((name) => name !== guest.node);
  return {
    running: isRunning(guest) ? 1 : 0,
    'allowed-nodes': others.filter((name) => !apart.has(name)),
    'not-allowed-nodes': Object.fromEntries(others.filter((name) => apart.has(name)).map((name) => [name, { 'blocking-ha-resources': apart.get(name)?.map((sid) => ({ sid, cause: 'resource-affinity' })) }])),
    ...(managed ? { 'dependent-ha-resources': together } : {}),
  };
}

/** `GET` and `POST /nodes/{node}/lxc/{vmid}/migrate`. */
export const migrateRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes/{node}/lxc/{vmid}/migrate', permissions: MIGRATE, parameters: { ...NODE_AND_VMID, target: optional(string({ format: 'pve-node' })) }, run: conditions },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/migrate',
    permissions: MIGRATE,
    parameters: {
      ...NODE_AND_VMID,
      target: string({ format: 'pve-node' }),
      'target-storage': optional(string({ format: 'storage-pair-list' })),
      online: optional(boolean()),
      restart: optional(boolean()),
      timeout: optional(integer()),
      bwlimit: optional(number({ minimum: 0 })),
    },
    run: migrateContainer,
  },
];
