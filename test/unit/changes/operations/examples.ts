import type { Wish } from '../../../../src/changes/door.ts';
import type { InProcess } from '../../../support/in-process.ts';

const vm = (vmid: number, node: string): Wish['target'] => ({ kind: 'guest', type: 'qemu', vmid, node });
const ct = (vmid: number, node: string): Wish['target'] => ({ kind: 'guest', type: 'lxc', vmid, node });

/** Something one can do in the demo cluster. */
export interface Example {
  readonly title: string;
  readonly wish: Wish | ((at: InProcess) => Wish);
  /** What has to be done to the cluster before. */
  readonly before?: (at: InProcess) => unknown;
  /** Its inverse restores what was before. */
  readonly undone?: true;
  /** Doing it twice does no harm, so it is never told whether it was done. */
  readonly repeatable?: true;
  /** It is done before its task has ended. */
  readonly atOnce?: true;
}

/** Lets every task of the cluster end. */
export function settle(at: InProcess): void {
  for (let i = 0; i < 200; i++) at.clock.advance(10_000);
}

export function done(at: InProcess, method: string, path: string, parameters = {}): void {
  at.call(method, path, parameters);
  settle(at);
}

function newest(at: InProcess, path: string): string {
  return (at.call('GET', path) as { volid: string; ctime: number }[]).sort((a, b) => b.ctime - a.ctime)[0]?.volid ?? '';
}

