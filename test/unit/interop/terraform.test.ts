import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findTerraform } from '../../../src/terraform/index.ts';
import { raw } from '../../support/https.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** The real provider with the real Terraform: what it creates, reads and changes must be what it then finds. */
describe('Terraform with the bpg/proxmox provider, which knows nothing of us', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let folder: string;
  let template: string;
  let program: string;
  before(async () => {
    const provider = process.env['PROXMOX_WORKBENCH_TERRAFORM_PROVIDER'];
    assert.ok(provider, 'PROXMOX_WORKBENCH_TERRAFORM_PROVIDER names no folder with the provider; npm test builds one');
    program = (await findTerraform(process.env))?.path ?? '';
    assert.ok(program, 'There is no terraform and no tofu on the PATH.');
    simulator = await spawnSimulator('--pace', '0.2');
    folder = await mkdtemp(join(tmpdir(), 'terraform-'));
    await cp(join(import.meta.dirname, 'terraform'), folder, { recursive: true });
    await writeFile(join(folder, 'cli.tfrc'), `provider_installation {\n  dev_overrides {\n    "bpg/proxmox" = "${provider}"\n  }\n  direct {}\n}\n`);
    template = ((await get('/nodes/pve1/storage/local/content?content=vztmpl')) as { volid: string }[]).find(({ volid }) => volid.includes('debian'))?.volid ?? '';
  });
  after(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const get = async (path: string): Promise<unknown> =>
    (JSON.parse((await raw(`${simulator.url}/api2/json${path}`, { headers: { authorization: `PVEAPIToken=${simulator.tokenId}=${simulator.tokenSecret}` } })).body) as { data: unknown }).data;

  const terraform = (...args: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const env = {
        ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc'), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1',
        TF_VAR_endpoint: simulator.url, TF_VAR_api_token: `${simulator.tokenId}=${simulator.tokenSecret}`, TF_VAR_template: template,
      };
      execFile(program, [...args, '-no-color', '-input=false'], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, output: `${stdout}\n${stderr}\n${error !== null && typeof error.code !== 'number' ? error.message : ''}` });
      });
    });
  /** Exit code 2 is a plan with changes. */
  const ends = async (code: number, ...args: string[]): Promise<string> => {
    const ran = await terraform(...args);
    assert.equal(ran.code, code, ran.output.slice(-6000));
    return ran.output;
  };

  it('creates a pool, an image, a VM, a clone and a container, and then finds nothing to change', async () => {
    assert.match(await ends(0, 'apply', '-auto-approve'), /Apply complete! Resources: 5 added, 0 changed, 0 destroyed\./);
    assert.match(await ends(0, 'plan', '-detailed-exitcode'), /No changes\./);
    const { memory, scsi0, tags } = (await get('/nodes/pve1/qemu/4321/config')) as { memory: string; scsi0: string; tags: string };
    assert.deepEqual([memory, tags], ['1024', 'terraform']);
    assert.match(scsi0, /^local-lvm:vm-4321-disk-0,.*size=8G/);
  });

  it('changes a VM in place, and finds what somebody else changed', async () => {
    assert.match(await ends(0, 'apply', '-auto-approve', '-var', 'memory=2048'), /Resources: 0 added, 1 changed, 0 destroyed\./);
    assert.equal(((await get('/nodes/pve1/qemu/4321/config')) as { memory: string }).memory, '2048');
    assert.match(await ends(2, 'plan', '-detailed-exitcode'), /dedicated\s+= 2048 -> 1024/);
  });

  it('destroys all of it', async () => {
    assert.match(await ends(0, 'destroy', '-auto-approve'), /Destroy complete! Resources: 5 destroyed\./);
    const left = (await get('/cluster/resources')) as { vmid?: number; pool?: string; type: string }[];
    assert.deepEqual(left.filter(({ vmid, type, pool }) => [4321, 4322, 4323].includes(vmid ?? 0) || (type === 'pool' && pool === 'terraform')), []);
  });
});
