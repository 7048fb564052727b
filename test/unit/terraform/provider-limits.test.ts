import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { collect, generateProject, type ProjectFiles } from '../../../src/terraform/index.ts';
import type { Row } from '../../../src/inventory/index.ts';
import type { PveClient } from '../../../src/pve/index.ts';

const project = (kind: 'qemu' | 'lxc', config: Readonly<Record<string, unknown>>): ProjectFiles =>
  generateProject({ guests: [{ kind, vmid: 100, node: 'pve1', running: false, config }], pools: [] }, { fileFor: 'all' });
const codeOf = ({ files }: ProjectFiles): string => files.get('guests.tf') ?? '';
const named = ({ notManaged }: ProjectFiles, kind: 'option' | 'attribute'): string[] => notManaged.filter((one) => one.kind === kind).map(({ what }) => what);

describe('What the Terraform provider refuses', () => {
  const cases: readonly (readonly [kind: 'qemu' | 'lxc', config: Readonly<Record<string, unknown>>, option: string, attribute: string])[] = [
    ['qemu', { machine: 'pc-q35-9.2+pve1,viommu=intel' }, 'machine', 'machine'],
    ['qemu', { hotplug: 'disk,cloudinit' }, 'hotplug', 'hotplug'],
    ['qemu', { cpu: 'Denverton-v9', cores: 2 }, 'cpu.cputype', 'cpu[0].type'],
    ['qemu', { scsi0: 'local-lvm:vm-100-disk-0,size=512M' }, 'scsi0.size', 'disk[0].size'],
    ['qemu', { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0', net1: 'ne2k_pci=BC:24:11:00:00:02,bridge=vmbr0' }, 'net1.model', 'network_device[1].model'],
    ['qemu', { ide2: 'local-lvm:vm-100-cloudinit,media=cdrom', citype: 'opennebula' }, 'citype', 'initialization[0].type'],
    ['qemu', { rng0: 'source=/dev/urandom,max_bytes=0' }, 'rng0.max_bytes', 'rng[0].max_bytes'],
    ['lxc', { arch: 'riscv64', cores: 2 }, 'arch', 'cpu[0].architecture'],
    ['lxc', { nameserver: 'host' }, 'nameserver', 'initialization[0].dns[0].servers'],
  ];
  for (const [kind, config, option, attribute] of cases) {
    it(`is left as it is: ${option} of ${kind}`, () => {
      const found = project(kind, config);
      assert.ok(named(found, 'option').includes(option), named(found, 'option').join());
      assert.ok(named(found, 'attribute').includes(attribute), named(found, 'attribute').join());
      assert.match(codeOf(found), new RegExp(`# Not expressed here, left as it is: .*${option.replace('.', '\\.')}`));
      assert.doesNotMatch(codeOf(found), new RegExp(`\\n +${attribute.split('.').at(-1) ?? ''} +=`));
    });
  }

  it('is not what it takes', () => {
    const found = project('qemu', { machine: 'pc-q35-9.2+pve1', hotplug: 'disk,usb', cores: 2, vga: 'std,memory=4', scsi0: 'local-lvm:vm-100-disk-0,size=1G' });
    assert.deepEqual(named(found, 'option'), []);
    for (const line of ['machine', 'hotplug', 'memory', 'size']) assert.match(codeOf(found), new RegExp(`\\n +${line} +=`));
  });

  it('is a ninth ip_config', () => {
    const found = project('qemu', { ide2: 'local-lvm:vm-100-cloudinit,media=cdrom', ipconfig0: 'ip=dhcp', ipconfig8: 'ip=dhcp' });
    assert.deepEqual(named(found, 'option'), ['ipconfig8']);
    assert.equal(codeOf(found).match(/ip_config \{/g)?.length, 1);
    assert.ok(named(found, 'attribute').includes('initialization[0].ip_config'));
  });

  it('is a NUMA node or huge pages where the code does not say cpu.numa', () => {
    const numa = { numa0: 'cpus=0,hostnodes=0,memory=1024,policy=bind', hugepages: '2', keephugepages: 1, memory: '1024' };
    const seen = project('qemu', { ...numa, cores: 2, numa: 1 });
    assert.deepEqual(named(seen, 'option'), []);
    assert.match(codeOf(seen), /\n +numa +=\s*true/);
    assert.match(codeOf(project('qemu', { ...numa, cores: 2 })), /\n +numa +=\s*false/);
    const unseen = project('qemu', { ...numa, numa: 1 });
    assert.deepEqual(named(unseen, 'option'), ['numa0', 'hugepages', 'keephugepages']);
    assert.doesNotMatch(codeOf(unseen), /numa \{|hugepages +=/);
  });

  it('is a guest that it cannot read, which is left out with the reason while the others go on', async () => {
    const configs: Readonly<Record<string, object>> = {
      100: { migrate_downtime: '0.1' },
      101: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,trunks=2-5' },
      102: { scsi0: 'local-lvm:vm-102-disk-0,serial=a\fb' },
      103: { virtiofs0: 'dirid=share,expose-acl=1,expose-xattr=0' },
      104: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,trunks=2;5' },
      105: { virtio0: 'local-lvm:vm-105-disk-0,mbps_wr_max=0.5' },
      106: { virtio0: 'local-lvm:vm-105-disk-0,mbps_wr_max=5,mbps=0.5' },
      200: { mp0: 'local-lvm:vm-200-disk-1,mp=/mnt/a\\b' },
      201: { lxc: [['lxc.idmap', 'b 0 100000 65536']] },
      202: { lxc: [['lxc.idmap', 'u 0 100000 65536'], ['lxc.cgroup2.devices.allow', 'c "1" rwm']], description: 'a "quoted" note' },
    };
    const kindOf = (vmid: string): 'qemu' | 'lxc' => (Number(vmid) < 200 ? 'qemu' : 'lxc');
    const rows = new Map(Object.keys(configs).map((vmid) => [`${kindOf(vmid)}/${vmid}`, { kind: kindOf(vmid), id: `${kindOf(vmid)}/${vmid}`, vmid: Number(vmid), name: 'web', node: 'pve1', status: 'stopped' } as Row]));
    const client = {
      connection: { name: 'test' },
      get: (path: string) => Promise.resolve(path === '/pools' ? [] : configs[/\d+(?=\/config$)/.exec(path)?.[0] ?? '']),
    } as unknown as PveClient;
    const { source, notCollected } = await collect(rows, client, { kind: 'cluster' });
    assert.deepEqual(source.guests.map(({ vmid }) => vmid), [104, 106, 202]);
    assert.deepEqual(notCollected.map(({ why }) => /with (.*?)\. /.exec(why)?.[1]), [
      'the option migrate_downtime', 'a range of VLANs among the trunks of net0', 'control characters, quotes or backslashes in scsi0',
      'virtiofs0 that exposes ACLs and not extended attributes', 'a part of a megabyte in mbps_wr_max of virtio0',
      'control characters, quotes or backslashes in mp0', 'the line lxc.idmap: b 0 100000 65536',
    ]);
    assert.deepEqual(notCollected.map(({ unreadable }) => unreadable), notCollected.map(({ why }) => /with (.*?)\. /.exec(why)?.[1]));
    const code = generateProject(source, { fileFor: 'node' }).files.get('node-pve1.tf') ?? '';
    assert.match(code, /^# Not here: VM 100 \(web\) on pve1\. The Terraform provider cannot read a VM with the option migrate_downtime\./m);
    assert.equal(code.match(/^# Not here: /gm)?.length, notCollected.length, 'the code names each');
  });
});