export const examples: readonly Example[] = [
  { title: 'start a VM', wish: { operation: 'guest.start', target: vm(129, 'pve1') }, undone: true },
  { title: 'start a container', wish: { operation: 'guest.start', target: ct(128, 'pve2') }, undone: true },
  { title: 'shut down a VM', wish: { operation: 'guest.shutdown', target: vm(130, 'pve1'), parameters: { forceStop: true, timeout: 60 } }, undone: true },
  { title: 'shut down a container', wish: { operation: 'guest.shutdown', target: ct(131, 'pve1') }, undone: true },
  { title: 'stop a VM', wish: { operation: 'guest.stop', target: vm(130, 'pve1') }, undone: true },
  { title: 'reboot a container', wish: { operation: 'guest.reboot', target: ct(131, 'pve1') } },
  { title: 'reset a VM', wish: { operation: 'guest.reset', target: vm(130, 'pve1') } },
  { title: 'suspend a VM', wish: { operation: 'guest.suspend', target: vm(130, 'pve1') }, undone: true },
  { title: 'hibernate a VM', wish: { operation: 'guest.suspend', target: vm(130, 'pve1'), parameters: { todisk: true, statestorage: 'local-lvm' } }, undone: true },
  { title: 'resume a VM', wish: { operation: 'guest.resume', target: vm(123, 'pve2') }, undone: true },
  { title: 'take a snapshot of a VM', wish: { operation: 'guest.snapshot', target: vm(130, 'pve1'), parameters: { snapname: 'clean', description: 'Before the update', vmstate: true } }, undone: true },
  { title: 'take a snapshot of a container', wish: { operation: 'guest.snapshot', target: ct(131, 'pve1'), parameters: { snapname: 'clean' } }, undone: true },
  { title: 'roll back a VM', wish: { operation: 'guest.rollback', target: vm(130, 'pve1'), parameters: { snapname: 'clean', start: true } }, before: (at) => done(at, 'POST', '/nodes/pve1/qemu/130/snapshot', { snapname: 'clean' }) },
  { title: 'delete a snapshot', wish: { operation: 'guest.delete-snapshot', target: vm(130, 'pve1'), parameters: { snapname: 'clean' } }, before: (at) => done(at, 'POST', '/nodes/pve1/qemu/130/snapshot', { snapname: 'clean' }) },
  { title: 'clone a VM', wish: { operation: 'guest.clone', target: vm(9000, 'pve1'), parameters: { newid: 300, name: 'fresh', full: true, storage: 'local-lvm' } }, undone: true },
  { title: 'clone a container', wish: { operation: 'guest.clone', target: ct(9002, 'pve1'), parameters: { newid: 300, name: 'fresh' } }, undone: true },
  { title: 'migrate a running VM', wish: { operation: 'guest.migrate', target: vm(108, 'pve1'), parameters: { target: 'pve2' } }, undone: true },
  { title: 'migrate a running VM with local disks', wish: { operation: 'guest.migrate', target: vm(104, 'pve1'), parameters: { target: 'pve2' } }, undone: true },
  { title: 'migrate a running container', wish: { operation: 'guest.migrate', target: ct(105, 'pve1'), parameters: { target: 'pve2' } }, undone: true },
  { title: 'resize a disk', wish: { operation: 'guest.resize-disk', target: vm(130, 'pve1'), parameters: { disk: 'scsi0', size: '+5G' } } },
  { title: 'resize a root file system', wish: { operation: 'guest.resize-disk', target: ct(131, 'pve1'), parameters: { disk: 'rootfs', size: '64G' } } },
  { title: 'move a disk', wish: { operation: 'guest.move-disk', target: vm(104, 'pve1'), parameters: { disk: 'scsi0', storage: 'ceph', delete: true } }, undone: true },
  { title: 'move a volume of a container', wish: { operation: 'guest.move-disk', target: ct(128, 'pve2'), parameters: { disk: 'rootfs', storage: 'ceph', delete: true } } },
  { title: 'convert a VM to a template', wish: { operation: 'guest.template', target: vm(129, 'pve1') } },
  { title: 'convert a container to a template', wish: { operation: 'guest.template', target: ct(128, 'pve2') } },
  { title: 'back up a VM', wish: { operation: 'guest.backup', target: vm(130, 'pve1'), parameters: { storage: 'backup', mode: 'snapshot', compress: 'zstd' } } },
  { title: 'change notes and tags', wish: { operation: 'guest.configure', target: vm(130, 'pve1'), parameters: { description: 'For trying things', tags: 'test;rocky' } }, undone: true },
  { title: 'rename a container', wish: { operation: 'guest.configure', target: ct(131, 'pve1'), parameters: { hostname: 'lab-alpine-2' } }, undone: true },
  { title: 'protect a VM', wish: { operation: 'guest.configure', target: vm(130, 'pve1'), parameters: { protection: true } }, undone: true },
  { title: 'change hardware', wish: { operation: 'guest.configure', target: vm(129, 'pve1'), parameters: { cores: 3, memory: '3072', delete: 'description' } }, undone: true },
  { title: 'destroy a VM', wish: { operation: 'guest.destroy', target: vm(129, 'pve1'), parameters: { purge: true, 'destroy-unreferenced-disks': true } } },
  { title: 'destroy a running container', wish: { operation: 'guest.destroy', target: ct(131, 'pve1'), parameters: { force: true } } },
  { title: 'create a VM', wish: { operation: 'guest.create', target: { kind: 'guest', type: 'qemu', vmid: 300, node: 'pve1', name: 'new' }, parameters: { name: 'new', cores: 2, memory: 2048, scsihw: 'virtio-scsi-single', scsi0: 'local-lvm:16', net0: 'virtio,bridge=vmbr0' } }, undone: true },
  {
    title: 'create a container',
    wish: {
      operation: 'guest.create', target: { kind: 'guest', type: 'lxc', vmid: 300, node: 'pve1', name: 'new' },
      parameters: { hostname: 'new', ostemplate: 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', rootfs: 'local-lvm:4', memory: 512, unprivileged: true, net0: 'name=eth0,bridge=vmbr0,ip=dhcp' },
    },
    undone: true,
  },
  { title: 'restore a container anew', wish: { operation: 'guest.restore', target: ct(300, 'pve1'), parameters: { archive: 'nas:backup/vzdump-lxc-105-2026_11_20-02_05_00.tar.zst', storage: 'local-lvm' } }, undone: true },
  {
    title: 'restore a VM over itself', wish: (at) => ({ operation: 'guest.restore', target: vm(129, 'pve1'), parameters: { archive: newest(at, '/nodes/pve1/storage/backup/content'), force: true } }),
    before: (at) => done(at, 'POST', '/nodes/pve1/vzdump', { vmid: '129', storage: 'backup', mode: 'snapshot', compress: 'zstd' }),
  },
  {
    title: 'download an image', wish: {
      operation: 'storage.download-url', target: { kind: 'storage', storage: 'local', node: 'pve1' },
      parameters: { url: 'https://download.example.org/tiny linux.iso', filename: 'tiny linux.iso', content: 'iso', checksum: 'a'.repeat(64), 'checksum-algorithm': 'sha256' },
    }, undone: true,
  },
  { title: 'download a container template', wish: { operation: 'storage.download-template', target: { kind: 'storage', storage: 'local', node: 'pve1' }, parameters: { template: 'fedora-44-default_20260713_amd64.tar.xz' } }, undone: true },
  { title: 'delete a container template', wish: { operation: 'volume.delete', target: { kind: 'volume', volid: 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', storage: 'local', node: 'pve1' } }, atOnce: true },
  { title: 'reboot a node', wish: { operation: 'node.reboot', target: { kind: 'node', node: 'pve2' } } },
  { title: 'shut a node down', wish: { operation: 'node.shutdown', target: { kind: 'node', node: 'pve2' } } },
  { title: 'start the guests of a node', wish: { operation: 'node.start-all', target: { kind: 'node', node: 'pve1' }, parameters: { vms: '129,132', force: true } }, undone: true },
  { title: 'shut down guests of a node', wish: { operation: 'node.stop-all', target: { kind: 'node', node: 'pve1' }, parameters: { vms: '130,131', timeout: 60 } }, undone: true },
  { title: 'wake a node', wish: { operation: 'node.wake', target: { kind: 'node', node: 'pve3' } }, before: (at) => at.cluster.nodes.get('pve3')?.config.set('wakeonlan', 'BC:24:11:00:00:01'), repeatable: true },
  { title: 'put a guest into a pool', wish: { operation: 'pool.add-guest', target: { kind: 'pool', pool: 'lab' }, parameters: { vms: '136' } }, undone: true },
  { title: 'move guests to another pool', wish: { operation: 'pool.add-guest', target: { kind: 'pool', pool: 'lab' }, parameters: { vms: '120,121' } }, undone: true },
  { title: 'take a guest out of a pool', wish: { operation: 'pool.remove-guest', target: { kind: 'pool', pool: 'lab' }, parameters: { vms: '130' } }, undone: true },
];
