import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { pathText } from '../../../../src/terraform/plan/differences.ts';
import { consequencesOf, meaningOf } from '../../../../src/terraform/plan/consequences.ts';
import { differencesOf, kindOf } from '../../../../src/terraform/plan/index.ts';
import { ruleFor } from '../../../../src/terraform/plan/rules/rule.ts';
import { ruleTables } from '../../../../src/terraform/plan/rules/tables.ts';
import { type AttributeSchema, type BlockSchema, loadSnapshot, type TypeSchema } from '../../../../src/terraform/schema/index.ts';

/** Every attribute that can change by itself, nested ones included; `*` for a key of a map. */
function paths({ attributes, blocks }: Pick<BlockSchema, 'attributes' | 'blocks'>, above: readonly string[] = []): (readonly string[])[] {
  const inType = (type: TypeSchema, at: readonly string[]): (readonly string[])[] => {
    if (type.kind === 'object') return [...type.attributes].flatMap(([name, each]) => inType(each.type, [...at, name]));
    if (type.kind === 'list' || type.kind === 'set') return inType(type.element, at);
    if (type.kind === 'map') return type.element.kind === 'object' ? inType(type.element, [...at, '*']) : [at];
    return [at];
  };
  return [
    ...[...attributes].flatMap(([name, { type }]: [string, AttributeSchema]) => inType(type, [...above, name])),
    ...[...blocks].flatMap(([name, { block }]) => paths(block, [...above, name])),
  ];
}

const changing = (type: string, before: Record<string, unknown>, after: Record<string, unknown>, up: boolean | undefined = true): Parameters<typeof meaningOf>[0] =>
  ({ type, kind: kindOf(type), action: 'update', name: 'VM 100', differences: differencesOf({ before, after }), resource: { before, after, up } });

/** What each change means, by its path. */
function meanings(...of: Parameters<typeof changing>): Record<string, string> {
  const about = changing(...of);
  return Object.fromEntries(about.differences.map((difference) => [pathText(difference.path), meaningOf(about, difference).kind]));
}

