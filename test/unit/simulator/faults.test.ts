import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createDemoCluster } from '../../../src/simulator/demo/index.ts';
import { readFaults } from '../../../src/simulator/faults/index.ts';
import { selfSigned } from '../../../src/simulator/http/certificate.ts';
import { type RunningSimulator, serve } from '../../../src/simulator/simulator.ts';
import { seededRandom } from '../../../src/simulator/state/create-cluster.ts';
import { raw } from '../../support/https.ts';

describe('faults', () => {
  let folder: string;
  let server: RunningSimulator;
  let headers: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-'));
    const file = join(folder, 'faults.yaml');
    await writeFile(file, `faults:
  - { path: /access/users, drop: true }
  - { path: /access/groups, status: 596, message: Connection timed out }
  - { path: '/access/roles/*', truncate: true }
  - { path: /access/acl, expire-ticket: true }
  - { path: /access/tfa, method: GET, delay: 300 }
  - { path: '/access/**', method: POST, hang: true }
  - { path: /version, probability: 0.5, status: 500 }
`);
    const { cluster, credentials } = createDemoCluster();
    headers = { authorization: `PVEAPIToken=${credentials.tokenId}=${credentials.tokenSecret}` };
    server = await serve({ cluster, certificate: await selfSigned([]), port: 0, faults: await readFaults(file, seededRandom(3)) });
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const get = (path: string): ReturnType<typeof raw> => raw(`${server.url}/api2/json${path}`, { headers });

  it('drop connections', () => assert.rejects(get('/access/users'), /socket hang up|ECONNRESET/));

  it('answer with a status', async () => {
    const { status, reason } = await get('/access/groups');
    assert.deepEqual([status, reason], [596, 'Connection timed out']);
  });

  it('break off in the middle of a body', () => assert.rejects(get('/access/roles/PVEAdmin'), /aborted|ECONNRESET/));

  it('expire tickets', async () => assert.equal((await get('/access/acl')).status, 401));

  it('delay', async () => {
    const begin = performance.now();
    assert.equal((await get('/access/tfa')).status, 200);
    assert.ok(performance.now() - begin >= 300);
  });

  it('hang', async () => {
    const signal = AbortSignal.timeout(400);
    await assert.rejects(raw(`${server.url}/api2/json/access/ticket`, { method: 'POST', signal }, 'a=b'), /aborted/);
  });

  it('happen as often as they are told to', async () => {
    let failed = 0;
    for (let i = 0; i < 40; i++) if ((await get('/version')).status === 500) failed += 1;
    assert.ok(failed > 8 && failed < 32, `${failed} of 40`);
  });

  it('are told apart from mistakes in their file, with line and reason', async () => {
    const file = join(folder, 'broken.yaml');
    await writeFile(file, 'faults:\n  - path: /x\n    status: 200\n  - path: y\n');
    await assert.rejects(readFaults(file, Math.random), (error: Error) => {
      assert.match(error.message, /broken\.yaml:3: faults\.0\.status: /);
      assert.match(error.message, /broken\.yaml:4: faults\.1/);
      return true;
    });
    await writeFile(file, 'faults: [\n');
    await assert.rejects(readFaults(file, Math.random), /broken\.yaml:\d+: /);
  });
});
