import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Proposal } from '../../../src/changes/proposal/proposal.ts';
import type { GuestTarget } from '../../../src/changes/proposal/target.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { disposeAll } from '../pve/client/client.ts';
import type { Orders } from './run-worker.ts';
import { connect, guestsThat, type Planned, proposalOf, runsIn, tasksBegun } from './support.ts';

const STEPS = 10;

describe('a run whose process is killed', function () {
  this.timeout(120_000);
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let folder: string;
  let all: GuestTarget[];
  let child: ChildProcess | undefined;
  before(async () => {
    simulator = await spawnSimulator('--guests', '160', '--nodes', '2', '--pace', '0.05', '--seed', '3');
    folder = await mkdtemp(join(tmpdir(), 'kill-'));
    all = await guestsThat(connect(simulator), 'running');
    disposeAll();
  });
  after(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true });
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    disposeAll();
  });

  /** Runs the proposal in a process of its own, which is killed there. */
  const killAt = async (proposal: Proposal, kill: Orders['kill']): Promise<void> => {
    const file = join(folder, `${proposal.id}.input`);
    const { url, fingerprint, tokenId, tokenSecret } = simulator;
    await writeFile(file, JSON.stringify({ simulator: { url, fingerprint, tokenId, tokenSecret }, proposal, kill }));
    child = spawn(process.execPath, [join(import.meta.dirname, 'run-worker.ts'), folder, file], { stdio: 'ignore' });
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    assert.equal(signal, 'SIGKILL');
  };

  for (let index = 0; index < STEPS; index++) {
    it(`after step ${index + 1} ends as if nothing had been`, async () => {
      client = connect(simulator);
      // Ten guests of their own each time: what was begun for whom can be counted.
      const guests = all.slice(index * STEPS, (index + 1) * STEPS);
      assert.equal(guests.length, STEPS);
      const plan = guests.map((target, place): Planned => ({ operation: place % 2 === 0 ? 'guest.stop' : 'guest.reboot', target, after: place === 0 ? [] : [place - 1] }));
      const proposal = proposalOf(plan);
      // Now at once, now when more has happened that the journal does not know of; never so late that all is done.
      await killAt(proposal, { step: `s${index}`, state: ['sending', 'running', 'done'][index % 3] ?? '', after: index < STEPS - 1 ? index : 0 });
      const runs = runsIn(folder, client);
      const left = await runs.unfinished();
      assert.deepEqual(left.map(({ id }) => id), [proposal.id]);
      const ended = await (await runs.resume(proposal.id)).ended;
      assert.deepEqual(Object.values(ended.steps).map(({ state }) => state), Array.from({ length: STEPS }, () => 'done'));
      assert.equal(ended.state, 'succeeded');
      const begun = await tasksBegun(client, /stop$|reboot$/);
      for (const { vmid } of guests) assert.equal(begun.get(String(vmid)), 1, `guest ${vmid}`);
    });
  }
});
