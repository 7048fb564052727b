import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';

const job = fileURLToPath(new URL('proxmoxer_job.py', import.meta.url));

function certificateOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const der = socket.getPeerCertificate(true).raw.toString('base64');
      socket.end();
      resolve(`-----BEGIN CERTIFICATE-----\n${der.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END CERTIFICATE-----\n`);
    });
    socket.on('error', reject);
  });
}

/** Runs the job and returns what each step said. */
async function run(python: string, input: unknown): Promise<Record<string, unknown>> {
  const child = spawn(python, [job], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(`${JSON.stringify(input)}\n`);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  const steps = out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as { step: string; value: unknown });
  assert.equal(code, 0, `proxmoxer gave up after '${steps.at(-1)?.step ?? 'nothing'}':\n${errors}`);
  return Object.fromEntries(steps.map(({ step, value }) => [step, value]));
}

describe('proxmoxer, which knows nothing of us,', () => {
  let simulator: SpawnedSimulator;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxmoxer-'));
    simulator = await spawnSimulator('--pace', '0.02');
  });
  after(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true });
  });

  it('lists, creates, starts, snapshots, uploads and destroys', async function () {
    this.timeout(60_000);
    const python = process.env['PROXMOX_WORKBENCH_PYTHON'];
    assert.ok(python, 'PROXMOX_WORKBENCH_PYTHON names no Python with proxmoxer; npm test installs one');
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, await certificateOf(simulator.url));
    const { url, tokenId, tokenSecret, user, password } = simulator;
    const { disk, ...said } = await run(python, { url, tokenId, tokenSecret, user, password, ca, folder });
    assert.match(String(disk), /^local-lvm:vm-900-disk-0,discard=on,size=8G$/);
    assert.deepEqual(said, {
      'version by ticket': '9.2',
      'version by token': '9.2',
      nodes: [['pve1', 'online'], ['pve2', 'online'], ['pve3', 'offline']],
      guests: 40,
      nextid: '137',
      create: 'OK',
      config: { name: 'from-proxmoxer', cores: 2, memory: '2048', tags: 'proxmoxer;test', scsihw: 'virtio-scsi-single' },
      start: 'OK',
      running: 'running',
      snapshot: 'OK',
      snapshots: ['before', 'current'],
      pending: [4],
      'destroy while running': [500, 'VM 900 is running - destroy failed', null],
      rollback: 'OK',
      'delete snapshot': 'OK',
      stop: 'OK',
      destroy: 'OK',
      gone: [500, "Configuration file 'nodes/pve1/qemu-server/900.conf' does not exist", null],
      'create container': 'OK',
      container: ['running', 'ct-from-proxmoxer'],
      'snapshot container': 'OK',
      'stop container': 'OK',
      'destroy container': 'OK',
      upload: 'OK',
      uploaded: [['local:iso/tiny.iso', 65_536]],
      'wrong parameter': [
        400,
        'Parameter verification failed.',
        { vmid: 'invalid format - value does not look like a valid VM ID\n', cores: "type check ('integer') failed - got 'many'" },
      ],
      'status of nowhere': [400, 'Parameter verification failed.', { storage: 'No such storage.' }],
    });
    assert.equal(simulator.errors(), '');
  });
});
