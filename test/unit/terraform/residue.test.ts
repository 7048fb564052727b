import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { explain, generateProject, readMessage, residueOf, UnknownPlanFormat } from '../../../src/terraform/index.ts';

describe('What a plan would still do', () => {
  const change = (actions: string[], rest: object): object => ({ address: 'proxmox_virtual_environment_vm.web', type: 'proxmox_virtual_environment_vm', change: { actions, importing: { id: 'pve1/100' }, ...rest } });
  const plan = (...resource_changes: object[]): string => JSON.stringify({ format_version: '1.2', resource_changes });

  it('is told by attribute, with what makes it replace the guest, and without secrets', () => {
    const [residue, ...others] = residueOf(plan(
      change(['no-op'], { before: { a: 1 }, after: { a: 1 } }),
      change(['delete', 'create'], {
        before: { memory: [{ dedicated: 512 }], node_name: 'pve1', tags: ['a'], initialization: [{ user_account: [{ password: 'old' }] }], name: null },
        after: { memory: [{ dedicated: 1024 }], node_name: 'pve2', tags: ['a', 'b'], initialization: [{ user_account: [{ password: 'new' }] }] },
        after_unknown: { ipv4_addresses: true },
        before_sensitive: { initialization: [{ user_account: [{ password: true }] }] },
        replace_paths: [['node_name']],
      }),
    ));
    assert.deepEqual(others, []);
    assert.deepEqual([residue?.importId, residue?.actions], ['pve1/100', ['delete', 'create']]);
    // It is made anew as a whole.
    const none = { consequence: undefined, because: undefined };
    assert.deepEqual(residue?.consequences.map(({ kind }) => kind), ['recreated']);
    assert.deepEqual(residue?.attributes, [
      { path: 'memory[0].dedicated', before: 512, after: 1024, unknown: false, sensitive: false, replaces: false, ...none },
      { path: 'node_name', before: 'pve1', after: 'pve2', unknown: false, sensitive: false, replaces: true, ...none },
      { path: 'tags[1]', before: undefined, after: 'b', unknown: false, sensitive: false, replaces: false, ...none },
      { path: 'initialization[0].user_account[0].password', before: undefined, after: undefined, unknown: false, sensitive: true, replaces: false, ...none },
      { path: 'ipv4_addresses', before: undefined, after: undefined, unknown: true, sensitive: false, replaces: false, ...none },
    ]);
  });

  it('says for each attribute whether applying it would restart the guest, by whether that runs', () => {
    const values = { vm_id: 100, name: 'web', cpu: [{ cores: 2 }], description: 'old', agent: [{ enabled: true }], smbios: [{ serial: 'a' }] };
    const wanted = { ...values, cpu: [{ cores: 4 }], description: 'new', smbios: [{ serial: 'b' }] };
    const meanings = (started: boolean | null, after: object = wanted): [string, string | undefined][] => {
      const [residue] = residueOf(plan(change(['update'], { before: { ...values, started, ...(started === null && { template: true }) }, after: { started, ...after } })));
      return (residue?.attributes ?? []).map(({ path, consequence }) => [path, consequence]);
    };
    assert.deepEqual(meanings(true), [['cpu[0].cores', 'restart'], ['description', 'nothing'], ['smbios[0].serial', 'pending']]);
    assert.deepEqual(meanings(false), [['cpu[0].cores', 'nothing'], ['description', 'nothing'], ['smbios[0].serial', 'nothing']], 'it is off');
    assert.deepEqual(meanings(null, { ...wanted, template: true }).map(([, kind]) => kind), ['nothing', 'nothing', 'nothing'], 'a template does not run');
  });

  it('is told of a guest in sentences, and of a pool without them', () => {
    const [vm, pool] = explain(residueOf(plan(
      change(['update'], { before: { vm_id: 100, node_name: 'pve1', name: 'web', started: true, keyboard_layout: null, agent: [{ enabled: false }] }, after: { vm_id: 100, node_name: 'pve1', name: 'web', started: true, keyboard_layout: 'en-us', agent: [{ enabled: false }] } }),
      { address: 'proxmox_virtual_environment_pool.lab', type: 'proxmox_virtual_environment_pool', change: { actions: ['update'], before: { id: 'lab', comment: 'a' }, after: { id: 'lab', comment: 'b' } } },
    )), { addresses: new Map() });
    assert.deepEqual(vm?.consequences.map(({ text }) => text), ['VM 100 (web) is stopped at once, as if its power failed (its guest agent is not enabled), and started again.']);
    assert.deepEqual(vm?.attributes.map(({ why }) => why), ['The code says keyboard_layout = "en-us", the cluster has nothing there. Applying it would restart the guest.']);
    assert.deepEqual(pool?.consequences, []);
    assert.deepEqual(pool?.attributes.map(({ why }) => why), ['The cluster has comment = "a", the code says "b".']);
  });

  it('is not guessed from a format of the future', () => {
    assert.throws(() => residueOf('{"format_version":"2.0"}'), UnknownPlanFormat);
  });
});

