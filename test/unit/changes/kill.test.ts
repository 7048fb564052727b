import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { type Journal } from '../../../src/changes/run/index.ts';
import type { Proposal } from '../../../src/changes/proposal/proposal.ts';
import type { GuestTarget } from '../../../src/changes/proposal/target.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { disposeAll } from '../pve/client/client.ts';
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

  /** Runs the proposal in a process of its own and kills it the moment the journal shows that step in that state. */
  const killAt = async (proposal: Proposal, step: string, state: string): Promise<void> => {
    const file = join(folder, `${proposal.id}.input`);
    const { url, fingerprint, tokenId, tokenSecret } = simulator;
    await writeFile(file, JSON.stringify({ simulator: { url, fingerprint, tokenId, tokenSecret }, proposal }));
    child = spawn(process.execPath, [join(import.meta.dirname, 'run-worker.ts'), folder, file], { stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => child?.once('exit', () => resolve()));
    for (let ended = false; !ended; ) {
      const text = await readFile(join(folder, `${proposal.id}.json`), 'utf8').catch(() => '');
      if (text !== '') {
        const { steps, state: all } = JSON.parse(text) as Journal;
        if (steps[step]?.state === state) child.kill('SIGKILL');
        ended = steps[step]?.state === state || all !== 'running';
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await gone;
  };

  for (let index = 0; index < STEPS; index++) {
    it(`after step ${index + 1} ends as if nothing had been`, async () => {
      client = connect(simulator);
      // Ten guests of their own each time: what was begun for whom can be counted.
      const guests = all.slice(index * STEPS, (index + 1) * STEPS);
      assert.equal(guests.length, STEPS);
      const plan = guests.map((target, place): Planned => ({ operation: place % 2 === 0 ? 'guest.stop' : 'guest.reboot', target, after: place === 0 ? [] : [place - 1] }));
      const proposal = proposalOf(plan);
      await killAt(proposal, `s${index}`, ['sending', 'running', 'done'][index % 3] ?? '');
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
