import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { hover } from '../../../../src/pve/config/language/index.ts';
import { optionNote } from '../../../../src/pve/config/language/notes/index.ts';
import { LXC_OPTIONS, QEMU_OPTIONS } from '../../../../src/pve/config/index.ts';

describe('hover in a configuration file', () => {
  it('says what an option is, what may stand there and its default', () => {
    assert.deepEqual(hover('qemu', 'bios: ovmf', 0, 2), {
      span: { start: 0, end: 4 },
      text: '**bios**\n\nThe firmware: `seabios` (legacy BIOS) or `ovmf` (UEFI, which also wants an EFI disk `efidisk0`).\n\nOne of: `seabios`, `ovmf`. Default: `seabios`.',
    });
    assert.match(hover('lxc', 'net3: name=eth0', 0, 1)?.text ?? '', /\*\*net3\*\*[^]*`name` \(needed\)/);
  });

  it('says what a key of a property string is', () => {
    const at = hover('qemu', 'scsi0: local-lvm:vm-100-disk-0,iothread=1', 0, 35);
    assert.deepEqual(at?.span, { start: 31, end: 41 });
    assert.match(at.text, /\*\*scsi0\*\* · \*\*iothread\*\*\n\nA thread of its own[^]*`0` or `1`/);
    assert.match(hover('qemu', 'net0: virtio=BC:24:11:2E:C5:01', 0, 20)?.text ?? '', /macaddr/);
  });

  it('says why an option cannot be changed there', () => {
    assert.match(hover('qemu', 'meta: creation-qemu=9.0.0', 0, 0)?.text ?? '', /kept by Proxmox VE/);
  });

  it('has a note for every option', () => {
    const missing = (kind: 'qemu' | 'lxc', names: string[]): string[] => names.filter((name) => optionNote(kind, name) === undefined);
    assert.deepEqual(missing('qemu', Object.keys(QEMU_OPTIONS)), []);
    assert.deepEqual(missing('lxc', Object.keys(LXC_OPTIONS)), []);
  });

  it('is silent where there is nothing to say', () => {
    assert.equal(hover('qemu', '#bios: x', 0, 2), undefined);
    assert.equal(hover('qemu', 'nothing: x', 0, 2), undefined);
    assert.equal(hover('qemu', 'bios: ovmf', 5, 0), undefined);
  });
});
