import { failure, parameterError } from '../../api/errors.ts';
import type { Call } from '../../api/route.ts';
import { checkNodeExists, isRunning } from '../../guests/lookup.ts';
import { taskMessage } from '../../guests/worker.ts';
import type { Guest, Node } from '../../state/cluster.ts';
import { nodeOf } from '../parameters.ts';
import { checkMay, guestsOf } from './guests.ts';
import { onGuest, startBulk, type Waiting, Workers } from './worker.ts';

/** What `GET …/migrate` says of a VM, as far as it decides here. */
interface Conditions {
  readonly local_disks: readonly { readonly volid: string }[];
  readonly local_resources: readonly string[];
  readonly not_allowed_nodes?: Readonly<Record<string, { readonly unavailable_storages?: readonly string[]; readonly 'unavailable-resources'?: readonly string[] }>>;
}

function obstacles(call: Call, guest: Guest, target: string): string[] {
  const { local_disks: disks, local_resources: resources, not_allowed_nodes: elsewhere } = onGuest(call, 'GET', guest, 'migrate', { target }) as Conditions;
  const { unavailable_storages: storages = [], 'unavailable-resources': missing = [] } = elsewhere?.[target] ?? {};
  const all: readonly (readonly [string, readonly string[]])[] = [
    ['local disks', isRunning(guest) && call.parameters['with-local-disks'] !== true ? disks.map(({ volid }) => volid) : []],
    ['local resources', resources],
    ['unavailable storages', storages],
    ['unavailable resources', missing],
  ];
  return all.filter(([, items]) => items.length > 0).map(([what, items]) => `  Has ${what}: ${items.join(', ')}`);
}

/** Begins the migration. @returns its UPID; undefined when the guest must stay, which is said */
function begin(call: Call, say: (line: string) => void, guest: Guest, target: string): string | undefined {
  if (guest.kind === 'lxc') {
    say(`Migrating CT ${guest.vmid}`);
    return String(onGuest(call, 'POST', guest, 'migrate', { target, restart: isRunning(guest) }));
  }
  const found = obstacles(call, guest, target);
  if (found.length > 0) {
    for (const line of [`Check VM ${guest.vmid}: skip VM ${guest.vmid} - precondition check failed:`, ...found]) say(line);
    return undefined;
  }
  say(`Check VM ${guest.vmid}: precondition check passed`);
  say(`Migrating VM ${guest.vmid}`);
  const disks = call.parameters['with-local-disks'];
  return String(onGuest(call, 'POST', guest, 'migrate', { target, online: isRunning(guest), ...(disks === undefined ? {} : { 'with-local-disks': disks }) }));
}

/** `migrateall`: every guest of the node goes to another, templates too. @returns the UPID */
export function migrateAll(call: Call): string {
  checkMay(call, ['VM.Migrate'], 'VM.Migrate');
  const node = nodeOf(call);
  const target = String(call.parameters['target']);
  if (target === node.name) throw parameterError({ target: 'target is local node.' });
  checkNodeExists(call.cluster, target);
  const most = Number(call.parameters['max-workers'] ?? call.parameters['maxworkers'] ?? call.cluster.options.get('max_workers') ?? 0);
  if (most === 0) throw failure("either 'max-workers' parameter or max_workers in datacenter.cfg must be set!");
  return startBulk(call, node.name, 'migrateall', (say) => migrate(call, node, target, most, say));
}

function* migrate(call: Call, node: Node, target: string, most: number, say: (line: string) => void): Waiting {
  const guests = guestsOf(call, node, { templates: true, ha: true }).sort((a, b) => (String(a.vmid) < String(b.vmid) ? -1 : 1));
  if (guests.length === 0) return say('no virtual guests matched, nothing to do..');
  const workers = new Workers(call, most);
  let started = 0;
  for (const guest of guests) {
    try {
      const upid = begin(call, say, guest, target);
      if (upid === undefined) continue;
      started += 1;
      workers.add(upid, guest);
    } catch (error) {
      for (const line of taskMessage(error).split('\n')) say(line);
      continue;
    }
    yield* workers.room();
  }
  yield* workers.all();
  if (started === 0) throw failure('no migrations worker started...');
  say(`All jobs finished, used ${started} workers in total.`);
}
