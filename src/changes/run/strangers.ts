import * as z from 'zod';
import type { PveClient } from '../../pve/index.ts';
import { capitalised, flag, nameOf, text } from '../operations/index.ts';
import type { Action, Step } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import type { Journal, StepRecord } from './run.ts';

const guestRows = z.array(z.object({ vmid: z.coerce.number(), type: z.enum(['qemu', 'lxc']), node: z.string(), name: z.string().nullish() }));

/**
 * What stands in the way of going on with a run that waited: guests that are not those that were reviewed, because others were given their VMIDs
 * meanwhile. A guest is known again by its kind and its name, as far as the proposal has one; one that is not there any more is the step's own affair.
 * @param steps those that the run would go on with
 * @returns sentences that say what is there now. Rejects with PveError
 */
export async function strangers(client: PveClient, journal: Journal, steps: readonly Step[]): Promise<readonly string[]> {
  const concerned = steps.flatMap((step) => (isToBeSent(journal.steps[step.id]) && isAboutAKnownGuest(step) ? [step.target as GuestTarget] : []));
  if (concerned.length === 0) return [];
  const rows = guestRows.parse(await client.get('/cluster/resources', { type: 'vm' }));
  const found = new Map<number, string>();
  for (const target of concerned) {
    const now = rows.find(({ vmid }) => vmid === target.vmid);
    if (now === undefined) continue;
    const names = namesOf(target, journal);
    if (now.type === target.type && (names === undefined || !now.name || names.has(now.name))) continue;
    const there = nameOf({ type: now.type, vmid: now.vmid, ...(now.name ? { name: now.name } : {}) });
    found.set(target.vmid, `${capitalised(there)} on ${now.node} is not ${nameOf(target)}, which this was agreed on for.`);
  }
  return [...found.values()];
}

/** Of a task that runs only the end is waited for. */
function isToBeSent(record: StepRecord | undefined): boolean {
  return record?.state !== 'done' && record?.state !== 'running';
}

/** Proxmox VE itself gives no VMID a second time, so that making a guest does no other any harm; unless it is to take another's place. */
function isAboutAKnownGuest({ operation, target, parameters }: Action): boolean {
  if (target.kind !== 'guest' || operation === 'guest.create') return false;
  return operation !== 'guest.restore' || flag(parameters, 'force');
}

/** What the guest may be called by now, after what the run itself has done to it; undefined when that cannot be told. */
function namesOf({ vmid, name }: GuestTarget, { proposal, steps }: Journal): ReadonlySet<string> | undefined {
  const own = proposal.steps.filter(({ target }) => target.kind === 'guest' && target.vmid === vmid);
  // Both bring back the name of another time.
  if (name === undefined || own.some(({ id, operation }) => ['guest.rollback', 'guest.restore'].includes(operation) && (steps[id]?.attempts ?? 0) > 0)) return undefined;
  const given = own.flatMap(({ parameters, inverse }) => [parameters, inverse?.parameters ?? {}].flatMap((each) => text(each, 'name') ?? text(each, 'hostname') ?? []));
  return new Set([name, ...given]);
}
