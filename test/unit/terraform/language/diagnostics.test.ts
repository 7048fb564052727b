import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { diagnose } from '../../../../src/terraform/language/index.ts';
import type { TerraformModule } from '../../../../src/terraform/language/index.ts';
import { moduleOf } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';

/** `line code: message → fix | fix`. */
const told = (files: Readonly<Record<string, string>>, file = 'main.tf', more: Partial<TerraformModule> = {}): string[] =>
  diagnose(moduleOf(files, more), `/p/${file}`).map(({ range, code, message, fixes }) => `${String(range.start.line + 1)} ${code}: ${message}${fixes.length === 0 ? '' : ` → ${fixes.map(({ title }) => title).join(' | ')}`}`);

const vm = (body: string, name = 'web') => `resource "${VM}" "${name}" {\n  node_name = "pve1"\n${body.replace(/^/gm, '  ')}\n}\n`;

describe('diagnostics of Terraform code', () => {
  it('find nothing where nothing is wrong', () => {
    assert.deepEqual(told({
      'main.tf': `terraform {\n  required_providers {\n    proxmox = {\n      source = "bpg/proxmox"\n    }\n  }\n}\n\nprovider "proxmox" {\n  endpoint = var.endpoint\n}\n\nvariable "endpoint" {\n  type = string\n}\n\n${vm('vm_id = 200\nbios = "ovmf"\nclone {\n  vm_id = 9000\n}\ncpu {\n  cores = 4\n}\nmemory {\n  dedicated = 2048\n}\ndisk {\n  interface    = "scsi0"\n  datastore_id = "vmdata"\n}\ncdrom {\n  file_id = "local:iso/debian-13.iso"\n}\nnetwork_device {\n  bridge  = "vmbr0"\n  vlan_id = 10\n}')}`,
    }), []);
  });

  it('name what the schema does not allow', () => {
    assert.deepEqual(told({ 'main.tf': `resource "${VM}" "web" {\n  bios = "uefi"\n  nmae = "x"\n  on_boot = "sometimes"\n  ipv4_addresses = []\n  cpu {\n    cores = "many"\n  }\n  cpu {\n  }\n  dsik {\n  }\n}\n` }), [
      '2 wrong-value: bios cannot be "uefi": it is one of ovmf, seabios. → Change to ovmf | Change to seabios',
      '3 unknown-attribute: There is no attribute nmae here. Did you mean name? → Change to name | Remove nmae',
      '4 wrong-type: on_boot has to be true or false.',
      '5 read-only: ipv4_addresses is worked out by the provider and cannot be set. → Remove ipv4_addresses',
      '7 wrong-type: cores has to be a number.',
      '11 unknown-block: There is no block dsik here. Did you mean disk? → Change to disk | Remove dsik',
      '1 missing-attribute: node_name is missing. → Add node_name',
      '9 too-many-blocks: There is a block cpu already. → Remove cpu',
    ]);
  });

  it('compare with the cluster', () => {
    assert.deepEqual(told({ 'main.tf': `resource "${VM}" "web" {\n  node_name = "pve3"\n}\n${vm('vm_id = 100\npool_id = "lvie"\nclone {\n  vm_id = 9001\n}\nmemory {\n  dedicated = 99999999\n}\ndisk {\n  interface = "scsi0"\n  datastore_id = "local"\n}\ncdrom {\n  file_id = "local:iso/debian-12.iso"\n}\nnetwork_device {\n  bridge = "vmbr9"\n}', 'b')}` }), [
      '2 no-such-node: The cluster has no node pve3. Did you mean pve1? → Change to pve1',
      '6 vmid-taken: 100 is the VMID of web on pve1, which this project does not manage. Import it, or take another VMID. → Change to 102, the next free VMID',
      '7 no-such-pool: The cluster has no pool lvie. Did you mean live? → Change to live',
      '9 no-such-template: The cluster has no guest 9001 to clone. → Change to 9000 (debian-13)',
      '12 too-much-memory: 95.4 TiB is more than the node pve1 has: 64 GiB.',
      '16 storage-content: local takes no disks of VMs: its content is iso, vztmpl, snippets, import. → Change to vmdata | Change to ceph',
      '19 no-such-file: The storage local holds no iso/debian-12.iso. Did you mean local:iso/debian-13.iso? → Change to local:iso/debian-13.iso',
      '22 no-such-bridge: The node pve1 has no bridge vmbr9. Did you mean vmbr0? → Change to vmbr0',
    ]);
  });
});
