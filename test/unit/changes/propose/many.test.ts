import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Wish } from '../../../../src/changes/door.ts';
import { allOperations, operationByName } from '../../../../src/changes/operations/index.ts';
import { proposal as schema } from '../../../../src/changes/proposal/proposal.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import type { GuestRow } from '../../../../src/inventory/index.ts';
import { inProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf, inventoryOf } from '../in-process-client.ts';
import { examples } from '../operations/examples.ts';

const prices = { currency: 'EUR', cpu: 4, memoryGiB: 2, diskGiB: 0.1 };

describe('proposals about many guests', () => {
  it('1,000 guests are proposed in no time', async function () {
    this.timeout(30_000);
    const at = inProcess({ nodes: 8, guests: 1_100 });
    const rows = [...inventoryOf(at).rows('demo').values()].filter((row): row is GuestRow => (row.kind === 'qemu' || row.kind === 'lxc') && !row.template && row.status !== 'unknown' && row.lock === undefined);
    const target = ({ kind: type, vmid, node }: GuestRow): Wish['target'] => ({ kind: 'guest', type, vmid, node });
    const figures: string[] = [];
    for (const [name, operation, parameters] of [['stop', 'guest.stop', {}], ['migrate', 'guest.migrate', { target: '' }], ['snapshot', 'guest.snapshot', { snapname: 'clean' }], ['destroy', 'guest.destroy', { purge: true, force: true }]] as const) {
      const running = rows.filter(({ status }) => operation === 'guest.snapshot' || status === 'running');
      const chosen = (operation === 'guest.destroy' ? rows.filter(({ kind, status }) => kind === 'lxc' || status === 'stopped') : running).slice(0, 1_000);
      const first = chosen.map((row): Wish => ({ operation, target: target(row), parameters: operation === 'guest.migrate' ? { target: row.node === 'pve1' ? 'pve2' : 'pve1' } : parameters }));
      // Destroyed are as many, whoever is protected left out.
      const circumstances = await circumstancesOf(at, first);
      const wishes = first.filter(({ target: each }) => operation !== 'guest.destroy' || each.kind !== 'guest' || Number(circumstances.config(each.vmid)?.['protection'] ?? 0) !== 1);
      const begin = performance.now();
      const made = propose(asking, wishes, circumstances, prices);
      const took = performance.now() - begin;
      figures.push(`${name} ${wishes.length}: ${took.toFixed(1)} ms`);
      assert.equal(made.steps.length, wishes.length);
      assert.ok(took <= 2_000, `${name}: ${took} ms`);
      if (operation !== 'guest.destroy') assert.ok(wishes.length >= 800, `${name}: only ${wishes.length} guests`);
    }
    console.log(`      ${figures.join(', ')}`);
  });

  it('whatever is wished for together is in a valid order, survives JSON, and touches a guest with one step at a time', async () => {
    const at = inProcess();
    const possible = examples.filter(({ wish, before }) => typeof wish !== 'function' && before === undefined).map(({ wish }) => wish as Wish);
    const circumstances = await circumstancesOf(at, possible);
    fc.assert(
      fc.property(fc.shuffledSubarray([...possible], { minLength: 1, maxLength: 8 }), (wishes) => {
        let made;
        try {
          made = propose(asking, wishes, circumstances, prices);
        } catch (error) {
          // Some do not go together: what is destroyed cannot be started.
          assert.equal((error as Error).name, 'Refusal', String(error));
          return;
        }
        assert.deepEqual(schema.parse(JSON.parse(JSON.stringify(made))), made);
        const before = new Map<string, Set<string>>();
        for (const { id, after } of made.steps) before.set(id, new Set([...after, ...after.flatMap((each) => [...(before.get(each) ?? [])])]));
        for (const [i, a] of made.steps.entries()) {
          for (const b of made.steps.slice(i + 1)) {
            const same = a.target.kind === 'guest' && b.target.kind === 'guest' && a.target.vmid === b.target.vmid;
            const onNode = 'node' in a.target && 'node' in b.target && a.target.node === b.target.node && (a.target.kind === 'node' || b.target.kind === 'node');
            if (same || onNode) assert.ok(before.get(b.id)?.has(a.id), `${b.id} waits for ${a.id}`);
          }
        }
        for (const { before: steps } of made.safeguards) for (const step of steps) assert.ok(made.steps.some(({ id }) => id === step));
      }),
      { numRuns: 200 },
    );
  });

  it('the inverse of an inverse is what was done', async () => {
    const at = inProcess();
    const names = new Set(allOperations.map(({ name }) => name));
    for (const { title, wish, before } of examples) {
      if (typeof wish === 'function' || before !== undefined) continue;
      const circumstances = await circumstancesOf(at, [wish]);
      const [step] = propose(asking, [wish], circumstances).steps;
      if (step?.inverse === undefined) continue;
      const operation = operationByName(step.inverse.operation);
      assert.ok(operation && names.has(operation.name), title);
      const again = operation.inverse(step.inverse.target, step.inverse.parameters, circumstances);
      // What destroys or deletes has no inverse: those are the ends of the line.
      if (['guest.destroy', 'guest.delete-snapshot', 'volume.delete'].includes(operation.name)) assert.equal(again, undefined, title);
      // Which guests a node's or a pool's step is about depends on how they stand after it.
      else if (wish.target.kind === 'guest') assert.ok(again !== undefined && [step.operation, 'guest.shutdown', 'guest.suspend'].includes(again.operation), `${title}: ${again?.operation ?? 'none'}`);
      else assert.equal(operation.targets[0], wish.target.kind, title);
    }
  });
});
