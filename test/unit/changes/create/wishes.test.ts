import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { check, type Given, type GuestType, valuesOf, wishesOf } from '../../../../src/changes/create/index.ts';
import type { Wish } from '../../../../src/changes/door.ts';
import { cluster, key, pve1 } from './facts.ts';

const password = { $secret: 'the-reference' };

function wishes(type: GuestType, given: Given): readonly Wish[] {
  const { answers, messages } = check(type, valuesOf(type, given, cluster, pve1), cluster, pve1, password);
  assert.ok(answers, JSON.stringify(messages));
  assert.deepEqual(JSON.parse(JSON.stringify(answers)), answers, 'the answers are plain data');
  assert(!JSON.stringify(answers).includes('geheim'), 'the answers hold no secret');
  return wishesOf(answers);
}

describe('what is wished of a new guest', () => {
  it('a container needs two answers', () => {
    assert.deepEqual(wishes('lxc', { name: 'web-1', password: 'geheim!' }), [{
      operation: 'guest.create',
      target: { kind: 'guest', type: 'lxc', vmid: 101, node: 'pve1', name: 'web-1' },
      parameters: {
        hostname: 'web-1', ostemplate: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', rootfs: 'fast:8', cores: 1, memory: 512, swap: 512, unprivileged: true, features: 'nesting=1',
        password, net0: 'name=eth0,bridge=vmbr0,firewall=1,ip=dhcp', start: true,
      },
    }]);
  });

  it('a container with everything, from a template that is downloaded first', () => {
    assert.deepEqual(wishes('lxc', {
      name: 'db.example.org', vmid: '250', template: '+debian-13-standard_13.6-1_amd64.tar.zst', sshKeys: `${key}\n`, storage: 'thick', size: '12.5', cores: '4', memory: '4096', swap: '0', bridge: 'vmbr1', vlan: '42', firewall: false,
      ipMode: 'static', ip: '10.0.1.5/24', gateway: '10.0.1.1', ip6Mode: 'static', ip6: 'fd00::5/64', gateway6: 'fd00::1', nameserver: '10.0.1.1, fd00::1', searchDomain: 'example.org', tags: 'db, prod', pool: 'lab', description: 'The database', unprivileged: false, start: false, startAtBoot: true,
    }), [
      { operation: 'storage.download-template', target: { kind: 'storage', storage: 'local', node: 'pve1' }, parameters: { template: 'debian-13-standard_13.6-1_amd64.tar.zst' } },
      {
        operation: 'guest.create',
        target: { kind: 'guest', type: 'lxc', vmid: 250, node: 'pve1', name: 'db.example.org' },
        parameters: {
          hostname: 'db.example.org', ostemplate: 'local:vztmpl/debian-13-standard_13.6-1_amd64.tar.zst', rootfs: 'thick:12.5', cores: 4, memory: 4096, swap: 0, unprivileged: false, 'ssh-public-keys': key,
          net0: 'name=eth0,bridge=vmbr1,tag=42,ip=10.0.1.5/24,gw=10.0.1.1,ip6=fd00::5/64,gw6=fd00::1', onboot: true, tags: 'db;prod', pool: 'lab', description: 'The database', nameserver: '10.0.1.1 fd00::1', searchdomain: 'example.org',
        },
      },
    ]);
  });

  it('a VM that boots an installer needs a name and the image', () => {
    assert.deepEqual(wishes('qemu', { name: 'web', source: 'local:iso/debian-13.2.0-amd64-netinst.iso' }), [{
      operation: 'guest.create',
      target: { kind: 'guest', type: 'qemu', vmid: 101, node: 'pve1', name: 'web' },
      parameters: {
        name: 'web', sockets: 1, cores: 2, cpu: 'x86-64-v2-AES', memory: 2048, ostype: 'l26', scsihw: 'virtio-scsi-single', scsi0: 'fast:32,discard=on,iothread=1',
        ide2: 'local:iso/debian-13.2.0-amd64-netinst.iso,media=cdrom', boot: 'order=scsi0;ide2', net0: 'virtio,bridge=vmbr0,firewall=1', start: true,
      },
    }]);
  });

  it('Windows 11 gets what it asks for: UEFI, a TPM and a machine of its time', () => {
    const [wish] = wishes('qemu', { name: 'desk', source: 'local:iso/Win11_25H2.iso' });
    const { bios, machine, efidisk0, tpmstate0, ostype, memory, scsi0 } = wish?.parameters ?? {};
    assert.deepEqual({ bios, machine, efidisk0, tpmstate0, ostype, memory, scsi0 }, {
      bios: 'ovmf', machine: 'q35', efidisk0: 'fast:1,efitype=4m,pre-enrolled-keys=1', tpmstate0: 'fast:1,version=v2.0', ostype: 'win11', memory: 4096, scsi0: 'fast:64,discard=on,iothread=1',
    });
  });

  it('a VM from a disk image, with cloud-init, grows and starts after its disk is copied', () => {
    assert.deepEqual(wishes('qemu', { name: 'cloud', source: 'local:import/debian-13-genericcloud-amd64.qcow2', user: 'ops', password: 'geheim!', sshKeys: key, ipMode: 'static', ip: '10.0.0.9/24', gateway: '10.0.0.1' }), [
      {
        operation: 'guest.create',
        target: { kind: 'guest', type: 'qemu', vmid: 101, node: 'pve1', name: 'cloud' },
        parameters: {
          name: 'cloud', sockets: 1, cores: 2, cpu: 'x86-64-v2-AES', memory: 2048, ostype: 'l26', agent: 'enabled=1', scsihw: 'virtio-scsi-single',
          scsi0: 'fast:0,import-from=local:import/debian-13-genericcloud-amd64.qcow2,discard=on,iothread=1', ide0: 'fast:cloudinit', boot: 'order=scsi0', serial0: 'socket', net0: 'virtio,bridge=vmbr0,firewall=1',
          ciuser: 'ops', cipassword: password, sshkeys: encodeURIComponent(key), ipconfig0: 'ip=10.0.0.9/24,gw=10.0.0.1',
        },
      },
      { operation: 'guest.resize-disk', target: { kind: 'guest', type: 'qemu', vmid: 101, node: 'pve1', name: 'cloud' }, parameters: { disk: 'scsi0', size: '32G' } },
      { operation: 'guest.start', target: { kind: 'guest', type: 'qemu', vmid: 101, node: 'pve1', name: 'cloud' } },
    ]);
  });
});