describe('Terraform\'s messages', () => {
  it('are read line by line, whatever stands between them', () => {
    assert.deepEqual(readMessage('{"type":"change_summary","changes":{"add":0,"change":1,"import":3,"remove":0}}'), { kind: 'summary', operation: 'plan', changes: { add: 0, change: 1, import: 3, remove: 0 } });
    assert.deepEqual(readMessage('panic: runtime error'), { kind: 'text', text: 'panic: runtime error' });
    assert.deepEqual(readMessage('{"type":"diagnostic","diagnostic":{"severity":"error","summary":"No","detail":"why","range":{"filename":"a.tf","start":{"line":3}}}}'), {
      kind: 'diagnostic', diagnostic: { severity: 'error', summary: 'No', detail: 'why', address: undefined, range: { file: 'a.tf', line: 3 } },
    });
  });
});

describe('A project of guests', () => {
  const vm = (vmid: number, name: string, more: object = {}): Parameters<typeof generateProject>[0]['guests'][number] => ({ kind: 'qemu', vmid, node: 'pve1', running: true, config: { name, memory: '512', ...more } });

  it('names every resource differently, and keeps secrets and templates out of the code', () => {
    const { files, addresses } = generateProject(
      { guests: [vm(100, 'web'), vm(101, 'WEB'), vm(102, '7-days'), vm(103, '…'), { ...vm(104, '${x}', { cipassword: 's3cret', description: 'a\n%{b}\n' }), pool: 'team/web' }], pools: [{ poolid: 'team/web', comment: '' }] },
      { fileFor: 'pool' },
    );
    assert.deepEqual([...addresses.values()].map((address) => address.split('.')[1]), ['team_web', 'web', 'web_vm101', '_7-days', 'vm103', 'x']);
    assert.deepEqual([...files.keys()], ['versions.tf', 'provider.tf', 'imports.tf', 'pools.tf', 'guests-without-pool.tf', 'pool-team_web.tf']);
    assert.match(files.get('pool-team_web.tf') ?? '', /name\s+= "\$\$\{x\}"/);
    assert.match(files.get('pool-team_web.tf') ?? '', /description = <<EOT\na\n%%\{b\}\nEOT\n/);
    assert.match(files.get('pool-team_web.tf') ?? '', /pool_id\s+= proxmox_virtual_environment_pool\.team_web\.pool_id/);
    assert.doesNotMatch([...files.values()].join(''), /s3cret/);
  });

  it('warns of VMs for whose silent agent the provider will wait', () => {
    const silent = { ...vm(100, 'web', { agent: '1' }), agentSilent: true };
    assert.deepEqual(generateProject({ guests: [silent, { ...silent, vmid: 101, running: false }, vm(102, 'db', { agent: '1' })], pools: [] }, { fileFor: 'all' }).slow, [{ address: 'proxmox_virtual_environment_vm.web', vmid: 100 }]);
  });
});
