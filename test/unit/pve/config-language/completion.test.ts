import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { complete, type LiveNames, noLiveNames } from '../../../../src/pve/config/language/index.ts';

const live: LiveNames = {
  ...noLiveNames,
  storages: (content) => Promise.resolve(content === 'images' ? [{ name: 'local-lvm', detail: '42 GiB free' }] : [{ name: 'local' }]),
  volumes: (content) => Promise.resolve(content === 'iso' ? [{ name: 'local:iso/debian-13.iso' }] : []),
  bridges: () => Promise.resolve([{ name: 'vmbr0' }, { name: 'vmbr1' }]),
  tags: () => Promise.resolve([{ name: 'web' }, { name: 'prod' }]),
};

/** Completes at the `|` and shows each proposal as the line it makes. */
async function lines(kind: 'qemu' | 'lxc', marked: string): Promise<string[]> {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  const text = marked.replace('|', '');
  const line = before.length - 1;
  const found = await complete(kind, text, line, before.at(-1)?.length ?? 0, live);
  const current = text.split('\n')[line] ?? '';
  return found.map(({ insert, span }) => current.slice(0, span.start) + insert + current.slice(span.end));
}

describe('completion in a configuration file', () => {
  it('offers options that are not set, and the next free member of a family', async () => {
    const offered = await lines('qemu', 'cores: 2\nnet0: virtio\n|');
    for (const line of ['memory: ', 'net1: ', 'scsi0: ']) assert.ok(offered.includes(line), line);
    for (const line of ['cores: ', 'net0: ', 'meta: ', 'vmstate: ', 'lock: ']) assert.ok(!offered.includes(line), line);
  });

  it('replaces the key alone when there is a value', async () => {
    assert.ok((await lines('lxc', 'mem|: 512')).includes('memory: 512'));
  });

  it('offers the values of enumerations and booleans', async () => {
    assert.deepEqual(await lines('qemu', 'bios: |'), ['bios: seabios', 'bios: ovmf']);
    assert.deepEqual(await lines('qemu', 'onboot:|'), ['onboot: 1', 'onboot: 0']);
    assert.deepEqual(await lines('lxc', 'cmode: sh|'), ['cmode: shell', 'cmode: console', 'cmode: tty']);
  });

  it('offers the keys of a property string that are not given yet', async () => {
    const offered = await lines('qemu', 'net0: virtio=BC:24:11:2E:C5:01,bridge=vmbr0,fire|');
    assert.ok(offered.includes('net0: virtio=BC:24:11:2E:C5:01,bridge=vmbr0,firewall='));
    assert.ok(!offered.some((line) => /bridge=.*bridge=|model=|macaddr=/.test(line)), offered.join('\n'));
  });

  it('offers the values of a key of a property string, with what stands there replaced', async () => {
    assert.deepEqual(await lines('qemu', 'scsi0: local-lvm:vm-100-disk-0,discard=|,size=32G'), [
      'scsi0: local-lvm:vm-100-disk-0,discard=ignore,size=32G',
      'scsi0: local-lvm:vm-100-disk-0,discard=on,size=32G',
    ]);
    assert.ok((await lines('qemu', 'vga: |')).includes('vga: virtio-gl'));
  });

  it('offers what exists: bridges, storages, images, tags', async () => {
    assert.deepEqual(await lines('qemu', 'net0: virtio,bridge=|'), ['net0: virtio,bridge=vmbr0', 'net0: virtio,bridge=vmbr1']);
    assert.deepEqual(await lines('lxc', 'net0: name=eth0,bridge=vm|'), ['net0: name=eth0,bridge=vmbr0', 'net0: name=eth0,bridge=vmbr1']);
    const drive = await lines('qemu', 'ide2: |');
    assert.ok(drive.includes('ide2: local-lvm:') && drive.includes('ide2: none') && drive.includes('ide2: local:iso/debian-13.iso'), drive.join('\n'));
    assert.ok((await lines('lxc', 'mp0: |')).includes('mp0: local:'));
    assert.deepEqual(await lines('qemu', 'tags: web;p|'), ['tags: web;web', 'tags: web;prod']);
  });

  it('offers the devices there are for the boot order', async () => {
    assert.deepEqual(await lines('qemu', 'scsi0: local-lvm:8\nnet0: virtio\nboot: order=scsi0;|'), ['boot: order=scsi0;scsi0', 'boot: order=scsi0;net0']);
  });

  it('stays silent in notes and headers', async () => {
    assert.deepEqual(await lines('qemu', '#mem|'), []);
    assert.deepEqual(await lines('qemu', '[PEND|]'), []);
  });
});
