import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { diagnose } from '../../../../src/pve/config/language/index.ts';
import { marked } from './marked.ts';

const known = { storages: new Set(['local', 'local-lvm']), bridges: new Set(['vmbr0']) };

describe('diagnostics of a configuration file', () => {
  it('has nothing to say of what Proxmox VE itself writes', () => {
    const vm = '#Web server\nagent: 1\nboot: order=scsi0;ide2;net0\ncores: 2\nide2: none,media=cdrom\nmemory: 2048\nname: web\nnet0: virtio=BC:24:11:2E:C5:01,bridge=vmbr0,firewall=1\nscsi0: local-lvm:vm-100-disk-0,iothread=1,size=32G\nscsihw: virtio-scsi-single\n';
    const container = 'arch: amd64\nfeatures: nesting=1\nhostname: proxy\nmemory: 512\nnet0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:2E:C5:02,ip=dhcp,type=veth\nrootfs: local-lvm:vm-101-disk-0,size=8G\nunprivileged: 1\nlxc.cap.drop: sys_admin\n';
    assert.deepEqual(diagnose('qemu', vm, { sections: 'refused', known }), []);
    assert.deepEqual(diagnose('lxc', container, { sections: 'refused', known }), []);
  });

  it('marks what is wrong in a VM to the letter', () => {
    const text = [
      'bios: uefi',
      'boot: order=scsi0;scsi7',
      'coress: 2',
      'cores: two',
      'cores: 4',
      'memory: 8',
      'onboot: maybe',
      'net0: virtio=BC:24:11:2E:C5:01,brige=vmbr0',
      'net1: virtio=BC:24:11:2E:C5:01,bridge=vmbr9,tag=9999',
      'scsi0: local-lvm:vm-100-disk-0,cache=writebak,iothread=yes',
      'scsi1: tank:vm-100-disk-1',
      'efidisk0: efitype=4m',
      'name:',
      'what is this',
      '#below',
      'smp: 2',
      'vcpus: 9',
      '[PENDING]',
      'memory: 4096',
    ].join('\n');
    assert.equal(marked(text, diagnose('qemu', text, { sections: 'refused', known })), GOLDEN_VM);
  });

  it('marks what is wrong in a container to the letter', () => {
    const text = ['hostname: under_score', 'net0: bridge=vmbr0,ip=10.0.0.300/24', 'rootfs: size=8G', 'startup: order=x', 'features: nesting=1,nesting=1', '[before]', 'memory: 512', 'memory: 513', '[no spaces]'].join('\n');
    assert.equal(marked(text, diagnose('lxc', text, { sections: 'allowed' })), GOLDEN_CONTAINER);
  });
});

const GOLDEN_VM = `bios: uefi
      ~~~~ error value: 'uefi' does not fit 'bios'. Expected: one of: 'seabios', 'ovmf'.
boot: order=scsi0;scsi7
                  ~~~~~ warning boot-device: The VM has no 'scsi7': booting from it is skipped.
coress: 2
~~~~~~ error unknown-option: There is no option 'coress'. Is 'cores' meant? → cores
cores: two
       ~~~ error value: 'two' does not fit 'cores'. Expected: integer, at least 1.
cores: 4
~~~~~ warning duplicate: 'cores' stands in line 4 already; only this later line counts.
memory: 8
        ~ error value: '8' does not fit 'memory'. Expected: integer, at least 16.
onboot: maybe
        ~~~~~ error value: 'maybe' does not fit 'onboot'. Expected: '0' or '1'.
net0: virtio=BC:24:11:2E:C5:01,brige=vmbr0
                               ~~~~~ error unknown-property: 'net0' has no 'brige'. Is 'bridge' meant? → bridge
net1: virtio=BC:24:11:2E:C5:01,bridge=vmbr9,tag=9999
             ~~~~~~~~~~~~~~~~~ warning mac-address: 'net0' has the same MAC address.
                                      ~~~~~ warning bridge: The node has no bridge 'vmbr9', or it may not be used.
                                                ~~~~ error value: '9999' does not fit 'tag'. Expected: integer from 1 to 4094.
scsi0: local-lvm:vm-100-disk-0,cache=writebak,iothread=yes
                                     ~~~~~~~~ error value: 'writebak' does not fit 'cache'. Expected: one of: 'none', 'writethrough', 'writeback', 'unsafe', 'directsync'. → writeback
scsi1: tank:vm-100-disk-1
       ~~~~ warning storage: The node has no storage 'tank', or it may not be used.
efidisk0: efitype=4m
          ~~~~~~~~~~ error missing-property: 'efidisk0' needs 'file'.
name:
~~~~ error no-value: 'name' has no value. Remove the line to go back to the default.
what is this
~~~~~~~~~~~~ error syntax: Neither 'option: value' nor a '#' line of the notes.
#below
~~~~~~ information notes-below: Proxmox VE writes the notes above the options: this line will move there.
smp: 2
~~~ hint outdated: Outdated: say 'sockets' and 'cores'.
vcpus: 9
       ~ warning vcpus: More than the 4 of 'sockets' × 'cores': the VM will not start.
[PENDING]
~~~~~~~~~ error section: Pending changes are not edited as text: set the option itself, or revert the pending change.
memory: 4096`;

const GOLDEN_CONTAINER = `hostname: under_score
          ~~~~~~~~~~~ error value: 'under_score' does not fit 'hostname'. Expected: a DNS name, at most 255 characters.
net0: bridge=vmbr0,ip=10.0.0.300/24
      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ error missing-property: 'net0' needs 'name'.
                      ~~~~~~~~~~~~~ error value: '10.0.0.300/24' does not fit 'ip'. Expected: an IPv4 address with its prefix length ('192.0.2.10/24'), 'dhcp' or 'manual'.
rootfs: size=8G
        ~~~~~~~ error missing-property: 'rootfs' needs 'volume'.
startup: order=x
               ~ error value: 'x' does not fit 'order'. Expected: integer.
features: nesting=1,nesting=1
                    ~~~~~~~~~ error syntax: 'features': duplicate key in comma-separated list property: nesting
[before]
memory: 512
memory: 513
~~~~~~ warning duplicate: 'memory' stands in line 7 already; only this later line counts.
[no spaces]
~~~~~~~~~~~ warning unknown-section: Proxmox VE knows no section 'no spaces' and passes it over.`;
