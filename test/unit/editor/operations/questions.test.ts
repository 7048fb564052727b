import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { checksumAlgorithm, contentOf, diskSize, fileNameFor, fileNameIn, guestName, newVmid, proposedSnapshotName, snapshotName, tagList, tagsOf, webAddress } from '../../../../src/editor/operations/answers.ts';
import { diskChoices, guestChoices, nodeChoices, storageChoices } from '../../../../src/editor/operations/choices.ts';
import { migrationChoices, readConditions } from '../../../../src/editor/operations/migration.ts';
import type { GuestTarget } from '../../../../src/changes/index.ts';
import { clientOf, inventoryOf } from '../../changes/in-process-client.ts';
import { inProcess } from '../../../support/in-process.ts';

const vm = (vmid: number, node = 'pve1'): GuestTarget => ({ kind: 'guest', type: 'qemu', vmid, node, name: `vm-${vmid}` });

describe('answers to the questions of operations', () => {
  it('are taken or refused as Proxmox VE would', () => {
    const rows = inventoryOf(inProcess()).rows('demo');
    const cases: [check: (text: string) => string | undefined, good: string[], bad: string[]][] = [
      [snapshotName(['taken']), ['before-update', 'a1', 'A_b-9'], ['', 'a', '1a', 'two words', 'ü1', 'current', 'taken', 'x'.repeat(41)]],
      [newVmid(rows), ['300', '999999999'], ['99', '1000000000', '12a', '', '100']],
      [guestName, ['web-01', 'web-01.example.org', '9'], ['', '-a', 'a-', 'a..b', 'a_b', 'x'.repeat(64)]],
      [diskSize, ['40G', '+10G', '1.5T', '512m'], ['40', 'G', '-1G', '10 G', '']],
      [tagList, ['web critical', 'a,b;c', '', 'v1.2+x'], ['ä', '-a', 'a b!']],
      [webAddress, ['https://example.org/a.iso', 'http://10.0.0.1:8080/x'], ['', 'example.org/a.iso', 'ftp://example.org/a', 'file:///etc/passwd']],
      [fileNameFor('iso'), ['a.iso', 'B.IMG'], ['', 'a.tar.gz', 'x/a.iso']],
      [fileNameFor('vztmpl'), ['a.tar.zst'], ['a.iso']],
    ];
    for (const [check, good, bad] of cases) {
      for (const text of good) assert.equal(check(text), undefined, text);
      for (const text of bad) assert.match(check(text) ?? '', /\.$/, text);
    }
  });

  it('say what a file is, where its name and its checksum tell', () => {
    const all = ['iso', 'vztmpl', 'import'];
    assert.deepEqual(['debian.iso', 'disk.IMG', 'alpine.tar.xz', 'noble.qcow2', 'a.zip'].map((name) => contentOf(name, all)), ['iso', 'iso', 'vztmpl', 'import', undefined]);
    assert.equal(contentOf('debian.iso', ['vztmpl']), undefined);
    assert.deepEqual([32, 40, 64, 128, 63].map((length) => checksumAlgorithm('a'.repeat(length))), ['md5', 'sha1', 'sha256', 'sha512', undefined]);
    assert.equal(checksumAlgorithm('z'.repeat(64)), undefined);
    assert.deepEqual(['https://example.org/a/tiny%20linux.iso?x=/y', 'https://example.org/', 'nothing', 'https://example.org/%zz.iso'].map(fileNameIn), ['tiny linux.iso', '', '', '%zz.iso']);
  });

  it('come with proposals', () => {
    const now = new Date(2026, 10, 21);
    assert.equal(proposedSnapshotName([], now), 'snap-2026-11-21');
    assert.equal(proposedSnapshotName(['snap-2026-11-21', 'snap-2026-11-21-2'], now), 'snap-2026-11-21-3');
    assert.deepEqual(tagsOf(' web;web, db  '), ['web', 'db']);
  });
});

