import { before, beforeEach, describe, it } from 'mocha';
import { strict as assert } from 'node:assert';
import { type InProcess, inProcess } from '../../../../support/in-process.ts';
import { schemaAbsent } from '../../../../support/pve-schema.ts';
import { Transcript } from './transcript.ts';

const QEMU = '/nodes/pve1/qemu';
const VM = `${QEMU}/900`;

describe('a virtual machine', () => {
  let at: InProcess;
  let transcript: Transcript;
  before(() => {
    if (schemaAbsent !== undefined) console.log(`      ${schemaAbsent}`);
  });
  beforeEach(() => {
    at = inProcess({ guests: 12 });
    transcript = new Transcript(at);
  });

  /** The demo draws loads by lot; this one is the same whatever the demo has. */
  const steady = (vmid: number): void => {
    const guest = at.cluster.guests.get(vmid);
    assert.ok(guest);
    guest.load = { cpu: 0.2, memory: 0.5, network: 0.01, disk: 0.01, phase: 0 };
  };
  const volumesOf = (vmid: number): string[] => [...at.cluster.volumes.values()].flatMap((volumes) => [...volumes.keys()]).filter((volid) => volid.includes(`-${vmid}-`)).sort();

  it('lives from its creation to its removal as on a real node', () => {
    transcript.call('POST', QEMU, { vmid: 900, name: 'web', memory: 1024, cores: 2, scsihw: 'virtio-scsi-single', scsi0: 'local-lvm:8,iothread=1', ide2: 'local-lvm:cloudinit', net0: 'virtio,bridge=vmbr0', ipconfig0: 'ip=dhcp', agent: 1 });
    steady(900);
    transcript.call('GET', `${VM}/config`);
    transcript.call('POST', `${VM}/status/start`);
    transcript.call('GET', `${VM}/status/current`, {}, { show: ['status', 'qmpstatus', 'name', 'cpus', 'maxmem', 'maxdisk', 'uptime', 'agent', 'ha', 'running-machine'] });

    transcript.note('what a running VM takes at once and what waits');
    transcript.call('PUT', `${VM}/config`, { memory: 2048, description: 'the new one', net0: 'virtio,bridge=vmbr0,link_down=1' });
    transcript.call('GET', `${VM}/pending`);
    transcript.call('PUT', `${VM}/config`, { revert: 'memory' });
    transcript.call('POST', `${VM}/config`, { cores: 4, background_delay: 5 });
    transcript.call('POST', `${VM}/status/reboot`);
    transcript.call('GET', `${VM}/config`, {}, { show: ['cores', 'memory', 'net0'] });

    transcript.note('disks and snapshots');
    transcript.call('POST', `${VM}/snapshot`, { snapname: 'before', description: 'as delivered' });
    transcript.call('GET', `${VM}/snapshot`);
    transcript.call('PUT', `${VM}/resize`, { disk: 'scsi0', size: '+2G' });
    transcript.call('PUT', `${VM}/resize`, { disk: 'scsi0', size: '1G' });
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', storage: 'ceph', delete: 1 });
    transcript.call('DELETE', `${VM}/snapshot/before`);
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', storage: 'ceph', delete: 1 });
    transcript.call('GET', `${VM}/config`, {}, { show: ['scsi0', 'unused0', 'parent'] });
    transcript.call('GET', `${VM}/feature`, { feature: 'snapshot' });

    transcript.note('a copy, and a move to another node');
    transcript.call('POST', `${VM}/clone`, { newid: 901, name: 'web-copy' });
    transcript.call('GET', `${VM}/migrate`, { target: 'pve2' });
    transcript.call('POST', `${VM}/migrate`, { target: 'pve2' });
    transcript.call('POST', `${VM}/migrate`, { target: 'pve2', online: 1 });
    transcript.call('GET', '/nodes/pve2/qemu/900/status/current', {}, { show: ['status', 'name', 'uptime'] });
    transcript.call('GET', `${VM}/config`);

    transcript.note('the end');
    transcript.call('DELETE', '/nodes/pve2/qemu/900');
    transcript.call('POST', '/nodes/pve2/qemu/900/status/stop');
    transcript.call('DELETE', '/nodes/pve2/qemu/900', { purge: 1 });
    transcript.call('GET', '/nodes/pve2/qemu/900/config');
    transcript.assertAsRecorded('lifecycle');
    assert.deepEqual(volumesOf(900), []);
    assert.deepEqual(volumesOf(901), ['ceph:vm-901-disk-0', 'local-lvm:vm-901-cloudinit']);
  });

  it('takes its local disks along, onto other storages too', () => {
    transcript.call('POST', QEMU, { vmid: 900, scsi0: 'local-lvm:4', scsi1: 'ceph:2', memory: 512 });
    steady(900);
    transcript.call('POST', `${VM}/migrate`, { target: 'pve3' });
    transcript.call('POST', `${VM}/migrate`, { target: 'pve2', targetstorage: 'local-lvm:ceph' });
    transcript.call('GET', '/nodes/pve2/qemu/900/config', {}, { show: ['scsi0', 'scsi1', 'lock'] });
    transcript.call('POST', '/nodes/pve2/qemu/900/move_disk', { disk: 'scsi0', storage: 'local-lvm' });
    transcript.call('POST', '/nodes/pve2/qemu/900/status/start');
    transcript.call('POST', '/nodes/pve2/qemu/900/migrate', { target: 'pve1', online: 1 });
    transcript.call('POST', '/nodes/pve2/qemu/900/migrate', { target: 'pve1', online: 1, 'with-local-disks': 1 });
    transcript.assertAsRecorded('local-disks');
    assert.equal(at.cluster.volumes.get('local-lvm')?.get('local-lvm:vm-900-disk-0')?.node, 'pve1');
  });

  it('hands a disk over to another', () => {
    transcript.call('POST', QEMU, { vmid: 900, scsi0: 'local-lvm:4' });
    transcript.call('POST', QEMU, { vmid: 901 });
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', 'target-vmid': 901, storage: 'ceph' });
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', 'target-vmid': 901, 'target-disk': 'virtio3' });
    transcript.call('GET', `${VM}/config`, {}, { show: ['scsi0', 'boot'] });
    transcript.call('GET', `${QEMU}/901/config`, {}, { show: ['virtio3'] });
    transcript.call('PUT', `${QEMU}/901/unlink`, { idlist: 'virtio3' });
    transcript.call('GET', `${QEMU}/901/config`, {}, { show: ['virtio3', 'unused0'] });
    transcript.call('PUT', `${QEMU}/901/unlink`, { idlist: 'unused0' });
    transcript.assertAsRecorded('hand-over');
    assert.deepEqual([...volumesOf(900), ...volumesOf(901)], []);
  });
});
