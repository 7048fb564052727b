import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { disposeAll } from '../pve/client/client.ts';
import { connect, guestsThat, proposalOf, runsIn } from './support.ts';

describe('runs whose client is given up', () => {
  let slow: SpawnedSimulator;
  let folder: string;
  before(async () => {
    slow = await spawnSimulator('--pace', '0.5');
    folder = await mkdtemp(join(tmpdir(), 'given-up-'));
  });
  after(async () => {
    disposeAll();
    await slow.stop();
    await rm(folder, { recursive: true });
  });

  it('go on with the next one: a connection may be renamed, or signed in to again, under way', async () => {
    const first = connect(slow);
    const [target] = await guestsThat(first, 'running');
    assert.ok(target);
    let current = first;
    const get = first.get.bind(first);
    // Given up once it has been told that the task runs, while that is waited for.
    first.get = async (path, ...how) => {
      const answer = await get(path, ...how);
      if (/\/tasks\/.*\/status$/.test(path) && current === first) {
        current = connect(slow);
        first.dispose();
      }
      return answer;
    };
    const ended = await (await runsIn(folder, () => current).start(proposalOf([{ operation: 'guest.reboot', target }, { operation: 'guest.stop', target, after: [0] }]))).ended;
    assert.notEqual(current, first);
    assert.deepEqual([ended.state, ended.steps['s0']?.attempts, ended.steps['s1']?.attempts], ['succeeded', 1, 1]);
  });
});
