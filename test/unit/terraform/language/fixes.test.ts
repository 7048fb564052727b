import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { diagnose, fixEdits, type TerraformDiagnostic, type TextEdit } from '../../../../src/terraform/language/index.ts';
import { moduleOf } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const vm = (body: string, name = 'web'): string => `resource "${VM}" "${name}" {\n  node_name = "pve1"\n${body.replace(/^(?=.)/gm, '  ')}\n}\n`;
const disk = 'disk {\n  interface = "scsi0"\n  datastore_id = "vmdata"\n}';

interface Case {
  readonly code: string;
  readonly text: string;
  /** Titles of all fixes. */
  readonly fixes: readonly string[];
  readonly more?: Readonly<Record<string, string>>;
}

/** For every kind of finding that can be mended. */
const cases: readonly Case[] = [
  { code: 'unknown-block', text: 'reource "x" "y" {\n}\n', fixes: ['Change to resource'] },
  { code: 'unknown-block', text: vm('dsik {\n  interface = "scsi0"\n  datastore_id = "vmdata"\n}'), fixes: ['Change to disk', 'Remove dsik'] },
  { code: 'unknown-block', text: vm('nothing_like_it {\n}'), fixes: ['Remove nothing_like_it'] },
  { code: 'unknown-type', text: `resource "${VM}x" "a" {\n  node_name = "pve1"\n}\n`, fixes: [`Change to ${VM}`] },
  { code: 'unknown-type', text: 'data "proxmox_versionn" "a" {\n}\n', fixes: ['Change to proxmox_version'] },
  { code: 'deprecated', text: 'resource "proxmox_virtual_environment_network_linux_bridge" "a" {\n  node_name = "pve1"\n  name = "vmbr7"\n}\n', fixes: ['Change to proxmox_network_linux_bridge and say that it moved'] },
  {
    code: 'deprecated', text: 'resource "proxmox_virtual_environment_network_linux_bridge" "a" {\n  node_name = "pve1"\n  name = "vmbr7"\n}\n\noutput "x" {\n  value = proxmox_virtual_environment_network_linux_bridge.a.id\n}\n',
    more: { 'other.tf': 'locals {\n  a = "${proxmox_virtual_environment_network_linux_bridge.a.name}-x"\n}\n' }, fixes: ['Change to proxmox_network_linux_bridge and say that it moved'],
  },
  { code: 'deprecated', text: vm('timeout_move_disk = 60'), fixes: ['Remove timeout_move_disk'] },
  { code: 'deprecated', text: vm('cdrom { enabled = true }'), fixes: ['Remove enabled'] },
  { code: 'deprecated', text: 'resource "proxmox_virtual_environment_container" "a" {\n  node_name = "pve1"\n  initialization {\n    dns {\n      server = "1.1.1.1"\n    }\n  }\n}\n', fixes: ['Change to servers'] },
  { code: 'deprecated', text: 'resource "proxmox_virtual_environment_container" "a" {\n  node_name = "pve1"\n  initialization {\n    dns {\n      server = "1.1.1.1"\n      servers = ["1.1.1.1"]\n    }\n  }\n}\n', fixes: ['Remove server'] },
  { code: 'deprecated', text: 'resource "proxmox_virtual_environment_group" "a" {\n  group_id = "a"\n  acl {\n    path = "/"\n    role_id = "x"\n  }\n}\n', fixes: [] },
  { code: 'duplicate-attribute', text: vm('name = "a"\nname = "b"'), fixes: ['Remove name'] },
  { code: 'unknown-attribute', text: vm('nmae = "a"'), fixes: ['Change to name', 'Remove nmae'] },
  { code: 'unknown-attribute', text: vm('cpu { zzzzzz = 2 }'), fixes: ['Remove zzzzzz'] },
  { code: 'unknown-attribute', text: vm('name = "a"\nnmae = "b"'), fixes: ['Remove nmae'] },
  { code: 'block-expected', text: vm('cpu = {\n  cores = 2\n}'), fixes: ['Write cpu as a block'] },
  { code: 'attribute-expected', text: 'resource "proxmox_virtual_environment_cloned_vm" "a" {\n  node_name = "pve1"\n  clone {\n    source_vm_id = 9000\n  }\n}\n', fixes: ['Write clone as an attribute'] },
  { code: 'read-only', text: vm('ipv4_addresses = []'), fixes: ['Remove ipv4_addresses'] },
  { code: 'wrong-type', text: vm('tags = "a"'), fixes: ['Put into a list'] },
  { code: 'wrong-type', text: vm('on_boot = "yes"'), fixes: ['Change to true'] },
  { code: 'wrong-value', text: vm('bios = "uefi"'), fixes: ['Change to ovmf', 'Change to seabios'] },
  { code: 'out-of-range', text: vm('cpu {\n  cores = 0\n}'), fixes: ['Change to 1'] },
  { code: 'missing-attribute', text: `resource "${VM}" "a" {\n}\n`, fixes: ['Add node_name'] },
  { code: 'missing-attribute', text: `resource "${VM}" "a" {}\n`, fixes: ['Add node_name'] },
  { code: 'missing-attribute', text: vm('disk {\n  datastore_id = "vmdata"\n}'), fixes: ['Add interface'] },
  { code: 'missing-attribute', text: 'resource "proxmox_virtual_environment_network_linux_vlan" "a" {\n}\n', fixes: ['Add name, node_name', 'Add name', 'Add node_name'] },
  { code: 'missing-block', text: 'check "a" {\n}\n', fixes: ['Add assert'] },
  { code: 'too-many-blocks', text: vm('cpu {\n}\ncpu {\n}'), fixes: ['Remove cpu'] },
  { code: 'undeclared', text: 'output "a" {\n  value = var.nod\n}\n', more: { 'variables.tf': 'variable "node" {}\n' }, fixes: ['Change to node'] },
  { code: 'duplicate-vmid', text: vm('vm_id = 300'), more: { 'other.tf': vm('vm_id = 300', 'other') }, fixes: ['Change to 102, the next free VMID'] },
  { code: 'vmid-taken', text: vm('vm_id = 100'), fixes: ['Change to 102, the next free VMID'] },
  { code: 'no-such-node', text: vm('').replace('pve1', 'pve11'), fixes: ['Change to pve1'] },
  { code: 'no-such-storage', text: vm(disk.replace('vmdata', 'vmdat')), fixes: ['Change to vmdata'] },
  { code: 'storage-not-on-node', text: vm(disk).replace('pve1', 'pve2'), fixes: ['Change to ceph'] },
  { code: 'storage-content', text: vm(disk.replace('vmdata', 'local')), fixes: ['Change to vmdata', 'Change to ceph'] },
  { code: 'no-such-file', text: vm('cdrom {\n  file_id = "local:iso/debian-12.iso"\n}'), fixes: ['Change to local:iso/debian-13.iso'] },
  { code: 'no-such-storage', text: vm('cdrom {\n  file_id = "loca:iso/debian-13.iso"\n}'), fixes: ['Change to local:iso/debian-13.iso'] },
  { code: 'no-such-bridge', text: vm('network_device {\n  bridge = "vmbr9"\n}'), fixes: ['Change to vmbr0'] },
  { code: 'no-such-pool', text: vm('pool_id = "lvie"'), fixes: ['Change to live'] },
  { code: 'no-such-template', text: vm('clone {\n  vm_id = 9001\n}'), fixes: ['Change to 9000 (debian-13)'] },
  { code: 'no-such-template', text: vm('clone {\n  vm_id = 101\n}'), fixes: ['Change to 9000 (debian-13)'] },
  { code: 'too-many-cores', text: vm('cpu {\n  cores = 17\n}'), fixes: ['Change to 16'] },
];

