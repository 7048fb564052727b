import { strict as assert } from 'node:assert';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { currentRows } from '../../../src/inventory/index.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { collect, generateProject, type ImportReport, isEmpty, type ProjectFiles, prove, writeProject } from '../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../support/terraform-project.ts';

describe('Proving an import', function () {
  this.timeout(120_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  before(async () => {
    real = await realTerraform();
    simulator = await spawnSimulator('--nodes', '2');
    client = simulatorClient(simulator);
  });
  after(async () => {
    client.dispose();
    await simulator.stop();
    await real.dispose();
  });

  const project = async (): Promise<ProjectFiles> => generateProject((await collect(await currentRows(client), client, { kind: 'cluster' })).source, { fileFor: 'all' });
  const proved = async (of: ProjectFiles, folder: string, variableFiles: readonly string[] = []): Promise<ImportReport> => prove(of, { terraform: real.terraform, folder, environment: await real.environmentFor(simulator), variableFiles, parallelism: 20 });

  it('takes no 15 minutes for a paused VM whose agent is silent, names it, and is empty all the same', async () => {
    const folder = await real.projectFolder('paused');
    const files = await project();
    assert.equal(files.slow.length, 1);
    assert.deepEqual(await writeProject(files, folder), []);
    const report = await proved(files, folder);
    assert.deepEqual(report.residue, []);
    assert.ok(isEmpty(report));
    assert.deepEqual(report.summary, { add: 0, change: 0, import: files.addresses.size, remove: 0 });
    assert.deepEqual(report.slow, files.slow);
    assert.ok(report.warnings.some(({ detail }) => detail.includes(String(files.slow[0]?.vmid))), 'the provider did ask');
    assert.deepEqual((await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted(), [...files.files.keys()].toSorted());
  });

  it('overwrites nothing unasked, and then nothing at all', async () => {
    const folder = await real.projectFolder('not-empty');
    const files = await project();
    await writeFile(join(folder, 'provider.tf'), '# mine\n');
    await writeFile(join(folder, 'versions.tf'), files.files.get('versions.tf') ?? '');
    assert.deepEqual(await writeProject(files, folder), [{ name: 'provider.tf', path: join(folder, 'provider.tf') }]);
    assert.deepEqual((await readdir(folder)).toSorted(), ['provider.tf', 'versions.tf']);
    assert.deepEqual(await writeProject(files, folder, true), []);
    assert.equal(await readFile(join(folder, 'provider.tf'), 'utf8'), files.files.get('provider.tf'));
  });

  it('explains what an edited project would change, and how to get out of it', async () => {
    const folder = await real.projectFolder('edited');
    const files = await project();
    const text = files.files.get('guests.tf') ?? '';
    const edited = text.replace(/dedicated = 2048/, 'dedicated = 3072');
    assert.notEqual(edited, text);
    await writeProject({ files: new Map([...files.files, ['guests.tf', edited]]) }, folder);
    const report = await proved(files, folder);
    assert.ok(!isEmpty(report));
    const [residue, ...others] = report.residue;
    assert.deepEqual(others, []);
    assert.equal(files.addresses.get(residue?.id ?? ''), residue?.address);
    assert.deepEqual(residue?.attributes.map(({ why }) => why), ['The cluster has memory[0].dedicated = 2048, the code says 3072. Applying it would restart the guest.']);
    assert.deepEqual(residue?.attributes[0]?.fixes, [
      { kind: 'set', address: residue.address, path: 'memory[0].dedicated', value: 2048 },
      { kind: 'ignore', address: residue.address, attribute: 'memory' },
    ]);
  });

  it('plans a project with the variables files that were chosen for it', async () => {
    const folder = await real.projectFolder('with-variables');
    const files = generateProject({ guests: [], pools: [] }, { fileFor: 'all' });
    await writeProject({ files: new Map([...files.files, ['size.tf', 'variable "size" {}\nresource "terraform_data" "size" {\n  input = var.size\n}\n'], ['small.tfvars', 'size = 1\n']]) }, folder);
    await assert.rejects(proved(files, folder), /No value for required variable/);
    assert.deepEqual((await proved(files, folder, ['small.tfvars'])).summary, { add: 1, change: 0, import: 0, remove: 0 });
  });
});
