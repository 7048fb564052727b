import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { inProcess } from '../../../support/in-process.ts';

interface Repositories {
  readonly digest: string;
  readonly files: readonly { readonly path: string; readonly digest: readonly number[]; readonly repositories: readonly { readonly Enabled: number; readonly Components: readonly string[] }[] }[];
  readonly 'standard-repos': readonly { readonly handle: string; readonly status?: number }[];
}

describe('packages of a node', () => {
  it('come from repositories that can be switched and added, by digest', () => {
    const { call } = inProcess();
    const read = (): Repositories => call('GET', '/nodes/pve1/apt/repositories') as Repositories;
    const status = (): Record<string, number | undefined> => Object.fromEntries(read()['standard-repos'].map((one) => [one.handle, one.status]));
    assert.deepEqual(status(), { enterprise: 0, 'no-subscription': 1, test: undefined, 'ceph-squid-enterprise': 0, 'ceph-squid-no-subscription': undefined, 'ceph-squid-test': undefined });
    const { digest, files } = read();
    assert.deepEqual(files.map(({ digest: bytes }) => bytes.length), [32, 32, 32, 32]);
    const path = files.find((file) => file.path.includes('enterprise'))?.path ?? '';
    call('POST', '/nodes/pve1/apt/repositories', { path, index: 0, enabled: 1, digest });
    assert.throws(() => call('PUT', '/nodes/pve1/apt/repositories', { handle: 'test', digest }), { message: /^detected modified configuration/ });
    call('PUT', '/nodes/pve1/apt/repositories', { handle: 'test', digest: read().digest });
    assert.deepEqual([status()['enterprise'], status()['test']], [1, 1]);
    assert.throws(() => call('POST', '/nodes/pve1/apt/repositories', { path, index: 1 }), { message: 'invalid index - 1' });
    assert.throws(() => call('POST', '/nodes/pve1/apt/repositories', { path: '/etc/passwd', index: 0 }), { message: 'invalid path - /etc/passwd' });
  });

  it('show what waits, and a task asks for news', () => {
    const { call, clock } = inProcess();
    const updates = call('GET', '/nodes/pve1/apt/update') as { Package: string; Version: string; OldVersion: string }[];
    assert.ok(updates.length > 0);
    const versions = call('GET', '/nodes/pve1/apt/versions') as Record<string, string>[];
    assert.deepEqual(versions.slice(0, 2).map(({ Package, CurrentState, RunningKernel, ManagerVersion }) => ({ Package, CurrentState, RunningKernel, ManagerVersion })), [
      { Package: 'proxmox-ve', CurrentState: 'Installed', RunningKernel: '6.17.4-1-pve', ManagerVersion: undefined },
      { Package: 'pve-manager', CurrentState: 'Installed', RunningKernel: undefined, ManagerVersion: 'pve-manager/9.2.2/6f2b1d8a4c0e7395' },
    ]);
    const upid = String(call('POST', '/nodes/pve1/apt/update'));
    clock.advance(10_000);
    const log = call('GET', `/nodes/pve1/tasks/${upid}/log`) as { data: { t: string }[] };
    assert.deepEqual([log.data[0]?.t, log.data[1]?.t, log.data.at(-1)?.t], ['starting apt-get update', 'Hit:1 http://deb.debian.org/debian trixie InRelease', 'TASK OK']);
    assert.throws(() => call('GET', '/nodes/pve1/apt/update', {}, 'carol@pve'), { status: 403, message: /Sys\.Modify/ });
    assert.match(String(call('GET', '/nodes/pve1/apt/changelog', { name: 'no-such-thing' })), /RC: 100$/);
  });
});