describe('the rule table of what a change means for a guest', () => {
  it('has a rule for every attribute of the guests in the provider’s schema, and none for what is not there', async () => {
    const { resources } = await loadSnapshot();
    const guests = [...resources.keys()].filter((type) => ['qemu', 'lxc'].includes(kindOf(type))).sort();
    assert.deepEqual(guests, Object.keys(ruleTables).sort());
    for (const type of guests) {
      const all = paths(resources.get(type)!);
      assert.ok(all.length > 20, `${type}: ${all.length} attributes`);
      const table = ruleTables[type]!;
      assert.deepEqual(all.filter((path) => ruleFor(table, path) === undefined).map((path) => path.join('.')), [], `${type} has attributes without a rule`);
      const known = new Set(all.flatMap((path) => path.map((_, index) => path.slice(0, index + 1).join('.'))));
      assert.deepEqual(table.map(([path]) => path).filter((path) => !known.has(path)), [], `${type} has rules for what is not in the schema`);
      assert.deepEqual([...Map.groupBy(table, ([path]) => path)].filter(([, rules]) => rules.length > 1).map(([path]) => path), [], `${type} has two rules for the same`);
    }
  });

  it('takes an attribute of a future provider for a restart, and says why', () => {
    const about = changing('proxmox_virtual_environment_vm', { agent: [], quantum: false }, { agent: [], quantum: true });
    assert.deepEqual(consequencesOf(about).map(({ kind, text }) => [kind, text]), [
      ['restart', 'VM 100 is stopped at once, as if its power failed (its guest agent is not enabled), and started again: what the provider does about quantum is not known here.'],
    ]);
  });

  it('tells disks that can be plugged in while the VM runs from those that cannot', () => {
    const disk = (slot: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({ interface: slot, size: 8, datastore_id: 'local', ...more });
    const type = 'proxmox_virtual_environment_vm';
    const kinds = (before: Record<string, unknown>, after: Record<string, unknown>, up?: boolean): string[] => [...new Set(Object.values(meanings(type, before, after, up)))];
    const [scsi, sata] = [disk('scsi0'), disk('sata0')];
    assert.deepEqual(kinds({ disk: [scsi] }, { disk: [scsi, disk('scsi1')] }), ['nothing']);
    assert.deepEqual(kinds({ disk: [scsi] }, { disk: [scsi, sata] }), ['pending']);
    assert.deepEqual(kinds({ disk: [scsi], hotplug: 'usb' }, { disk: [scsi, disk('scsi1')], hotplug: 'usb' }), ['pending']);
    assert.deepEqual(kinds({ disk: [scsi, sata] }, { disk: [scsi] }), ['disk-lost']);
    assert.deepEqual(kinds({ disk: [scsi, sata], boot_order: ['sata0'] }, { disk: [scsi], boot_order: ['sata0'] }), ['fails']);
    // The order in the code is of no account.
    assert.deepEqual(kinds({ disk: [scsi, sata] }, { disk: [sata, scsi] }), ['nothing']);
    assert.deepEqual(meanings(type, { disk: [scsi] }, { disk: [disk('scsi0', { datastore_id: 'nas', size: 7, cache: 'writeback', speed: [{ read: 5 }] })] }), {
      'disk[0].datastore_id': 'restart', 'disk[0].size': 'fails', 'disk[0].cache': 'pending', 'disk[0].speed[0].read': 'nothing',
    });
    const grown = disk('scsi0', { size: 9 });
    assert.deepEqual([true, false].map((agent) => kinds({ disk: [scsi], hotplug: '0', agent: [{ enabled: agent }] }, { disk: [grown], hotplug: '0', agent: [{ enabled: agent }] })[0]), ['reboot', 'restart']);
    assert.deepEqual(kinds({ disk: [scsi], hotplug: '0' }, { disk: [grown], hotplug: '0' }, false), ['nothing']);
  });

  it('says what the provider refuses where it may not restart the VM', () => {
    const [before, after] = [{ reboot_after_update: false, bios: 'seabios', disk: [{ interface: 'scsi0', size: 8 }] }, { reboot_after_update: false, bios: 'ovmf', disk: [{ interface: 'scsi0', size: 9 }] }];
    const type = 'proxmox_virtual_environment_vm';
    assert.deepEqual(meanings(type, before, after), { bios: 'pending', 'disk[0].size': 'fails' });
    assert.deepEqual(meanings(type, before, { ...after, bios: 'seabios' }), { 'disk[0].size': 'nothing' });
    assert.deepEqual(meanings(type, before, after, false), { bios: 'nothing', 'disk[0].size': 'nothing' });
  });

  it('never restarts the newer VMs, whose changes wait, and tells what they leave alone', () => {
    const [before, after] = [
      { name: 'a', cpu: { cores: 1, limit: 1 }, disk: { scsi0: { size_gb: 8, cache: 'none', datastore_id: 'local' }, scsi1: { size_gb: 1 } }, memory: { size: 512, balloon: 512 }, network: { net0: { bridge: 'vmbr0', model: 'virtio' } } },
      { name: 'b', cpu: { cores: 2, limit: 2 }, disk: { scsi0: { size_gb: 9, cache: 'writeback', datastore_id: 'nas' } }, memory: { size: 1024, balloon: 0 }, network: { net0: { bridge: 'vmbr1', model: 'e1000' } }, delete: { disk: ['scsi2'] } },
    ];
    for (const type of ['proxmox_cloned_vm', 'proxmox_virtual_environment_cloned_vm']) {
      assert.deepEqual(meanings(type, before, after), {
        name: 'nothing', 'cpu.cores': 'pending', 'cpu.limit': 'nothing', 'disk.scsi0.size_gb': 'nothing', 'disk.scsi0.cache': 'pending', 'disk.scsi0.datastore_id': 'fails', 'disk.scsi1.size_gb': 'nothing',
        'memory.size': 'pending', 'memory.balloon': 'pending', 'network.net0.bridge': 'nothing', 'network.net0.model': 'nothing', 'delete.disk[0]': 'disk-lost',
      });
    }
    for (const type of ['proxmox_vm', 'proxmox_virtual_environment_vm2']) {
      assert.deepEqual(meanings(type, { node_name: 'a', vga: { type: 'std' }, cdrom: { ide2: { file_id: 'none' } } }, { node_name: 'b', vga: { type: 'qxl' }, cdrom: { ide2: { file_id: 'cdrom' }, ide3: { file_id: 'none' } } }), {
        node_name: 'fails', 'vga.type': 'pending', 'cdrom.ide2.file_id': 'nothing', 'cdrom.ide3.file_id': 'pending',
      });
    }
    const off = changing('proxmox_cloned_vm', { started: true, stop_on_destroy: false }, { started: false, stop_on_destroy: false });
    assert.deepEqual(consequencesOf(off).map(({ text }) => text), ['VM 100 is shut down: it is to be off.']);
  });
});
