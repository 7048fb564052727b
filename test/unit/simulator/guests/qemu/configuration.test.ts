import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { printGuestConfig } from '../../../../../src/pve/config/index.ts';
import { type InProcess, inProcess } from '../../../../support/in-process.ts';
import { Transcript } from './transcript.ts';

const QEMU = '/nodes/pve1/qemu';
const VM = `${QEMU}/900`;

describe("a virtual machine's configuration", () => {
  let at: InProcess;
  let transcript: Transcript;
  beforeEach(() => {
    at = inProcess({ guests: 12 });
    transcript = new Transcript(at);
  });
  const create = (options: Record<string, string | number>): void => {
    at.call('POST', QEMU, { vmid: 900, name: 'web', ...options });
    // The creation ends, then the start that it asked for.
    for (let step = 0; step < 2; step++) {
      at.clock.advance(60_000);
      at.call('GET', '/version');
    }
    if (options['start'] === 1) assert.equal(at.cluster.guests.get(900)?.power, 'running');
  };

  it('is checked before anything is made of it', () => {
    transcript.call('POST', QEMU, { vmid: 900, name: 'bad name', memory: 'x', scsi0: 'local-lvm:1,foo=1', ostype: 'dos', frobnicate: 1 });
    transcript.call('POST', QEMU, { vmid: 100 });
    transcript.call('POST', QEMU, { vmid: 900, force: 1 });
    transcript.call('POST', QEMU, { vmid: 900, scsi0: 'nowhere:3' });
    transcript.call('POST', QEMU, { vmid: 900, scsi0: 'nas:3' });
    transcript.call('POST', QEMU, { vmid: 900, scsi0: 'nas:iso/none.iso' });
    transcript.call('POST', QEMU, { vmid: 900, scsi0: 'ceph:2', ide2: 'nas:iso/none.iso,media=cdrom' });
    transcript.assertAsRecorded('creation-refused');
    assert.equal(at.cluster.guests.has(900), false);
    assert.ok(![...(at.cluster.volumes.get('ceph')?.keys() ?? [])].some((volid) => volid.includes('-900-')), 'what was made before the failure is gone again');
  });

  it('gets what Proxmox adds by itself', () => {
    transcript.call('POST', QEMU, {
      vmid: 900, scsi0: 'ceph:0,import-from=ceph:vm-100-disk-0', ide0: 'local-lvm:cloudinit', efidisk0: 'ceph:1,efitype=4m', tpmstate0: 'ceph:1,version=v2.0', ostype: 'win11', machine: 'q35', bios: 'ovmf', 'ha-managed': 1,
    });
    transcript.call('GET', `${VM}/config`);
    transcript.assertAsRecorded('creation');
  });

  it('changes at once while the VM is off, and refuses what contradicts itself', () => {
    create({ memory: 512 });
    transcript.call('PUT', `${VM}/config`, { memory: 1024, delete: 'memory' });
    transcript.call('PUT', `${VM}/config`);
    transcript.call('PUT', `${VM}/config`, { force: 1 });
    transcript.call('PUT', `${VM}/config`, { delete: 'foo' });
    transcript.call('PUT', `${VM}/config`, { balloon: 5120 });
    transcript.call('PUT', `${VM}/config`, { boot: 'order=scsi9' });
    transcript.call('POST', `${VM}/config`, { scsi0: 'ceph:1', cdrom: 'none', delete: 'cores', tags: 'B;a;b' });
    transcript.call('POST', `${VM}/config`, { boot: 'order=scsi9', background_delay: 3 });
    transcript.call('GET', `${VM}/config`);
    transcript.call('GET', `${VM}/config`, { snapshot: 'none' });
    transcript.assertAsRecorded('changes-off');
  });

  it('changes a running VM where it can, and keeps the rest for the next start', () => {
    create({ scsi0: 'local-lvm:8', memory: 1024, start: 1 });
    transcript.call('PUT', `${VM}/config`, { scsi1: 'local-lvm:2', sata0: 'local-lvm:1', bios: 'ovmf', cpulimit: 1.5, description: 'x' });
    transcript.call('GET', `${VM}/pending`);
    transcript.call('PUT', `${VM}/config`, { delete: 'scsi1,memory,sata0' });
    transcript.call('GET', `${VM}/pending`);
    transcript.call('PUT', `${VM}/config`, { revert: 'memory' });
    transcript.call('POST', `${VM}/status/stop`);
    transcript.call('GET', `${VM}/config`);
    transcript.assertAsRecorded('changes-running');
    assert.doesNotMatch(printGuestConfig('qemu', at.cluster.guests.get(900)?.config ?? assert.fail()), /PENDING/);
  });

  it('tells what the cloud-init drive was made with and what has changed since', () => {
    create({ scsi0: 'ceph:4', ide2: 'ceph:cloudinit', net0: 'virtio,bridge=vmbr0', ipconfig0: 'ip=10.0.0.5/24,gw=10.0.0.1', ciuser: 'me', cipassword: 'secret', sshkeys: 'ssh-ed25519%20AAAA%20me', start: 1 });
    transcript.call('GET', `${VM}/config`, {}, { show: ['cipassword', 'ciuser'] });
    transcript.call('PUT', `${VM}/config`, { ciuser: 'you', searchdomain: 'example.net', delete: 'sshkeys' });
    transcript.call('GET', `${VM}/cloudinit`);
    transcript.call('PUT', `${VM}/cloudinit`);
    transcript.call('GET', `${VM}/cloudinit`);
    transcript.call('GET', `${VM}/cloudinit/dump`, { type: 'network' });
    transcript.call('GET', `${VM}/cloudinit/dump`, { type: 'user' }, { user: 'carol@pve' });
    transcript.assertAsRecorded('cloudinit');
  });
});

