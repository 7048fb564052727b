import type { Call } from '../../api/route.ts';
import { isRunning } from '../../guests/lookup.ts';
import type { Guest, Node } from '../../state/cluster.ts';
import { writeJournal } from '../journal.ts';
import { nodeOf } from '../parameters.ts';
import { checkMay, inOrder, mostWorkers, startupOf } from './guests.ts';
import { startBulk, tryOnGuest, type Waiting, Workers } from './worker.ts';

const label = (guest: Guest): string => `${guest.kind === 'lxc' ? 'CT' : 'VM'} ${guest.vmid}`;

/** Seconds between VMs, to spread the load; containers start at once. */
const VM_DELAY = 3;

/** `startall`: guests that start on boot, or all with `force`. @returns the UPID */
export function startAll(call: Call): string {
  checkMay(call, ['VM.PowerMgmt'], 'VM.PowerMgmt');
  const node = nodeOf(call);
  return startBulk(call, node.name, 'startall', (say) => startInOrder(call, node, say));
}

/** Milliseconds that a running backup is waited for. */
const BACKUP_LOCK_TIMEOUT = 10_000;

/** Backup locks that an interrupted backup has left go; not while one runs on the node. */
function* removeBackupLocks(call: Call, node: Node, say: (line: string) => void): Waiting {
  const backups = (): boolean => call.cluster.tasks.list().some((task) => task.type === 'vzdump' && task.node === node.name && task.endtime === undefined);
  if (backups()) {
    say('trying to acquire lock...');
    yield BACKUP_LOCK_TIMEOUT;
    if (backups()) return say("can't lock file '/var/run/vzdump.lock' - got timeout");
  }
  for (const guest of call.cluster.guests.values()) {
    if (guest.node !== node.name || guest.config.current.get('lock') !== 'backup') continue;
    guest.config.current.delete('lock');
    say(`removed left over backup lock from '${guest.vmid}'!`);
  }
}

function* startInOrder(call: Call, node: Node, say: (line: string) => void): Waiting {
  yield* removeBackupLocks(call, node, say);
  const force = call.parameters['force'] === true;
  const workers = new Workers(call, mostWorkers(call, node), (guest, status) => {
    if (status !== 'OK' && !status.startsWith('WARNINGS')) say(`Starting ${label(guest)} failed: ${status}`);
  });
  for (const group of inOrder(call, node, (guest) => force || guest.config.current.get('onboot') === '1')) {
    for (const guest of group) {
      if (isRunning(guest)) continue;
      say(`Starting ${label(guest)}`);
      const upid = tryOnGuest(call, say, guest, 'status/start');
      if (upid === undefined) continue;
      workers.add(upid, guest);
      const { up } = startupOf(guest);
      if (up) say(`Waiting for ${up} seconds (startup delay)`);
      const delay = up ?? (guest.kind === 'qemu' ? VM_DELAY : 0);
      if (delay > 0) yield delay * 1000;
      yield* workers.room();
    }
    yield* workers.all();
  }
}

/** `stopall`: shuts down what runs, last in the order first. @returns the UPID */
export function stopAll(call: Call): string {
  checkMay(call, ['VM.PowerMgmt'], 'VM.PowerMgmt');
  const node = nodeOf(call);
  return startBulk(call, node.name, 'stopall', (say) =>
    downwards(call, node, 'all VMs and CTs stopped', (guest) => {
      if (!isRunning(guest)) return undefined;
      const timeout = startupOf(guest).down ?? Number(call.parameters['timeout'] ?? 180);
      say(`Stopping ${label(guest)} (timeout = ${timeout} seconds)`);
      return tryOnGuest(call, say, guest, 'status/shutdown', { timeout, forceStop: call.parameters['force-stop'] !== false });
    }),
  );
}

/** `suspendall`: suspends running VMs to disk. @returns the UPID */
export function suspendAll(call: Call): string {
  checkMay(call, ['VM.PowerMgmt', 'VM.Config.Disk'], 'VM.PowerMgmt');
  const node = nodeOf(call);
  return startBulk(call, node.name, 'suspendall', (say) =>
    downwards(call, node, 'all VMs suspended', (guest) => {
      if (guest.kind !== 'qemu') say(`WARN: skipping ${guest.vmid}, only VMs can be suspended`);
      else if (!isRunning(guest)) say(`VM ${guest.vmid} not running, skipping suspension`);
      else {
        say(`Suspending VM ${guest.vmid}`);
        return tryOnGuest(call, say, guest, 'status/suspend', { todisk: true });
      }
      return undefined;
    }),
  );
}

/** @param act begins a guest's task and returns its UPID, or leaves the guest alone */
function* downwards(call: Call, node: Node, done: string, act: (guest: Guest) => string | undefined): Waiting {
  for (const group of inOrder(call, node).reverse()) {
    const workers = new Workers(call, mostWorkers(call, node));
    for (const guest of group.reverse()) {
      const upid = act(guest);
      if (upid === undefined) continue;
      workers.add(upid, guest);
      yield* workers.room();
    }
    yield* workers.all();
  }
  writeJournal(call.cluster, node, 'pvedaemon[1]', done);
}
