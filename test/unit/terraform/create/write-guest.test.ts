import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { check, type CreateAnswers, type Given, type GuestType, valuesOf } from '../../../../src/changes/create/index.ts';
import { type WriteOptions, writeGuest, type WrittenGuest } from '../../../../src/terraform/index.ts';
import { cluster, key, pve1 } from '../../changes/create/facts.ts';

const empty: WriteOptions = { taken: new Set(), variables: new Set(), pools: new Map(), downloads: new Map(), appliance: () => undefined };

function answersOf(type: GuestType, given: Given): CreateAnswers {
  const { answers, messages } = check(type, valuesOf(type, given, cluster, pve1), cluster, pve1, { $secret: 'the-reference' });
  assert.ok(answers, JSON.stringify(messages));
  return answers;
}
const written = (type: GuestType, given: Given, options: Partial<WriteOptions> = {}): WrittenGuest => writeGuest(answersOf(type, given), { ...empty, ...options });

describe('A new guest as Terraform', () => {
  it('a container of two answers, whose password only a variable has', () => {
    const { address, text, variables, notes } = written('lxc', { name: 'web-1', password: 'geheim!' });
    assert.deepEqual([address, variables.map(({ name }) => name), notes], ['proxmox_virtual_environment_container.web-1', ['web_1_password'], []]);
    assert.equal(text, `variable "web_1_password" {
  # Its value is not kept here: set the environment variable TF_VAR_web_1_password
  description = "Password of root in container 101 (web-1)"
  type        = string
  sensitive   = true
}

resource "proxmox_virtual_environment_container" "web-1" {
  node_name     = "pve1"
  vm_id         = 101
  started       = true
  start_on_boot = false
  unprivileged  = true

  operating_system {
    template_file_id = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"
    type             = "debian"
  }

  cpu {
    cores = 1
  }

  memory {
    dedicated = 512
    swap      = 512
  }

  disk {
    datastore_id = "fast"
    size         = 8
  }

  features {
    nesting = true
  }

  network_interface {
    name     = "eth0"
    bridge   = "vmbr0"
    firewall = true
  }

  initialization {
    hostname = "web-1"

    ip_config {
      ipv4 {
        address = "dhcp"
      }
    }

    user_account {
      password = var.web_1_password
    }
  }
}
`);
  });

  it('a template that is downloaded first is a resource that the container refers to, and so is a pool the project has', () => {
    const { text } = written('lxc', { name: 'db', sshKeys: key, template: '+debian-13-standard_13.6-1_amd64.tar.zst', pool: 'lab' }, {
      pools: new Map([['lab', 'proxmox_virtual_environment_pool.lab']]),
      appliance: () => ({ url: 'http://example.org/debian.tar.zst', sha512: 'abc' }),
    });
    assert.match(text, /resource "proxmox_download_file" "debian-13-standard" \{[^}]*url {16}= "http:\/\/example\.org\/debian\.tar\.zst"[^}]*checksum {11}= "abc"/);
    assert.match(text, /template_file_id = proxmox_download_file\.debian-13-standard\.id/);
    assert.match(text, /pool_id {7}= proxmox_virtual_environment_pool\.lab\.pool_id/);
  });

  it('a template that the project downloads already is downloaded once', () => {
    const { text } = written('lxc', { name: 'db', sshKeys: key, template: '+debian-13-standard_13.6-1_amd64.tar.zst', templateStorage: 'local' }, {
      downloads: new Map([['pve1 local:vztmpl/debian-13-standard_13.6-1_amd64.tar.zst', 'proxmox_download_file.debian']]),
      appliance: () => ({ url: 'http://example.org/debian.tar.zst' }),
    });
    assert.doesNotMatch(text, /resource "proxmox_download_file"/);
    assert.match(text, /template_file_id = proxmox_download_file\.debian\.id\n {4}type {13}= "debian"/);
  });

  it('takes no label and no variable that the project has, and keeps what is typed out of templates and comments', () => {
    const { address, variables, text } = written('lxc', { name: 'web-1', password: 'geheim!', description: '${file("/etc/passwd")}\n*/ "' }, {
      taken: new Set(['proxmox_virtual_environment_container.web-1', 'proxmox_virtual_environment_vm.db']), variables: new Set(['web_1_ct101_password']),
    });
    assert.deepEqual([address, variables[0]?.name], ['proxmox_virtual_environment_container.web-1_ct101', 'web_1_ct101_password_101']);
    assert.match(text, /description {3}= "\$\$\{file\(\\"\/etc\/passwd\\"\)\}\\n\*\/ \\""/);
  });

  it('says what Terraform makes otherwise', () => {
    assert.deepEqual(written('lxc', { name: 'a', sshKeys: key, size: '12.5' }).notes, ['Terraform takes whole GiB: the disk has 13 GiB instead of 12.5.']);
    assert.deepEqual(written('lxc', { name: 'a', sshKeys: key, template: '+debian-13-standard_13.6-1_amd64.tar.zst' }).notes, ['The index of templates does not say where debian-13-standard_13.6-1_amd64.tar.zst comes from: download it to local before you apply.']);
    const answers = answersOf('lxc', { name: 'a', sshKeys: key });
    assert.ok(answers.type === 'lxc');
    assert.match(writeGuest({ ...answers, template: { volid: 'local:vztmpl/my-own.tar.gz' } }, empty).notes.join(), /my-own\.tar\.gz does not tell its distribution/);
  });
});
