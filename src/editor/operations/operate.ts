import { showInformationMessage } from '../notices/index.ts';
import type { Target as Shown } from '../explorer/index.ts';
import { guestChoices, nodeChoices } from './choices.ts';
import { choose, chooseMany } from './ask.ts';
import { dropWishes } from './drop.ts';
import { migrationConditions } from './migration.ts';
import { perform, tell } from './perform.ts';
import { placeOf } from './place.ts';
import type { OperationName, OperationServices } from './services.ts';
import { type Spec, specs } from './specs.ts';
import { guestTarget, type Subject, subjectOf } from './subject.ts';

/** Carries out a command: on what it was called on, or, from the palette, on what is then asked for. */
export async function operate(services: OperationServices, name: OperationName, argument: unknown, selected: unknown): Promise<void> {
  const spec = specs[name];
  const { title } = spec;
  try {
    const surface = argument === undefined ? 'palette' : 'explorer';
    const subjects = surface === 'explorer' ? await called(services, spec, argument, selected) : await asked(services, spec);
    const [first] = subjects;
    if (first === undefined) return;
    if (subjects.some(({ connectionId }) => connectionId !== first.connectionId)) throw new Error('The selected items are of several clusters; select those of one.');
    if (!spec.many && subjects.length > 1) throw new Error('This is done with one thing at a time; select a single one.');
    const place = await placeOf(services.clusters, first.connectionId, title);
    const missing = await missingPrivilege(services, spec, subjects);
    if (missing !== undefined) throw new Error(missing);
    const wishes = await spec.ask(place, subjects);
    if (wishes !== undefined) await perform(services, title, { connectionId: first.connectionId, surface, wishes });
  } catch (error) {
    tell(title, error);
  }
}

/** Guests dropped on a node are migrated there, on a pool moved into it. */
export async function drop(services: OperationServices, guests: readonly Shown[], onto: Shown): Promise<void> {
  const title = onto.node.type === 'node' ? 'Migrate' : 'Move to Pool';
  try {
    const rows = (await services.clusters.inventory()).rows(onto.connectionId);
    if (guests.some(({ connectionId }) => connectionId !== onto.connectionId)) throw new Error('Guests cannot be dropped on another cluster.');
    const subjects = guests.flatMap((guest) => subjectOf(guest, rows) ?? []).flatMap((subject) => (subject.target.kind === 'guest' ? [{ connectionId: subject.connectionId, target: subject.target }] : []));
    const place = await placeOf(services.clusters, onto.connectionId, title);
    const wishes = dropWishes(place, subjects, onto);
    if (wishes === undefined) return void showInformationMessage('Guests can be dropped on nodes, to migrate them, and on pools, to move them into.');
    const to = onto.node.type === 'node' ? onto.node.node : undefined;
    if (to !== undefined) {
      const moving = subjects.filter(({ target }) => target.node !== to).slice(0, 25);
      const hindered = (await Promise.all(moving.map(({ target }) => migrationConditions(place.client, target)))).flatMap(({ hindrances }) => hindrances.get(to) ?? []);
      if (hindered.length > 0) throw new Error(hindered.join(' · '));
    }
    await perform(services, title, { connectionId: onto.connectionId, surface: 'explorer', wishes });
  } catch (error) {
    tell(title, error);
  }
}

/** What a command of the explorer was called on, as far as it is about such things. */
async function called({ explorer, clusters }: OperationServices, { about }: Spec, argument: unknown, selected: unknown): Promise<readonly Subject[]> {
  const inventory = await clusters.inventory();
  const subjects = (await explorer().targets(argument, selected)).flatMap((shown) => subjectOf(shown, inventory.rows(shown.connectionId)) ?? []);
  return subjects.filter(({ target }) => target.kind === about);
}

/** Lets somebody who calls a command by its name choose what it is about; what is selected in the explorer is proposed. */
async function asked(services: OperationServices, spec: Spec): Promise<readonly Subject[]> {
  const { clusters } = services;
  await clusters.connections.load();
  const { all } = clusters.connections;
  const connectionId = all.length === 1 ? all[0]?.id : await choose(spec.title, 'Cluster', all.map(({ id, name }) => ({ label: name, value: id })));
  if (connectionId === undefined) return [];
  const inventory = await clusters.inventory();
  if (inventory.rows(connectionId).size === 0) await clusters.refresh([connectionId]);
  const rows = inventory.rows(connectionId);
  const live = (rowId: string): ReturnType<typeof inventory.live> => inventory.live(connectionId, rowId);
  switch (spec.about) {
    case 'guest': {
      const choices = guestChoices(rows, spec.suits ?? (() => true));
      const subjects = (ids: readonly string[]): readonly Subject[] => ids.flatMap((id) => guestTarget(rows, id) ?? []).map((target) => ({ connectionId, target }));
      const selected = (await services.explorer().selection()).flatMap(({ node }) => (node.type === 'guest' && node.connectionId === connectionId ? [node.rowId] : [])).filter((id) => choices.some(({ value }) => value === id));
      if (choices.length === 0) throw new Error('There is no guest that this could be done with.');
      if (spec.many) return subjects((await chooseMany(spec.title, 'Guests', choices, selected)) ?? []);
      const id = await choose(spec.title, 'Guest', [...choices].sort((a, b) => Number(selected.includes(b.value)) - Number(selected.includes(a.value))));
      return id === undefined ? [] : subjects([id]);
    }
    case 'node': {
      const online = nodeChoices(rows, live);
      const offline = [...rows.values()].flatMap((row) => (row.kind === 'node' && row.status !== 'online' ? [{ label: row.node, description: row.status, value: row.node }] : []));
      const node = await choose(spec.title, 'Node', [...online, ...offline]);
      return node === undefined ? [] : [{ connectionId, target: { kind: 'node', node } }];
    }
    case 'storage': {
      const storages = [...rows.values()].flatMap((row) => (row.kind === 'storage' && row.status === 'available' && ['iso', 'vztmpl', 'import'].some((content) => row.content.includes(content)) ? [{ label: row.storage, description: row.node, value: { storage: row.storage, node: row.node } }] : []));
      const storage = await choose(spec.title, 'Storage', storages);
      return storage === undefined ? [] : [{ connectionId, target: { kind: 'storage', ...storage } }];
    }
    default: return [];
  }
}

/** Why nothing need be asked, before anybody has answered in vain; undefined when nothing is known to be missing. */
async function missingPrivilege({ privileges }: OperationServices, { needs }: Spec, subjects: readonly Subject[]): Promise<string | undefined> {
  const [first] = subjects;
  if (needs === undefined || first === undefined) return undefined;
  await privileges.refresh(first.connectionId);
  const may = privileges.of(first.connectionId);
  if (may === undefined) return undefined;
  const lacking = subjects.map((subject) => needs(subject as Parameters<typeof needs>[0])).filter(({ path, privileges: some }) => !some.some((privilege) => may(path, [privilege])));
  // Of several, those that may be done are offered later.
  if (lacking.length < subjects.length) return undefined;
  const shown = lacking.slice(0, 3).map(({ path, privileges: some }) => `${some.join(' or ')} on ${path}`);
  return `The privilege ${shown.join(', ')}${lacking.length > shown.length ? ' and others' : ''} is missing.`;
}
