import { strict as assert } from 'node:assert';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { type FolderSchema, ProjectSchemas } from '../../../src/terraform/schema/index.ts';
import { init } from '../../../src/terraform/index.ts';
import { complete, diagnose, hover } from '../../../src/terraform/language/index.ts';
import { eventually } from '../../support/eventually.ts';
import { type RealTerraform, realTerraform } from '../../support/terraform-project.ts';
import { markedModule } from './language/stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const head = 'terraform {\n  required_providers {\n    proxmox = {\n      source = "bpg/proxmox"\n    }\n  }\n}\n';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the schema of the provider that a folder has installed', function () {
  this.timeout(120_000);
  let real: RealTerraform;
  let number = 0;
  let folder: string;
  let schemas: ProjectSchemas | undefined;

  before(async () => {
    real = await realTerraform('terraform');
    // The real provider once more, as the only one there is of another version.
    const versions = join(real.folder, 'mirror/registry.terraform.io/bpg/proxmox');
    const [place = ''] = await readdir(join(versions, '0.111.1'));
    await mkdir(join(versions, '0.112.0'));
    await symlink(process.env['PROXMOX_WORKBENCH_TERRAFORM_PROVIDER'] ?? '', join(versions, '0.112.0', place));
  });
  after(() => real.dispose());
  beforeEach(async () => {
    folder = await real.projectFolder(`schema-${String(number++)}`);
  });
  afterEach(() => schemas?.dispose());

  const initialised = async (version: string): Promise<void> => {
    await writeFile(join(folder, 'main.tf'), head.replace('"bpg/proxmox"', `"bpg/proxmox"\n      version = "${version}"`));
    await init(real.terraform.path, { folder, environment: real.environment });
  };
  /** A program that is given what Terraform is given. */
  const script = async (text: string): Promise<string> => {
    const path = join(real.folder, `script-${String(number)}`);
    await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  };
  const reading = (program: () => Promise<string> | string, storage = join(real.folder, `storage-${String(number)}`)): ProjectSchemas => (schemas = new ProjectSchemas({ program: async () => await program(), environment: real.environment, storage }));
  /** What is known in the end. */
  const settled = async (of: ProjectSchemas): Promise<FolderSchema> => {
    const heard = new Promise<void>((resolve) => of.onDidChange((changed) => {
      if (changed === folder) resolve();
    }));
    await of.of(folder);
    await heard;
    return await of.of(folder);
  };
  const never = (): never => {
    throw new Error('Nothing was to be run.');
  };

  it('is read behind the back of who types, whatever the code and its backend are like, and kept', async () => {
    await initialised('0.112.0');
    await writeFile(join(folder, 'main.tf'), 'terraform {\n  backend "pg" {\n    conn_str = "postgres://127.0.0.1:1/none"\n  }\n}\n\nresource "');
    const files = (await readdir(folder, { recursive: true })).sort();
    const first = reading(() => real.terraform.path);
    assert.deepEqual(await first.of(folder).then(({ version, from, wanted, problem }) => ({ version, from, wanted, problem })), { version: '0.111.1', from: 'snapshot', wanted: '0.112.0', problem: undefined });
    const { schemas: source, ...about } = await settled(first);
    assert.deepEqual(about, { version: '0.112.0', from: 'project', wanted: '0.112.0', problem: undefined });
    assert.match(source.resource(VM)?.attributes.get('bios')?.description ?? '', /BIOS/);
    assert.deepEqual((await readdir(folder, { recursive: true })).sort(), files);

    await rm(join(folder, '.terraform'), { recursive: true });
    const again = await settled(reading(never));
    assert.deepEqual([again.version, again.from, again.problem], ['0.112.0', 'project', undefined]);
  });

  it('decides what is wrong, what is offered and what is told', async () => {
    await initialised('0.112.0');
    const changed = await script(`${real.terraform.path} "$@" | sed -e 's/"bios":{"type":"string"/"firmware":{"type":"string"/'`);
    const { schemas: source } = await settled(reading(() => changed));
    const marked = markedModule({ 'main.tf': `resource "${VM}" "a" {\n  node_name = "pve1"\n  bios = "ovmf"\n  machine = "none of those known"\n  firm‸ware = ""\n}\n` }, { schemas: source });
    assert.deepEqual(diagnose(marked.terraform, marked.file).map(({ message }) => message), ['There is no attribute bios here.']);
    assert.match(hover(marked.terraform, marked.file, marked.position)?.markdown ?? '', /^\*\*firmware\*\* — string, optional\n\nThe BIOS/);
    const value = markedModule({ 'main.tf': `resource "${VM}" "a" {\n  scsi_hardware = "‸"\n}\n` }, { schemas: source });
    assert.ok(complete(value.terraform, value.file, value.position).some(({ label }) => label === 'virtio-scsi-single'), 'values of the version that is known are still suggested');
  });

  it('is not asked for when the folder has the version that is known, or none', async () => {
    const asked = reading(never);
    assert.deepEqual((await asked.of(folder)).wanted, undefined);
    await initialised('0.111.1');
    asked.refresh();
    const { wanted, from, problem } = await asked.of(folder);
    assert.deepEqual([wanted, from, problem], ['0.111.1', 'snapshot', undefined]);
  });

  const bad: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
    ['no JSON', 'echo "{"', /is not JSON/],
    ['nothing', 'true', /is not JSON/],
    ['something else', 'echo "[1, 2]"', /no schema of providers/],
    ['a format that is not known', `echo '{"format_version":"2.0","schemas":[]}'`, /in the format 2\.0/],
    ['nothing about the provider', `echo '{"format_version":"1.0","provider_schemas":{}}'`, /nothing about bpg\/proxmox/],
    ['a schema of other shapes', `echo '{"format_version":"1.0","provider_schemas":{"registry.terraform.io/bpg/proxmox":{"resource_schemas":{"x":{"block":{"attributes":{"a":{"required":"often"}}}}}}}}'`, /no schema of providers/],
    ['an error', 'echo "Error: Failed to load plugin schemas" >&2; exit 1', /Failed to load plugin schemas/],
  ];
  for (const [what, text, problem] of bad) {
    it(`is replaced by the one that is known when Terraform prints ${what}`, async () => {
      await initialised('0.112.0');
      const program = await script(text);
      const known = await settled(reading(() => program));
      assert.deepEqual([known.version, known.from, known.wanted], ['0.111.1', 'snapshot', '0.112.0']);
      assert.match(known.problem ?? '', problem);
      assert.ok(known.schemas.resource(VM)?.attributes.has('bios'));
    });
  }

  it('is replaced by the one that is known when it is not installed, or Terraform is not, until they are', async () => {
    await initialised('0.112.0');
    await rm(join(folder, '.terraform'), { recursive: true });
    const unable = reading(() => real.terraform.path);
    assert.match((await settled(unable)).problem ?? '', /run “terraform init”/);
    await init(real.terraform.path, { folder, environment: real.environment });
    unable.refresh();
    assert.equal((await settled(unable)).from, 'project');
    unable.dispose();

    let program = never as () => string;
    const without = reading(() => program(), join(real.folder, 'other-storage'));
    assert.match((await settled(without)).problem ?? '', /Nothing was to be run/);
    program = () => real.terraform.path;
    without.retry();
    assert.equal((await settled(without)).from, 'project');
  });

  it('is read anew when what is kept of it is broken', async () => {
    await initialised('0.112.0');
    const storage = join(real.folder, `storage-${String(number)}`);
    assert.equal((await settled(reading(() => real.terraform.path, storage))).from, 'project');
    const [file = ''] = await readdir(storage);
    await writeFile(join(storage, file), (await readFile(join(storage, file), 'utf8')).slice(0, 1000));
    assert.equal((await settled(reading(() => real.terraform.path, storage))).from, 'project');
  });

  it('is given up when nobody works on the folder any more', async () => {
    await initialised('0.112.0');
    const pid = join(real.folder, 'pid');
    const slow = await script(`echo $$ > ${pid}\nexec sleep 600`);
    const given = reading(() => slow);
    await given.of(folder);
    const child = async (): Promise<number> => Number(await readFile(pid, 'utf8').catch(() => ''));
    await eventually(async () => (await child()) > 0);
    const running = await child();
    given.forget(folder);
    await eventually(() => Promise.resolve(!isAlive(running)));
  });
});
