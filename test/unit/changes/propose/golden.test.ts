import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { Wish } from '../../../../src/changes/door.ts';
import { proposal as schema } from '../../../../src/changes/proposal/proposal.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import { inProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf } from '../in-process-client.ts';

const vm = (vmid: number, node = 'pve1'): Wish['target'] => ({ kind: 'guest', type: 'qemu', vmid, node });
const ct = (vmid: number, node = 'pve1'): Wish['target'] => ({ kind: 'guest', type: 'lxc', vmid, node });
const prices = { currency: 'EUR', cpu: 4, memoryGiB: 2, diskGiB: 0.1 };

const cases: Readonly<Record<string, readonly Wish[]>> = {
  'start-three-guests': [vm(129), vm(132), ct(128, 'pve2')].map((target) => ({ operation: 'guest.start', target })),
  'stop-then-destroy': [{ operation: 'guest.stop', target: vm(130) }, { operation: 'guest.destroy', target: vm(130), parameters: { purge: true } }, { operation: 'guest.reboot', target: ct(131) }],
  'destroy-ha-managed-with-purge': [{ operation: 'guest.shutdown', target: vm(102) }, { operation: 'guest.destroy', target: vm(102), parameters: { purge: true } }],
  'migrate-several': [vm(104), vm(108), ct(105), vm(132)].map((target) => ({ operation: 'guest.migrate', target, parameters: { target: 'pve2' } })),
  'clone-and-start': [{ operation: 'guest.clone', target: vm(9000), parameters: { newid: 300, name: 'fresh', full: true } }, { operation: 'guest.start', target: vm(300) }],
  'create-container': [{ operation: 'guest.create', target: { ...ct(300), name: 'new' } as Wish['target'], parameters: { hostname: 'new', ostemplate: 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', rootfs: 'local-lvm:8', cores: 2, memory: 1024, start: true, password: { $secret: 'ct-300' }, net0: 'name=eth0,bridge=vmbr0,ip=dhcp' } }],
  'resize-and-move-disk': [{ operation: 'guest.resize-disk', target: vm(130), parameters: { disk: 'scsi0', size: '+10G' } }, { operation: 'guest.move-disk', target: vm(130), parameters: { disk: 'scsi0', storage: 'ceph', delete: true } }],
  'roll-back': [{ operation: 'guest.rollback', target: vm(130), parameters: { snapname: 'clean' } }],
  'unprotect': [{ operation: 'guest.configure', target: vm(103, 'pve2'), parameters: { protection: false } }],
  'change-hardware-of-running-vm': [{ operation: 'guest.configure', target: vm(130), parameters: { cores: 4, memory: '8192', scsi1: 'local-lvm:20' } }],
  'reboot-node-after-shutting-guests-down': [{ operation: 'node.stop-all', target: { kind: 'node', node: 'pve2' } }, { operation: 'node.reboot', target: { kind: 'node', node: 'pve2' } }],
  'move-guests-to-pool': [{ operation: 'pool.add-guest', target: { kind: 'pool', pool: 'lab' }, parameters: { vms: '120,136' } }],
  'delete-backup': [{ operation: 'volume.delete', target: { kind: 'volume', volid: 'nas:backup/vzdump-lxc-105-2026_11_20-02_05_00.tar.zst', storage: 'nas', node: 'pve1' } }],
  'download-image': [{ operation: 'storage.download-url', target: { kind: 'storage', storage: 'local', node: 'pve1' }, parameters: { url: 'https://download.example.org/tiny linux.iso', filename: 'tiny linux.iso', content: 'iso' } }],
  'create-container-from-a-template-to-download': [
    { operation: 'storage.download-template', target: { kind: 'storage', storage: 'local', node: 'pve1' }, parameters: { template: 'debian-13-standard_13.6-1_amd64.tar.zst' } },
    { operation: 'guest.create', target: { ...ct(300), name: 'new' } as Wish['target'], parameters: { hostname: 'new', ostemplate: 'local:vztmpl/debian-13-standard_13.6-1_amd64.tar.zst', rootfs: 'local-lvm:8' } },
    { operation: 'volume.delete', target: { kind: 'volume', volid: 'local:vztmpl/debian-13-standard_13.6-1_amd64.tar.zst', storage: 'local', node: 'pve1' } },
  ],
  'convert-to-template': [{ operation: 'guest.template', target: vm(129) }],
};

/** Addresses of network cards follow from the demo cluster's seed and mean nothing to a reader. */
const readable = (text: string): string => text.replace(/BC:24:11(?::[0-9A-F]{2}){3}/gi, '<mac>');

describe('proposals about the demo cluster', () => {
  for (const [name, wishes] of Object.entries(cases)) {
    it(`${name} is as recorded, valid, and survives JSON`, async () => {
      const at = inProcess();
      const made = propose(asking, wishes, await circumstancesOf(at, wishes), prices, '00000000-0000-4000-8000-000000000000');
      assert.deepEqual(schema.parse(made), made);
      assert.deepEqual(schema.parse(JSON.parse(JSON.stringify(made))), made);
      const file = new URL(`golden/${name}.json`, import.meta.url);
      const text = readable(`${JSON.stringify(made, undefined, 2)}\n`);
      if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(file, text);
      assert.equal(text, readFileSync(file, 'utf8'));
    });
  }
});
