import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readOptions } from '../../../../src/simulator/options.ts';
import { readTwinFile } from '../../../../src/simulator/twin/index.ts';
import { connect } from '../../changes/support.ts';
import { disposeAll } from '../../pve/client/client.ts';
import { spawnSimulator } from '../../../support/spawned-simulator.ts';

const GiB = 1024 ** 3;
const FILES: Readonly<Record<string, string>> = {
  'nodes/alpha/qemu-server/100.conf': 'name: web\nmemory: 4096\nonboot: 1\nide2: local:iso/gone.iso,media=cdrom\nscsi0: thin:vm-100-disk-0,size=32G\n',
  'nodes/alpha/qemu-server/101.conf': 'name: db\nmemory: 2048\nscsi0: thin:vm-101-disk-0,size=8G\n',
  'nodes/beta/lxc/102.conf': 'arch: amd64\nhostname: files\nmemory: 512\nrootfs: thin:vm-102-disk-0,size=8G\n',
  'storage.cfg': 'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\nlvmthin: thin\n\tthinpool data\n\tvgname pve\n\tcontent images,rootdir\n\nnfs: share\n\tserver 10.0.0.9\n\texport /share\n\tcontent backup\n\n',
};

describe('The twin of a running cluster', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxmox-workbench-test-'));
    for (const [file, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
  });
  afterEach(async () => {
    disposeAll();
    await rm(folder, { recursive: true, force: true });
  });

  const write = async (twin: unknown): Promise<string> => {
    const file = join(folder, 'twin.json');
    await writeFile(file, typeof twin === 'string' ? twin : JSON.stringify(twin));
    return file;
  };

  it('runs what runs there, on nodes and storages of the same size, with the same volumes', async () => {
    const twin = await write({
      version: 1, cluster: 'home',
      nodes: { alpha: { online: true, cpus: 8, memory: 32 * GiB }, beta: { online: false }, gone: { online: true } },
      guests: { 100: { power: 'stopped' }, 101: { power: 'paused', uptime: 60 } },
      storages: [{ storage: 'thin', node: 'alpha', total: 100 * GiB, used: 60 * GiB }, { storage: 'thin', node: 'beta', total: 50 * GiB, used: 5 * GiB }, { storage: 'share', total: 1000 * GiB, used: 999 * GiB }],
      complete: [{ storage: 'local', node: 'alpha', content: ['iso'] }],
      volumes: [
        { volid: 'thin:vm-101-disk-0', node: 'alpha', content: 'images', format: 'raw', size: 16 * GiB, used: 10 * GiB, vmid: 101 },
        { volid: 'share:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst', content: 'backup', format: 'vma.zst', size: 2 * GiB, vmid: 101, ctime: 1_793_491_200, protected: true, subtype: 'qemu', notes: 'web' },
      ],
    });
    const simulator = await spawnSimulator('--load', folder, '--twin', twin, '--pace', '0');
    try {
      const client = connect(simulator);
      const rows = (await client.get('/cluster/resources')) as Record<string, unknown>[];
      const row = (id: string): Record<string, unknown> => rows.find((each) => each['id'] === id) ?? assert.fail(`no ${id}`);
      assert.deepEqual([row('qemu/100')['status'], row('qemu/101')['status'], row('lxc/102')['status']], ['stopped', 'paused', 'unknown']);
      assert.deepEqual([row('node/alpha')['status'], row('node/alpha')['maxcpu'], row('node/alpha')['maxmem'], row('node/beta')['status']], ['online', 8, 32 * GiB, 'offline']);
      assert.deepEqual([row('storage/alpha/thin')['maxdisk'], row('storage/alpha/thin')['disk']], [100 * GiB, 60 * GiB]);
      assert.deepEqual([row('storage/alpha/share')['maxdisk'], row('storage/alpha/share')['disk']], [1000 * GiB, 999 * GiB]);
      const [backup] = (await client.get('/nodes/alpha/storage/share/content')) as Record<string, unknown>[];
      assert.deepEqual([backup?.['protected'], backup?.['notes'], backup?.['vmid'], backup?.['subtype']], [1, 'web', 101, 'qemu']);
      assert.deepEqual(await client.get('/nodes/alpha/storage/local/content', { content: 'iso' }), []);
      const disk = ((await client.get('/nodes/alpha/storage/thin/content')) as Record<string, unknown>[]).find((each) => each['vmid'] === 101);
      assert.equal(disk?.['size'], 16 * GiB);
      assert.equal(simulator.errors(), '');
    } finally {
      await simulator.stop();
    }
  });

  it('says what is wrong with the file, and wants a cluster to go with it', async () => {
    await assert.rejects(readTwinFile(await write('{')), /twin\.json is no JSON/);
    await assert.rejects(readTwinFile(await write({ version: 1, guests: { 100: { power: 'asleep' } } })), /does not describe a cluster: guests\.100\.power/);
    assert.throws(() => readOptions(['--twin', 'x.json']), /--load/);
  });
});
