import type { GuestTarget, Wish } from '../../changes/index.ts';
import { guestSnapshots } from '../../inventory/index.ts';
import { formatRecent } from '../text/index.ts';
import { guestName, newVmid, proposedSnapshotName, snapshotName, tagList, tagsOf } from './answers.ts';
import { choose, chooseMany, type } from './ask.ts';
import { type Choice, nodeChoices, storageChoices } from './choices.ts';
import { migrationChoices, migrationConditions } from './migration.ts';
import { openNotes } from './notes.ts';
import { called, nextVmid, type Place, readConfig } from './place.ts';
import { moveToPool } from './pools.ts';
import type { GuestSubject } from './subject.ts';

/** What is to be done; undefined when the person thought better of it. */
export type Asked = Promise<readonly Wish[] | undefined>;
type Guests = readonly GuestSubject[];

const onEach = (operation: string, guests: Guests, parameters: Wish['parameters'] = {}): readonly Wish[] => guests.map(({ target }) => ({ operation, target, parameters }));
const isUp = (place: Place, target: GuestTarget): boolean => ['running', 'paused', 'suspended'].includes(place.guest(target)?.status ?? '');

/** Asked of so many guests at most before a migration; the others are found out by the migration itself. */
const ASKED = 25;

export async function askSnapshot(place: Place, guests: Guests): Asked {
  const [only, ...others] = guests;
  if (only === undefined) return undefined;
  const taken = others.length === 0 ? (await guestSnapshots(place.client, only.target.node, only.target.type, only.target.vmid)).map(({ name }) => name) : [];
  const snapname = await type(place.title, 'Name', { value: proposedSnapshotName(taken, new Date()), check: snapshotName(taken) });
  if (snapname === undefined) return undefined;
  const description = await type(place.title, 'Description (may stay empty)');
  if (description === undefined) return undefined;
  const withMemory = guests.some(({ target }) => target.type === 'qemu' && isUp(place, target))
    ? await choose(place.title, 'Save the memory too?', [
        { label: 'Disks only', description: 'at once; after a roll-back the VM starts anew', value: false },
        { label: 'Disks and memory', description: 'takes longer; a roll-back goes on from this moment', value: true },
      ])
    : false;
  if (withMemory === undefined) return undefined;
  return guests.map(({ target }) => ({
    operation: 'guest.snapshot', target,
    parameters: { snapname, ...(description === '' ? {} : { description }), ...(withMemory && target.type === 'qemu' && isUp(place, target) ? { vmstate: true } : {}) },
  }));
}

/** The snapshot it was called on, or one that is chosen. */
async function snapshotOf(place: Place, { target, snapshot }: GuestSubject): Promise<string | undefined> {
  if (snapshot !== undefined) return snapshot;
  const known = await guestSnapshots(place.client, target.node, target.type, target.vmid);
  const now = Date.now();
  return await choose(place.title, `Snapshots of ${called(target)}`, known.map(({ name, time, description = '' }): Choice<string> => ({ label: name, description: [time === undefined ? '' : formatRecent(time, now), description].filter(Boolean).join(' · '), value: name })));
}

export async function askRollBack(place: Place, guests: Guests): Asked {
  const [guest] = guests;
  if (guest === undefined) return undefined;
  const snapname = await snapshotOf(place, guest);
  // What runs before runs afterwards.
  return snapname === undefined ? undefined : onEach('guest.rollback', [guest], { snapname, ...(isUp(place, guest.target) ? { start: true } : {}) });
}

export async function askDeleteSnapshot(place: Place, guests: Guests): Asked {
  const wishes: Wish[] = [];
  for (const guest of guests) {
    const snapname = await snapshotOf(place, guest);
    if (snapname === undefined) return undefined;
    wishes.push(...onEach('guest.delete-snapshot', [guest], { snapname }));
  }
  return wishes;
}

export async function askClone(place: Place, [guest]: Guests): Asked {
  if (guest === undefined) return undefined;
  const { target } = guest;
  const template = place.guest(target)?.template === true;
  const newid = await type(place.title, 'VMID of the clone', { value: String(await nextVmid(place)), check: newVmid(place.rows) });
  if (newid === undefined) return undefined;
  const name = await type(place.title, 'Name of the clone', { value: `${template ? '' : 'copy-of-'}${target.name ?? `vm-${newid}`}`, check: guestName });
  if (name === undefined) return undefined;
  const full = template
    ? await choose(place.title, 'Full or linked clone?', [
        { label: 'Linked', description: 'at once; shares the disks of the template, which cannot be removed then', value: false },
        { label: 'Full', description: 'a copy of its own', value: true },
      ])
    : true;
  if (full === undefined) return undefined;
  const nodes = nodeChoices(place.rows, place.live);
  const here = nodes.filter(({ value }) => value === target.node);
  const node = nodes.length < 2 ? target.node : await choose(place.title, 'Node; another one needs shared storage', [...here, ...nodes.filter(({ value }) => value !== target.node)]);
  if (node === undefined) return undefined;
  const same = { label: 'Where the disks are now', value: '' };
  const storage = full ? await choose(place.title, 'Storage', [same, ...storageChoices(place.rows, place.live, node, target.type === 'qemu' ? 'images' : 'rootdir')]) : '';
  if (storage === undefined) return undefined;
  return [{ operation: 'guest.clone', target, parameters: { newid: Number(newid), name, full, ...(node === target.node ? {} : { target: node }), ...(storage === '' ? {} : { storage }) } }];
}

