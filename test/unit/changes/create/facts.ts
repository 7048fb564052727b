import type { ClusterFacts, NodeFacts } from '../../../../src/changes/create/index.ts';

const GiB = 1024 ** 3;

export const cluster: ClusterFacts = {
  nodes: [
    { node: 'pve1', online: true, cpus: 8, load: 0.2, memory: 32 * GiB, memoryFree: 20 * GiB },
    { node: 'pve2', online: true, cpus: 8, load: 0.7, memory: 32 * GiB, memoryFree: 4 * GiB },
    { node: 'pve3', online: false },
  ],
  pools: ['lab'],
  taken: new Map([[100, 'VM 100 (web)']]),
  nextId: 101,
};

export const pve1: NodeFacts = {
  node: 'pve1',
  storages: [
    { storage: 'local', type: 'dir', content: ['iso', 'vztmpl', 'import', 'backup'], shared: false, free: 50 * GiB, total: 100 * GiB },
    { storage: 'fast', type: 'lvmthin', content: ['images', 'rootdir'], shared: false, free: 200 * GiB, total: 500 * GiB },
    { storage: 'thick', type: 'lvm', content: ['images', 'rootdir'], shared: false, free: 30 * GiB, total: 40 * GiB },
  ],
  bridges: [{ bridge: 'vmbr0', cidr: '10.0.0.2/24', gateway: '10.0.0.1' }, { bridge: 'vmbr1', comment: 'Internal' }],
  volumes: [
    { volid: 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', content: 'vztmpl', size: 3_000_000 },
    { volid: 'local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst', content: 'vztmpl', size: 120_000_000 },
    { volid: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', content: 'vztmpl', size: 120_000_000 },
    { volid: 'local:iso/debian-13.2.0-amd64-netinst.iso', content: 'iso', size: 700_000_000 },
    { volid: 'local:iso/Win11_25H2.iso', content: 'iso', size: 7_000_000_000 },
    { volid: 'local:import/debian-13-genericcloud-amd64.qcow2', content: 'import', size: 400_000_000 },
  ],
  appliances: [
    { template: 'debian-13-standard_13.1-2_amd64.tar.zst', headline: 'Debian 13 (there already)', section: 'system' },
    { template: 'debian-13-standard_13.6-1_amd64.tar.zst', headline: 'Debian 13', section: 'system' },
  ],
  troubles: [],
};

export const key = `ssh-ed25519 ${'A'.repeat(68)} me@desk`;