describe('what there is to choose', () => {
  const at = inProcess();
  const { rows, live } = inventoryOf(at);
  const all = rows('demo');
  const liveOf = (id: string): ReturnType<typeof live> => live('demo', id);

  it('nodes that are online, the freest first, and storages that take the content, the emptiest first', () => {
    const nodes = nodeChoices(all, liveOf);
    assert.deepEqual(nodes.map(({ value }) => value).toSorted(), ['pve1', 'pve2']);
    const free = nodes.map(({ value }) => liveOf(`node/${value}`)!.maxmem! - liveOf(`node/${value}`)!.mem!);
    assert.deepEqual(free, free.toSorted((a, b) => b - a));
    assert.match(nodes[0]?.description ?? '', /GiB of \d+ GiB memory free · CPU \d+ %/);
    assert.deepEqual(nodeChoices(all, liveOf, 'pve1').map(({ value }) => value), ['pve2']);
    for (const { value } of storageChoices(all, liveOf, 'pve1', 'images')) {
      const row = all.get(`storage/pve1/${value}`);
      assert.ok(row?.kind === 'storage' && row.content.includes('images'));
    }
    const left = storageChoices(all, liveOf, 'pve1', 'images').map(({ value }) => liveOf(`storage/pve1/${value}`)!.maxdisk! - liveOf(`storage/pve1/${value}`)!.disk!);
    assert.deepEqual(left, left.toSorted((a, b) => b - a));
  });

  it('disks, without what cannot be moved or resized', () => {
    assert.deepEqual(diskChoices({ type: 'qemu' }, { scsi0: 'local-lvm:vm-100-disk-0,size=32G', scsi10: 'ceph:vm-100-disk-2,size=4M', scsi2: 'ceph:vm-100-disk-1', ide2: 'local:iso/debian.iso,media=cdrom', net0: 'virtio', unused0: 'ceph:vm-100-disk-3' }).map(({ label, description }) => `${label} ${description ?? ''}`), [
      'scsi0 local-lvm:vm-100-disk-0 · 32G', 'scsi2 ceph:vm-100-disk-1', 'scsi10 ceph:vm-100-disk-2 · 4M',
    ]);
    assert.deepEqual(diskChoices({ type: 'lxc' }, { rootfs: 'local-lvm:vm-1-disk-0,size=8G', mp0: '/mnt/bind,mp=/mnt' }).map(({ value }) => value), ['rootfs']);
  });

  it('guests that the operation suits', () => {
    const running = guestChoices(all, ({ status, template }) => status === 'running' && !template);
    assert.ok(running.length > 10 && running.every(({ description = '' }) => description.includes('running')));
    assert.equal(running[0]?.label, '100 gateway');
  });

  it('where to migrate: what the cluster itself objects to stands last, with the reason', async () => {
    const target = vm(100);
    const told = { running: true, allowed_nodes: ['pve2'], not_allowed_nodes: { pve2: {}, pve3: { unavailable_storages: ['local-lvm', 'nas'] } }, local_disks: [{ volid: 'local-lvm:vm-100-disk-0' }], local_resources: [], 'mapped-resources': [] };
    const conditions = readConditions(target, told);
    assert.deepEqual(conditions.localDisks, ['local-lvm:vm-100-disk-0']);
    const choices = migrationChoices([{ label: 'pve3', value: 'pve3' }, { label: 'pve2', value: 'pve2' }], [conditions]);
    assert.deepEqual(choices.map(({ value, detail }) => [value, detail]), [['pve2', undefined], ['pve3', 'VM 100 vm-100: local-lvm, nas is not available there']]);
    const container = readConditions({ ...target, type: 'lxc' }, { running: false, 'not-allowed-nodes': { pve2: { 'blocking-ha-resources': [{ sid: 'ct:105', cause: 'resource-affinity' }] } } });
    assert.match(container.hindrances.get('pve2') ?? '', /HA rules keep it away from ct:105/);
    // And what the simulator says is understood.
    for (const { value } of guestChoices(all, ({ node }) => node !== 'pve3')) {
      const row = all.get(value);
      assert.ok(row?.kind === 'qemu' || row?.kind === 'lxc');
      readConditions({ kind: 'guest', type: row.kind, vmid: row.vmid, node: row.node }, await clientOf(at).get(`/nodes/${row.node}/${row.kind}/${row.vmid}/migrate`));
    }
  });
});