export async function askMigrate(place: Place, guests: Guests): Asked {
  const from = new Set(guests.map(({ target }) => target.node));
  const conditions = await Promise.all(guests.slice(0, ASKED).map(({ target }) => migrationConditions(place.client, target)));
  const nodes = nodeChoices(place.rows, place.live, from.size === 1 ? [...from][0] : undefined);
  const node = await choose(place.title, 'Node, the one with the most memory free first', migrationChoices(nodes, conditions));
  return node === undefined ? undefined : await migrateTo(place, guests, node, conditions.some(({ localDisks }) => localDisks.length > 0));
}

/** Migrates guests to a node that has been chosen; where disks have to be copied, asks onto which storage. */
export async function migrateTo(place: Place, guests: Guests, node: string, copies: boolean): Asked {
  const moving = guests.filter(({ target }) => target.node !== node);
  const same = { label: 'Storages of the same names', value: '' };
  const storage = copies ? await choose(place.title, `Storage on ${node} for disks that are copied`, [same, ...storageChoices(place.rows, place.live, node, 'images')]) : '';
  return storage === undefined ? undefined : onEach('guest.migrate', moving, { target: node, ...(storage === '' ? {} : { targetstorage: storage }) });
}

export async function askRename(place: Place, [guest]: Guests): Asked {
  if (guest === undefined) return undefined;
  const name = await type(place.title, `New name of ${called(guest.target)}`, { value: guest.target.name ?? '', check: guestName });
  return name === undefined || name === guest.target.name ? undefined : onEach('guest.configure', [guest], { [guest.target.type === 'qemu' ? 'name' : 'hostname']: name });
}

/** One guest's tags as a whole; to those of several, some are added. */
export async function askTags(place: Place, guests: Guests): Asked {
  const before = ({ target }: GuestSubject): readonly string[] => place.guest(target)?.tags ?? [];
  const [only, ...others] = guests;
  if (only === undefined) return undefined;
  const alone = others.length === 0;
  const text = await type(place.title, alone ? 'Tags, divided by spaces' : `Tags that ${guests.length} guests get besides those they have`, { value: alone ? before(only).join(' ') : '', check: tagList, placeHolder: 'web critical' });
  if (text === undefined) return undefined;
  return guests.flatMap((guest) => {
    const tags = alone ? tagsOf(text) : [...new Set([...before(guest), ...tagsOf(text)])];
    if (tags.join() === before(guest).join()) return [];
    return onEach('guest.configure', [guest], tags.length === 0 ? { delete: 'tags' } : { tags: tags.join(';') });
  });
}

export async function askProtection(place: Place, guests: Guests): Asked {
  const [only, ...others] = guests;
  const now = only === undefined || others.length > 0 ? undefined : Number((await readConfig(place, only.target))['protection'] ?? 0) === 1;
  const protect = await choose(place.title, 'A protected guest cannot be destroyed, nor its disks removed', [
    { label: 'Protect', ...(now === true ? { description: 'as it is now' } : {}), value: true },
    { label: 'Unprotect', ...(now === false ? { description: 'as it is now' } : {}), value: false },
  ]);
  if (protect === undefined || protect === now) return undefined;
  return onEach('guest.configure', guests, protect ? { protection: true } : { delete: 'protection' });
}

export async function askPool(place: Place, guests: Guests): Asked {
  const pools = [...place.rows.values()].flatMap((row): Choice<string>[] => (row.kind === 'pool' ? [{ label: row.pool, value: row.pool }] : []));
  const pool = await choose(place.title, 'Pool', [...pools, { label: 'No pool', value: '' }]);
  return pool === undefined ? undefined : moveToPool(place, guests, pool);
}

/** Opens the notes as a file; saving that proposes the change. */
export async function askNotes(_place: Place, [guest]: Guests): Asked {
  if (guest !== undefined) await openNotes(guest);
  return undefined;
}

export async function askDestroy(place: Place, guests: Guests): Asked {
  const running = guests.filter(({ target }) => isUp(place, target));
  const choices: Choice<'stop' | 'purge' | 'unreferenced'>[] = [
    ...(running.length > 0 ? [{ label: 'Stop first', description: `${running.length === 1 && running[0] !== undefined ? called(running[0].target) : `${running.length} guests`} running`, value: 'stop' as const }] : []),
    { label: 'Purge', description: 'also out of backup jobs, replication and HA', value: 'purge' },
    { label: 'Remove unreferenced disks', description: 'also disks of its VMID that no configuration names', value: 'unreferenced' },
  ];
  const picked = await chooseMany(place.title, guests.length === 1 && guests[0] !== undefined ? `Destroy ${called(guests[0].target)}` : `Destroy ${guests.length} guests`, choices, ['purge']);
  if (picked === undefined) return undefined;
  const parameters = { ...(picked.includes('purge') ? { purge: true } : {}), ...(picked.includes('unreferenced') ? { 'destroy-unreferenced-disks': true } : {}) };
  return guests.flatMap((guest) => [...(picked.includes('stop') && isUp(place, guest.target) ? onEach('guest.stop', [guest]) : []), ...onEach('guest.destroy', [guest], parameters)]);
}
