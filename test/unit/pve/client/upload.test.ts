import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createClient } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { connectionTo, failureOf, secretsOf } from './client.ts';

describe('uploads', function () {
  this.timeout(30_000);
  let simulator: SpawnedSimulator;
  let folder: string;
  let file: string;
  const bytes = randomBytes(3 * 1024 * 1024 + 17);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upload-'));
    file = join(folder, 'tiny.iso');
    await writeFile(file, bytes);
    simulator = await spawnSimulator('--seed', '1');
  });
  after(async () => {
    await simulator?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const open = (secret = simulator.tokenSecret): ReturnType<typeof createClient> =>
    createClient(connectionTo([simulator.url], { authentication: { kind: 'token', tokenId: simulator.tokenId }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint } }), secretsOf(secret));
  const path = '/nodes/pve1/storage/local/upload';

  it('send the file whole, tell how far they are, and the cluster verifies the checksum', async () => {
    const client = open();
    const progress: number[] = [];
    const upid = await client.upload(path, file, { content: 'iso', filename: 'tiny.iso', 'checksum-algorithm': 'sha256', checksum: createHash('sha256').update(bytes).digest('hex') }, { onProgress: (sent, total) => progress.push(sent / total) });
    const lines: string[] = [];
    await client.waitForTask(String(upid), { onLog: (log) => lines.push(...log) });
    assert.ok(lines.some((line) => line.includes('checksum verified')), lines.join('\n'));
    assert.ok(lines.includes(`file size is: ${bytes.length}`), lines.join('\n'));
    assert.equal(progress.at(-1), 1);
    assert.ok(progress.length > 4 && progress.every((part, index) => index === 0 || part > progress[index - 1]!));
    client.dispose();
  });

  it('end when they are cancelled', async () => {
    const client = open();
    const cancel = new AbortController();
    const error = await failureOf(client.upload(path, file, { content: 'iso', filename: 'cancelled.iso' }, { signal: cancel.signal, onProgress: () => cancel.abort() }), 'cancelled');
    assert.match(error.message, /was cancelled/);
    const content = (await client.get('/nodes/pve1/storage/local/content')) as { volid: string }[];
    assert.ok(!content.some(({ volid }) => volid.includes('cancelled.iso')));
    client.dispose();
  });

  it('say what hinders them: the file, the storage, the token', async () => {
    const client = open();
    await failureOf(client.upload(path, join(folder, 'absent.iso'), { content: 'iso', filename: 'absent.iso' }), 'bad-parameter');
    assert.match((await failureOf(client.upload('/nodes/pve1/storage/local-lvm/upload', file, { content: 'iso', filename: 'tiny.iso' }), 'server-error')).message, /can't upload to storage type/);
    client.dispose();
    const stranger = open('00000000-0000-0000-0000-000000000000');
    await failureOf(stranger.upload(path, file, { content: 'iso', filename: 'tiny.iso' }), 'unauthorised');
    stranger.dispose();
  });
});
