import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { isProven, proofLines, proofTotal } from '../../../src/cli/proof-lines.ts';
import { explain, type ImportReport, type NotCollected, residueOf } from '../../../src/terraform/index.ts';

describe('the lines of an import’s proof', () => {
  const address = (name: string): string => `proxmox_virtual_environment_vm.${name}`;
  const guest = (vmid: number): Parameters<typeof proofLines>[0][number] => ({ kind: 'qemu', vmid, node: 'pve1', running: true, config: {} });
  const project: Parameters<typeof proofLines>[1] = { files: new Map(), addresses: new Map([['qemu/100', address('a')], ['qemu/102', address('c')]]), notManaged: [], slow: [] };
  const values = { vm_id: 100, node_name: 'pve1', started: true, name: 'a', description: 'x', cpu: [{ cores: 1 }], smbios: [{ serial: '1' }] };
  const json = JSON.stringify({
    format_version: '1.2',
    resource_changes: [{ address: address('a'), type: 'proxmox_virtual_environment_vm', change: { actions: ['update'], before: values, after: { ...values, description: 'y', cpu: [{ cores: 2 }], smbios: [{ serial: '2' }] } } }],
  });
  const report: ImportReport = {
    summary: { import: 2, add: 0, change: 1, remove: 0 }, residue: explain(residueOf(json), project), slow: [], warnings: [],
    notManaged: [{ address: address('c'), vmid: 102, what: 'unused0', kind: 'option', why: '' }, { address: address('c'), vmid: 102, what: 'lxc lxc.apparmor.profile', kind: 'option', why: '' }],
  };
  const left = (vmid: number, why: string, unreadable?: string): NotCollected => ({ kind: 'qemu', id: `qemu/${vmid}`, vmid, name: 'x', node: 'pve1', why, unreadable });

  it('say for each guest what is left, and what applying that would do', () => {
    const lines = proofLines([guest(100), guest(102)], project, report, [left(101, 'Two\nlines.'), left(103, 'It cannot be read.', 'trunks of net3')]);
    assert.deepEqual(lines.map(({ text }) => text), [
      '100 qemu residue description,cpu[0].cores:restart,smbios[0].serial:pending',
      '101 qemu unread Two\\nlines.',
      '102 qemu empty|unsupported unused0,lxc_lxc.apparmor.profile',
      '103 qemu unread It cannot be read.',
    ]);
  });

  it('count what the provider cannot read apart, by cause, and everything else as not empty', () => {
    const unreadable = [left(103, 'It cannot be read.', 'trunks of net3'), left(104, 'It cannot be read.', 'trunks of net0')];
    const clean = { ...report, residue: [] };
    const proven = proofLines([guest(102)], project, clean, unreadable);
    assert.equal(isProven(proven), true);
    assert.deepEqual(proofTotal(proven, clean, 'terraform 1', 2).slice(0, 2), [
      'total 3 guests, 1 of the 1 that the provider can read with an empty plan (100.0 %), 2 that it cannot read; 2 to import, 0 to add, 1 to change, 0 to destroy; terraform 1, 2.0 s',
      'unreadable for the provider in 2 guests: trunks of net[n]',
    ]);
    assert.equal(isProven(proofLines([guest(102)], project, clean, [left(101, 'The node is off.')])), false, 'it could have been read');
    assert.equal(isProven(proofLines([guest(100), guest(102)], project, report, [])), false, 'there is residue');
  });
});
