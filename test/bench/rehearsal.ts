/** A rehearsal as the review's button begins it, with the simulator as it is shipped: 20 steps, one after the other, on 1,000 guests. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { rehearse, type Twin } from '../../src/changes/index.ts';
import { startSimulator } from '../../src/editor/demo/demo-simulator.ts';
import { spawnSimulator } from '../support/spawned-simulator.ts';
import { connectionTo, disposeAll } from '../unit/pve/client/client.ts';
import { connect, guestsThat, type Planned, proposalOf } from '../unit/changes/support.ts';
import { inventoryOf } from '../unit/changes/rehearsal/stage.ts';
import { printFigures } from './figure.ts';
import { median } from './rounds.ts';

const entry = join(root, 'dist/extension/simulator.js');

async function startTwin(folder: string, twinFile: string): Promise<Twin> {
  const simulator = await startSimulator(entry, ['--load', folder, '--twin', twinFile, '--pace', '0']);
  const { url, fingerprint, tokenId, tokenSecret, password } = simulator;
  return {
    connection: connectionTo([url], { authentication: { kind: 'token', tokenId }, trust: { kind: 'fingerprint', sha256: fingerprint } }), secret: tokenSecret, password,
    async dispose() {
      simulator.dispose();
      await simulator.ended;
    },
  };
}

const cluster = await spawnSimulator('--nodes', '10', '--guests', '1000');
try {
  const client = connect(cluster);
  const inventory = await inventoryOf(client);
  const [stopped, running] = [await guestsThat(client, 'stopped'), await guestsThat(client, 'running')];
  const inOrder = (planned: readonly Planned[]): Planned[] => planned.map((each, index) => ({ ...each, after: index === 0 ? [] : [index - 1] }));
  const planned = inOrder([
    ...stopped.slice(0, 10).map((target) => ({ operation: 'guest.start', target })),
    ...running.slice(0, 10).flatMap((target) => [{ operation: 'guest.snapshot', target, parameters: { snapname: 'before' } }]),
  ]);
  assert.equal(planned.length, 20);
  const times: number[] = [];
  for (let round = 0; round < 8; round++) {
    const report = await rehearse(proposalOf(planned), { client, inventory, startTwin });
    assert(report.succeeded, JSON.stringify(report.steps.find(({ result }) => result !== 'would-succeed')));
    if (round > 0) times.push(report.duration);
  }
  printFigures([{ name: 'rehearsal: 20 steps one after the other on a cluster of 1,000 guests', value: median(times), unit: 'ms', limit: 3_000, from: { shortest: Math.min(...times), longest: Math.max(...times) } }]);
} finally {
  disposeAll();
  await cluster.stop();
}
