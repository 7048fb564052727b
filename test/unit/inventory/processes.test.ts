import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { open, recordingLogger, temporaryFolder } from './support.ts';

interface Writer {
  readonly child: ChildProcess;
  /** The last round it has ended. */
  round(): number;
  readonly ended: Promise<void>;
}

function startWriter(folder: string, connections: string, rounds: number, guests: number): Writer {
  const child = spawn(process.execPath, [fileURLToPath(new URL('writer.ts', import.meta.url)), folder, connections, String(rounds), String(guests)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, round: () => Number(said.trimEnd().split('\n').at(-1)), ended: once(child, 'exit').then(() => undefined) };
}

/** Waits until the writer has ended `round` rounds more than it had; a writer that dies fails the test. */
async function untilRound(writer: Writer, round: number): Promise<void> {
  while (writer.round() < round) {
    assert.equal(writer.child.exitCode, null, 'the writer ended early');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('the inventory’s processes', function () {
  this.timeout(120_000);

  it('killed at any moment leave one complete state, no older than the last refresh that ended', async () => {
    const folder = temporaryFolder();
    const guests = 500;
    let kills = 0;
    for (let attempt = 0; attempt < 25; attempt++) {
      const writer = startWriter(folder, 'lab', 100_000, guests);
      await untilRound(writer, 1 + (attempt % 4));
      await new Promise((resolve) => setTimeout(resolve, (attempt * 7) % 40));
      const round = writer.round();
      if (writer.child.kill('SIGKILL')) kills++;
      await writer.ended;

      const logger = recordingLogger();
      const inventory = await open({ folder, logger });
      const states = new Set([...inventory.rows('lab').values()].map((row) => ('name' in row ? row.name : '')));
      assert.equal(inventory.rows('lab').size, guests);
      assert.equal(states.size, 1, `mixed: ${[...states].join(', ')}`);
      const [pid, stored] = ([...states][0] ?? '').split(' ').map(Number);
      assert.equal(pid, writer.child.pid);
      assert.ok(stored !== undefined && stored >= round, `round ${stored} is stored, ${round} had ended`);
      assert.deepEqual(logger.lines, []);
      const [last, before] = inventory.history('lab', 'qemu/100', 2);
      if (attempt > 0 || stored > 1) assert.equal(last?.fields?.['name']?.[1], `${pid} ${stored}`);
      if (before !== undefined) assert.deepEqual(before.fields?.['name']?.[1], last?.fields?.['name']?.[0], 'the history has no gap');
      inventory.dispose();
    }
    assert.equal(kills, 25);
  });

  it('side by side on one store lose neither’s connections nor history, and mix nothing', async () => {
    const folder = temporaryFolder();
    const rounds = 60;
    const writers = [startWriter(folder, 'left,shared', rounds, 50), startWriter(folder, 'right,shared', rounds, 50)];
    await Promise.all(writers.map((writer) => writer.ended));
    assert.deepEqual(writers.map((writer) => writer.round()), [rounds, rounds]);
    const inventory = await open({ folder });
    for (const id of ['left', 'right', 'shared']) {
      const states = new Set([...inventory.rows(id).values()].map((row) => ('name' in row ? row.name : '')));
      assert.equal(inventory.rows(id).size, 50);
      assert.equal(states.size, 1, `${id} is mixed: ${[...states].join(', ')}`);
    }
    for (const [index, id] of (['left', 'right'] as const).entries()) {
      const told = inventory.history(id, 'qemu/120').map((entry) => entry.fields?.['name']);
      const pid = writers[index]?.child.pid;
      assert.deepEqual(told, Array.from({ length: rounds - 1 }, (_, ago) => [`${pid} ${rounds - 1 - ago}`, `${pid} ${rounds - ago}`]));
    }
    const shared = inventory.history('shared', 'qemu/120');
    assert.ok(shared.length >= rounds - 1, `${shared.length} changes of the shared connection`);
    assert.ok([...inventory.rows('shared').values()].some((row) => 'name' in row && shared[0]?.fields?.['name']?.[1] === row.name));
  });
});
