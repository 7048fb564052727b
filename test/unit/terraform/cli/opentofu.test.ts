import { strict as assert } from 'node:assert';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findProgram } from '../../../../src/editor/terraform/projects/program.ts';
import { readSchemas } from '../../../../src/terraform/schema/index.ts';
import { type FailureKind, findTerraform, readMessage, readPlanJson, readState, TerraformFailed, told, workspaces } from '../../../../src/terraform/index.ts';
import { ApplyLog } from '../../../../src/terraform/apply/apply-log.ts';
import { isProxmox } from '../../../../src/terraform/apply/rehearsal-copy.ts';
import { partsOf } from '../../../../src/terraform/plan/index.ts';
import { Stage } from '../plan/stage.ts';

/** What OpenTofu (1.6 to 1.13) writes otherwise than Terraform, by its source: `internal/command`, `internal/backend`, `internal/command/views/json`. */
describe('OpenTofu’s own words', function () {
  this.timeout(120_000);
  let home: string;
  let folder: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'opentofu-'));
    folder = join(home, 'bin');
    await mkdir(folder);
    await writeFile(join(folder, 'tofu'), '#!/bin/sh\nprintf "OpenTofu v1.10.6\\non linux_amd64\\n+ provider registry.opentofu.org/bpg/proxmox v0.111.1\\n"\n');
    await chmod(join(folder, 'tofu'), 0o755);
  });
  after(() => rm(home, { recursive: true, force: true }));

  it('say which program it is, where there is no Terraform or it is named', async () => {
    const path = join(folder, 'tofu');
    const found = { path, product: 'tofu', version: '1.10.6' };
    assert.deepEqual(await findTerraform({ PATH: [join(home, 'nowhere'), folder].join(delimiter) }), found);
    assert.deepEqual(await findProgram({ PATH: process.env['PATH'] ?? '' }, path), found);
  });

  it('tell what hinders it, and are answered with its own commands', () => {
    const told: readonly (readonly [FailureKind, string, RegExp])[] = [
      ['init-needed', 'Backend initialization required, please run "tofu init"', /Run “tofu init” in the folder, then plan again\./],
      ['init-needed', 'Module not installed: … Run "tofu init" …', /Run “tofu init”/],
      ['init-needed', 'Module version requirements have changed: … Run "tofu init" …', /Run “tofu init”/],
      ['provider-missing', 'Required plugins are not installed: … running OpenTofu operations.', /Run “tofu init” in the folder to install it/],
      ['provider-missing', 'Inconsistent dependency lock file: … run:\n  tofu init', /Run “tofu init”/],
      ['stale-plan', 'Saved plan is stale: … OpenTofu …', /Plan again/],
      ['workspace', 'Currently selected workspace "gone" does not exist', /Choose a workspace that exists/],
      ['workspace', 'Workspace "gone" doesn\'t exist', /Choose a workspace that exists/],
      ['backend', 'Failed to save state: … the updated state … OpenTofu …', /then run “tofu init”/],
      ['other', 'Missing required provider configuration: …', /^Missing/],
    ];
    for (const [kind, message, advice] of told) {
      const failed = new TerraformFailed(message);
      assert.equal(failed.kind, kind, message);
      assert.match(failed.message, advice);
    }
    assert.match(new TerraformFailed('An apply could not save its state.', [], 'unsaved-state', 'tofu').message, /Run “tofu state push errored\.tfstate”/);
    assert.match(new TerraformFailed('An apply could not save its state.', [], 'unsaved-state', 'terraform').message, /Run “terraform state push errored\.tfstate”/);
  });

  it('tell who holds a lock, and do not where the database does not', () => {
    const info = '  ID:        035bef80\n  Path:      terraform.tfstate\n  Operation: OperationTypeApply\n  Who:       me@here\n  Version:   1.10.6\n  Created:   2026-11-30 08:39:37.045993664 +0000 UTC\n  Info:      \n';
    const refused = (why: string): TerraformFailed => {
      const line = { '@level': 'error', '@message': 'Error: Error acquiring the state lock', '@module': 'tofu.ui', type: 'diagnostic', diagnostic: { severity: 'error', summary: 'Error acquiring the state lock', detail: `Error message: ${why}\nLock Info:\n${info}\n\nOpenTofu acquires a state lock …` } };
      const message = readMessage(JSON.stringify(line));
      assert.ok(message.kind === 'diagnostic');
      return new TerraformFailed(told([message.diagnostic]), [message.diagnostic]);
    };
    const remote = refused('ConditionalCheckFailedException');
    assert.deepEqual([remote.kind, remote.lock?.who, remote.lock?.untilProcessEnds], ['state-locked', 'me@here', false]);
    assert.match(remote.message, /^The state is locked by me@here since 2026-11-30T08:39:37\.045Z \(apply\)\..*“tofu force-unlock 035bef80”\.$/);
    for (const why of ['Workspace is already locked: default', 'Already locked for workspace creation: default', 'Cannot lock workspace; already locked for workspace creation: default']) {
      const { lock, message } = refused(why);
      assert.deepEqual([lock?.who, lock?.created, lock?.untilProcessEnds], [undefined, undefined, true], why);
      assert.match(message, /^The state is locked by somebody\. The lock is that OpenTofu’s own/);
    }
    assert.equal(refused('resource temporarily unavailable').lock?.untilProcessEnds, true);
  });

  it('are read line by line while it applies', () => {
    const at = '2026-11-30T09:00:00.000000Z';
    const address = 'proxmox_virtual_environment_vm.web';
    const hook = { resource: { addr: address, module: '', resource: address, implied_provider: 'proxmox', resource_type: 'proxmox_virtual_environment_vm', resource_name: 'web', resource_key: null }, action: 'create' };
    const lines = [
      { '@level': 'info', '@message': 'OpenTofu 1.10.6', '@module': 'tofu.ui', '@timestamp': at, tofu: '1.10.6', type: 'version', ui: '1.2' },
      { '@message': 'ephemeral.vault.key: Opening...', '@timestamp': at, type: 'ephemeral_action_started', hook: { resource: { addr: 'ephemeral.vault.key' }, Msg: 'Opening...' } },
      { '@message': `${address}: Creating...`, '@timestamp': at, type: 'apply_start', hook },
      { '@message': `${address}: Creation complete after 2s [id=100]`, '@timestamp': at, type: 'apply_complete', hook: { ...hook, id_key: 'id', id_value: '100', elapsed_seconds: 2 } },
      { '@message': 'Apply complete! Resources: 1 added, 0 changed, 0 destroyed, 1 forgotten.', '@timestamp': at, type: 'change_summary', changes: { add: 1, change: 0, import: 0, remove: 0, forget: 1, operation: 'apply' } },
    ];
    const log = new ApplyLog(new Set());
    for (const line of lines) log.read(readMessage(JSON.stringify(line)));
    assert.deepEqual([[...log.parts].map(([id, { state }]) => [id, state]), log.begun, log.complete, log.errors], [[[address, 'done']], true, true, '']);
  });

  it('name providers by another registry, which makes no other provider of them', () => {
    const provider = 'registry.opentofu.org/bpg/proxmox';
    assert.ok(isProxmox(provider));
    assert.deepEqual([...readSchemas({ format_version: '1.0', provider_schemas: { [provider]: { provider: { block: {} }, resource_schemas: {} } } }).keys()], ['bpg/proxmox']);
    const plan = readPlanJson(JSON.stringify({
      format_version: '1.2', terraform_version: '1.10.6', errored: false,
      resource_changes: [
        { address: 'proxmox_virtual_environment_vm.web', mode: 'managed', type: 'proxmox_virtual_environment_vm', name: 'web', provider_name: provider, change: { actions: ['update'], before: { vm_id: 100, node_name: 'pve1', bios: 'seabios', agent: [] }, after: { vm_id: 100, node_name: 'pve1', bios: 'ovmf', agent: [] } } },
        { address: 'proxmox_virtual_environment_pool.gone', mode: 'managed', type: 'proxmox_virtual_environment_pool', name: 'gone', provider_name: provider, change: { actions: ['forget'], before: { pool_id: 'gone' }, after: null } },
        { address: 'ephemeral.vault.key', mode: 'ephemeral', type: 'vault', name: 'key', provider_name: 'registry.opentofu.org/hashicorp/vault', change: { actions: ['open'], before: null, after: null } },
      ],
    }));
    assert.deepEqual(partsOf(plan, { isUp: () => true, nameOf: () => undefined }).map(({ action, consequences }) => [action, consequences[0]?.kind]), [['update', 'restart'], ['forget', undefined]]);
    const state = readState(JSON.stringify({ version: 4, serial: 3, lineage: 'l', resources: [{ mode: 'managed', type: 'proxmox_virtual_environment_vm', name: 'web', provider: `provider["${provider}"]`, instances: [{ attributes: { id: '100', node_name: 'pve1', vm_id: 100 } }] }] }));
    assert.deepEqual(state.resources.map(({ address, target }) => [address, target]), [['proxmox_virtual_environment_vm.web', { kind: 'guest', guest: 'qemu', vmid: 100, node: 'pve1' }]]);
  });

  describe('in a plan that a real program made', () => {
    let stage: Stage;
    before(async () => (stage = await Stage.set('--guests', '0', '--nodes', '1')));
    after(() => stage.strike());

    /** The plan's JSON as OpenTofu gives it: it does not say whether a plan can be applied. */
    const withoutSaying = async (): Promise<string> => {
      const path = join(home, 'without-saying');
      await writeFile(path, `#!/bin/sh\nreal='${stage.real.terraform.path}'\nif [ "$1" = show ]; then "$real" "$@" | sed 's/"applyable":[a-z]*,//; s/"complete":[a-z]*,//'; exit; fi\nexec "$real" "$@"\n`);
      await chmod(path, 0o755);
      return path;
    };

    it('are no more and no less than there is to apply', async () => {
      const project = await stage.project('without-saying', 'resource "terraform_data" "a" {\n  input = 1\n}\noutput "size" {\n  value = 1\n}\n');
      const terraform = { ...stage.real.terraform, path: await withoutSaying(), product: 'tofu' as const };
      const wished = async (code: string): Promise<boolean> => {
        await stage.write(project, code);
        return (await stage.plan(project, { terraform })).wish !== undefined;
      };
      const [a, out] = ['resource "terraform_data" "a" {\n  input = 1\n}\n', 'output "size" {\n  value = 1\n}\n'];
      assert.equal(await wished(a + out), true);
      assert.equal((await (await stage.door.run(await stage.propose(project), { safeguards: [] })).ended).state, 'succeeded');
      assert.equal(await wished(a + out), false, 'nothing to do');
      assert.equal(await wished(a + out.replace('= 1', '= 2')), true, 'an output');
      assert.equal(await wished(`${a.replace('"a"', '"b"')}moved {\n  from = terraform_data.a\n  to   = terraform_data.b\n}\n${out}`), true, 'another address');
      assert.equal(await wished(`${out}removed {\n  from = terraform_data.a\n  lifecycle {\n    destroy = false\n  }\n}\n`), true, 'left alone');
    });

    it('list workspaces, also where the environment names one', async () => {
      const project = await stage.project('workspaces', '');
      const settings = { folder: project, environment: { ...stage.environment, TF_WORKSPACE: 'default' } };
      assert.deepEqual(await workspaces(stage.real.terraform.path, settings), { all: ['default'], selected: 'default' });
    });
  });
});