describe('the power of a virtual machine', () => {
  it('goes through every state', () => {
    const at = inProcess({ guests: 12 });
    const transcript = new Transcript(at);
    const state = (): unknown => transcript.call('GET', `${VM}/status/current`, {}, { show: ['status', 'qmpstatus', 'lock'] });
    at.call('POST', QEMU, { vmid: 900, name: 'web', scsi0: 'local-lvm:8', memory: 1024 });
    at.clock.advance(60_000);
    transcript.call('POST', `${VM}/status/reboot`);
    transcript.call('POST', `${VM}/status/start`);
    transcript.call('POST', `${VM}/status/start`);
    transcript.call('POST', `${VM}/status/suspend`);
    state();
    transcript.call('POST', `${VM}/status/shutdown`);
    transcript.call('POST', `${VM}/status/resume`);
    const guest = at.cluster.guests.get(900) ?? assert.fail();
    guest.load = { cpu: 0.2, memory: 0.5, network: 0.01, disk: 0.01, phase: 0 };
    transcript.call('POST', `${VM}/snapshot`, { snapname: 'warm', vmstate: 1 });
    transcript.call('PUT', `${VM}/config`, { name: 'changed' });
    transcript.call('POST', `${VM}/status/suspend`, { todisk: 1 });
    state();
    transcript.call('PUT', `${VM}/config`, { name: 'changed' });
    transcript.call('POST', `${VM}/status/start`);
    state();
    transcript.call('POST', `${VM}/status/shutdown`, { timeout: 30 });
    transcript.call('POST', `${VM}/snapshot/warm/rollback`);
    state();
    transcript.call('GET', `${VM}/config`, {}, { show: ['name', 'parent'] });
    transcript.call('POST', `${VM}/status/stop`);
    transcript.call('DELETE', VM);
    transcript.assertAsRecorded('power');
    assert.ok(![...(at.cluster.volumes.get('local-lvm')?.keys() ?? [])].some((volid) => volid.includes('-900-')), 'the saved memory goes with the VM');
  });
});