function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: TextEdit['range']['start']): number => Math.min(text.length, lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character);
  return edits.toSorted((a, b) => offset(b.range.start) - offset(a.range.start)).reduce((result, { range, text: put }) => result.slice(0, offset(range.start)) + put + result.slice(offset(range.end)), text);
}

describe('quick fixes', () => {
  for (const [index, { code, text, fixes, more = {} }] of cases.entries()) {
    for (const ending of ['\n', '']) {
      it(`mend ${code} (${String(index + 1)}${ending === '' ? ', at the end of a file without a line break' : ''}), and break nothing`, () => {
        const files: Record<string, string> = { ...more, 'main.tf': ending === '' ? text.trimEnd() : text };
        const all = (of: Record<string, string>): (TerraformDiagnostic & { readonly file: string })[] => Object.keys(of).flatMap((name) => diagnose(moduleOf(of), `/p/${name}`).map((one) => ({ ...one, file: name })));
        const key = ({ file, code: its, message }: ReturnType<typeof all>[number]): string => `${file} ${its}: ${message}`;
        const terraform = moduleOf(files);
        const before = all(files);
        const found = before.find((one) => one.file === 'main.tf' && one.code === code);
        assert.ok(found, `there is no ${code} among ${before.map(key).join('\n')}`);
        assert.deepEqual(found.fixes.map(({ title }) => title), fixes);
        for (const fix of found.fixes) {
          const edits = fixEdits(terraform.module, '/p/main.tf', fix);
          const changed = Object.fromEntries(Object.entries(files).map(([name, was]) => [name, applied(was, edits.filter(({ file }) => file === `/p/${name}`))]));
          const left = all(changed);
          const come: typeof left = left.filter((one) => !before.some((other) => key(other) === key(one)));
          // Of several things that are missing, one that is added leaves the others.
          const fewer: typeof come = come.filter((one) => code === 'missing-attribute' && one.code === code && one.message.length < found.message.length);
          assert.deepEqual(come.filter((one) => !fewer.includes(one)).map(key), [], `${fix.title}:\n${JSON.stringify(changed)}`);
          assert.ok(left.filter((one) => key(one) === key(found)).length < before.filter((one) => key(one) === key(found)).length, `${fix.title} leaves it:\n${JSON.stringify(changed)}`);
        }
      });
    }
  }

  it('take away what is wrong, and leave what stands beside it', () => {
    const after = (text: string): string => {
      const [finding] = diagnose(moduleOf({ 'main.tf': text }), '/p/main.tf');
      const fix = finding?.fixes.find(({ title }) => title.startsWith('Remove'));
      return applied(text, fix?.edits ?? []);
    };
    assert.equal(after(vm('cdrom { enabled = true }\nname = "a"')), vm('cdrom {  }\nname = "a"'));
    assert.equal(after(vm('cpu {\n  zzzzzz = 2\n  cores = 2\n}')), vm('cpu {\n  cores = 2\n}'));
    assert.equal(after(vm('cpu {\n  cores = 2\n}\nzzzzzz {\n}')), vm('cpu {\n  cores = 2\n}'));
  });
});
