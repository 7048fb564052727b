import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { generatedGuests, UNREADABLE } from '../../support/generated-guests.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform } from '../../support/terraform-project.ts';
import { type ProofRun, runProof, runProofScript } from './proof-run.ts';

/** The figures that the project is measured by, and what is said when there are none. */
describe('import-proof', function () {
  this.timeout(600_000);
  let real: RealTerraform;
  before(async () => {
    real = await realTerraform();
  });
  after(() => real.dispose());

  /** Against a simulator that lives as long as the run. */
  const against = async (simulated: readonly string[], args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Promise<ProofRun> => {
    const simulator: SpawnedSimulator = await spawnSimulator(...simulated);
    try {
      return await runProof({ ...(await real.environmentFor(simulator)), PROXMOX_FINGERPRINT: simulator.fingerprint, ...more }, ...args);
    } finally {
      await simulator.stop();
    }
  };
  const totalOf = ({ lines }: ProofRun): string => lines.find((line) => line.startsWith('total ')) ?? '';
  const folderOf = async (name: string, files: ReadonlyMap<string, string>): Promise<string> => {
    const folder = join(await real.projectFolder(name), 'pve');
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return folder;
  };

  it('finds an empty plan for each of the demo’s 200 guests', async () => {
    const proof = await against(['--guests', '200', '--nodes', '2']);
    console.log(`      demo: ${totalOf(proof)}`);
    assert.match(totalOf(proof), /^total 200 guests, 200 of the 200 that the provider can read with an empty plan \(100\.0 %\), 0 that it cannot read; \d+ to import, 0 to add, 0 to change, 0 to destroy;/, proof.errors);
    assert.equal(proof.code, 0);
    assert.deepEqual(proof.lines.filter((line) => /^\d/.test(line) && !/^\d+ (qemu|lxc) empty(\||$)/.test(line)), []);
  });

  it('finds an empty plan for each of 100 generated guests that use every option, and names what the provider cannot read', async () => {
    const keep = join(await real.projectFolder('generated'), 'project');
    const proof = await against(['--load', await folderOf('generated-guests', generatedGuests(100, 1))], ['--keep', keep]);
    console.log(`      generated: ${totalOf(proof)}`);
    assert.match(totalOf(proof), new RegExp(`^total ${100 + UNREADABLE.length} guests, 100 of the 100 that the provider can read with an empty plan \\(100\\.0 %\\), ${UNREADABLE.length} that it cannot read; \\d+ to import, 0 to add, 0 to change, 0 to destroy;`), proof.errors);
    assert.equal(proof.code, 0);
    for (const { kind, cause } of UNREADABLE) {
      const line = proof.lines.filter((each) => each.includes(` ${kind} unread `) && each.includes(cause));
      assert.equal(line.length, 1, cause);
    }
    assert.equal(execFileSync(real.terraform.path, ['fmt', '-check', '-diff', keep], { encoding: 'utf8', env: real.environment }), '', 'the code is as terraform fmt has it');
  });

  it('takes a folder as it is: what cannot be read of it is said, and the rest is proven', async () => {
    const folder = await folderOf('broken', new Map([
      ['nodes/pve1/qemu-server/100.conf', 'name: web\nthis is no line\n'],
      ['nodes/pve1/qemu-server/101.conf', '\0\u0001binary'],
      ['nodes/pve1/qemu-server/102.conf', ''],
      ['nodes/pve1/qemu-server/103.conf', 'name: ok\nmemory: 512\ncores: many\n'],
      ['nodes/pve1/qemu-server/notes.conf', 'x'],
      ['nodes/pve1/lxc/200.conf', 'arch: amd64\nhostname: ct\nrootfs: local:vm-200,size=8G\nmp0: volume=local:vm-200-disk-1\n'],
      ['nodes/pve1/lxc/201.conf', 'arch: amd64\nhostname: ct\nrootfs: local:vm-201,size=8G\nmp0: volume=local:vm-201-disk-1,mp=/mnt,size=1G\nmp1: local:vm-201-disk-2,mp=/srv,size=1G\n'],
    ]));
    const { code, lines, errors } = await runProofScript('--load', folder);
    assert.deepEqual(lines.filter((line) => /^\d/.test(line)), ['102 qemu empty', '103 qemu empty', '200 lxc empty', '201 lxc empty'], errors);
    for (const said of ['100.conf:2: unable to parse config: this is no line', '101.conf:1: binary data', "103.conf:3: unable to parse value of 'cores'", 'notes.conf: not named after a VMID', "200.conf:4: unable to parse value of 'mp0'"]) assert.ok(errors.includes(said), said);
    assert.equal(code, 0);
  });

  it('says before it begins that it cannot, and ends with 2', async () => {
    const nothing = join(await real.projectFolder('nothing'), 'nothing');
    const file = join(await real.projectFolder('file'), 'file');
    await writeFile(file, '');
    const empty = await real.projectFolder('empty');
    for (const [args, said] of [
      [['--load', nothing], `--load ${nothing}: there is no such folder.`],
      [['--load', file], `--load ${file}: this is no folder.`],
      [['--load', empty], `${empty} has no folder nodes/<node>: it is not a copy of /etc/pve.`],
      [['--guests', 'many'], "--guests takes a whole number, not 'many'."],
      [['--load', empty, '--generated', '3'], 'Give either --load or --generated.'],
    ] as const) {
      const { code, lines, errors } = await runProofScript(...args);
      assert.ok(errors.includes(said), `${said} – ${errors}`);
      assert.deepEqual([code, lines], [2, []], said);
    }
  });

  it('says what is missing to prove anything, and ends with 2', async () => {
    const few = ['--guests', '3', '--nodes', '1'];
    const noMirror = join(await real.projectFolder('no-provider'), 'cli.tfrc');
    await writeFile(noMirror, `provider_installation {\n  filesystem_mirror {\n    path = "${dirname(noMirror)}"\n  }\n}\n`);
    const taken = await real.projectFolder('taken');
    await writeFile(join(taken, 'provider.tf'), '# mine\n');
    for (const [simulated, args, more, said] of [
      [few, [], { PATH: '/nowhere' }, /^There is neither terraform nor tofu on the PATH\. Install one of them\.$/],
      [few, ['--terraform', '/nowhere/tofu'], {}, /^\/nowhere\/tofu cannot be run as Terraform or OpenTofu\.$/],
      [few, [], { TF_CLI_CONFIG_FILE: noMirror }, /bpg\/proxmox/],
      [['--guests', '0', '--nodes', '1'], [], {}, /^There are no guests, so there is nothing to prove\.$/],
      [few, [], { PROXMOX_VE_ENDPOINT: '' }, /^The environment variable PROXMOX_VE_ENDPOINT is not set\.$/],
      [few, [], { PROXMOX_VE_ENDPOINT: 'https://127.0.0.1:9' }, /127\.0\.0\.1:9/],
      [few, [], { PROXMOX_VE_API_TOKEN: 'root@pam!wrong=00000000-0000-0000-0000-000000000000' }, /Authentication failed/],
      [few, ['--keep', taken], {}, /has other files of these names: provider\.tf\. Choose an empty folder\./],
    ] as const) {
      const { code, lines, errors } = await against(simulated, args, more);
      assert.match(errors.trim(), said);
      assert.doesNotMatch(errors, /^\s+at /m, 'no stack');
      assert.deepEqual([code, lines], [2, []], String(said));
    }
  });
});
