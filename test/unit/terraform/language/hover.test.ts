import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { hover } from '../../../../src/terraform/language/index.ts';
import { markedModule } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';

function told(body: string): string | undefined {
  const { terraform, file, position } = markedModule({ 'main.tf': body.startsWith('resource') ? body : `resource "${VM}" "web" {\n  node_name = "pve1"\n  ${body}\n}\n` });
  return hover(terraform, file, position)?.markdown;
}

describe('hovers over Terraform code', () => {
  it('tell what the schema says of attributes, blocks and types', () => {
    assert.equal(told('bi‸os = "ovmf"'), '**bios** — string, optional\n\nOne of `ovmf`, `seabios`.');
    assert.match(told('cp‸u {\n  }') ?? '', /^\*\*cpu\*\* — block, at most 1/);
    assert.match(told('cpu {\n    co‸res = 2\n  }') ?? '', /^\*\*cores\*\* — number, optional/);
    assert.match(told('resource "proxmox_virtual_environment_down‸load_file" "x" {\n}\n') ?? '', /Deprecated\. Use `proxmox_download_file`\./);
  });

  it('tell what the cluster knows of what a value names', () => {
    assert.equal(told(`resource "${VM}" "web" {\n  node_name = "pv‸e1"\n}\n`), '**Node pve1** — online\n\n40 of 64 GiB memory free, 16 cores\n\n2 guests, 1 running');
    assert.equal(told('clone {\n    vm_id = 90‸00\n  }'), '**9000 debian-13** — template on pve1, stopped\n\n2 cores, 2 GiB memory');
    assert.equal(told('disk {\n    datastore_id = "vm‸data"\n  }'), '**Storage vmdata** — local, on pve1\n\nContent: images, rootdir\n\npve1: 500 of 900 GiB free');
    assert.equal(told('network_device {\n    bridge = "vm‸br0"\n  }'), '**Bridge vmbr0** — on pve1, pve2\n\nVLANs: 10, 20');
    assert.equal(told('cdrom {\n    file_id = "local:iso/deb‸ian-13.iso"\n  }'), '**local:iso/debian-13.iso** — iso, 700 MiB');
    assert.equal(told(`resource "${VM}" "we‸b" {\n  vm_id = 100\n}\n`), '**100 web** — VM on pve1, running\n\n2 cores, 4 GiB memory, pool live');
  });

  it('tell what a variable or a local comes to, and what the cluster knows of that', () => {
    const hovered = (text: string): string | undefined => {
      const { terraform, file, position } = markedModule({
        'main.tf': text, 'locals.tf': 'locals {\n  place = "pve${local.n}"\n  n = 1\n}\n', 'terraform.tfvars': 'pool = "live"\npass = "x"\n',
        'variables.tf': 'provider "proxmox" {}\nvariable "pool" {\n  type = string\n  description = "Of all"\n}\nvariable "cores" {\n  default = 2\n}\nvariable "pass" {\n  sensitive = true\n}\n',
      });
      return hover(terraform, file, position)?.markdown;
    };
    assert.match(hovered(`# first\n\nlocals {}\n\nresource "${VM}" "web" {\n  node_name = local.pl‸ace\n}\n`) ?? '', /^\*\*local\.place\*\*\n\nValue: "pve1", from locals\.tf\n\n\*\*Node pve1\*\* — online/);
    assert.match(hovered(`resource "${VM}" "web" {\n  pool_id = var.po‸ol\n}\n`) ?? '', /^\*\*var\.pool\*\* — string, required\n\nOf all\n\nValue: "live", from terraform\.tfvars\n\n\*\*Pool live\*\*/);
    assert.equal(hovered('output "x" {\n  value = "${var.cor‸es} cores"\n}\n'), '**var.cores** — optional\n\nValue: 2');
    assert.equal(hovered('output "x" {\n  value = var.pa‸ss\n}\n'), '**var.pass** — required, sensitive');
    assert.equal(hovered('output "x" {\n  value = var.noth‸ing\n}\n'), undefined);
  });

  it('say nothing where nothing is known', () => {
    assert.equal(told('name = "x‸"'), undefined);
    assert.equal(told('vm_id = va‸r.id'), undefined);
    assert.equal(told('bridg‸e = 1'), undefined);
  });
});
