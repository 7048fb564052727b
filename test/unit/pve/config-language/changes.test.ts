import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LXC_OPTIONS, type Options, parseGuestConfig, printGuestConfig, QEMU_OPTIONS } from '../../../../src/pve/config/index.ts';
import { configChanges, configText, isUnchanged, pendingOptions } from '../../../../src/pve/config/language/index.ts';

const vm = '#Web\ncores: 2\nmemory: 2048\nname: web\nnet0: virtio=BC:24:11:2E:C5:01,bridge=vmbr0\nonboot: 1\nscsi0: local-lvm:vm-100-disk-0,size=32G\n';
const container = '#Proxy\narch: amd64\nhostname: proxy\nmemory: 512\nostype: debian\nrootfs: local-lvm:vm-101-disk-0,size=8G\nunprivileged: 1\nlxc.cap.drop: sys_admin\n';
const nothing = { set: {}, remove: [], refused: [] };

describe('changes between two configurations', () => {
  it('are the parameters of the API: options to set and to delete', () => {
    const after = vm.replace('cores: 2', 'cores: 4').replace('onboot: 1\n', '').replace('#Web', '#Web\n#second line') + 'agent: 1\n';
    assert.deepEqual(configChanges('qemu', vm, after), { set: { description: 'Web\nsecond line', cores: '4', agent: '1' }, remove: ['onboot'], refused: [] });
  });

  it('delete the notes when their lines are gone', () => {
    assert.deepEqual(configChanges('qemu', vm, vm.replace('#Web\n', '')), { set: {}, remove: ['description'], refused: [] });
    assert.deepEqual(configChanges('lxc', container, container.replace('#Proxy\n', '')), { set: {}, remove: ['description'], refused: [] });
  });

  it('are none when only order, spelling and white space differ', () => {
    const other = 'scsi0:local-lvm:vm-100-disk-0,size=32G\n\nonboot: yes\nname:  web \r\nmemory: 2048\nnet0: virtio=BC:24:11:2E:C5:01,bridge=vmbr0\ncores: 02\n#Web\n';
    assert.deepEqual(configChanges('qemu', vm, other), nothing);
  });

  const refusals: readonly [title: string, kind: 'qemu' | 'lxc', after: string, message: RegExp][] = [
    ['a lock', 'qemu', `${vm}lock: backup\n`, /belongs to the operation/],
    ['the snapshot it descends from', 'qemu', `${vm}parent: before\n`, /kept by Proxmox VE; roll back/],
    ['how it was made', 'qemu', `${vm}meta: creation-qemu=9.0.0,ctime=1700000000\n`, /How the VM was created/],
    ['the flag of templates', 'qemu', `${vm}template: 1\n`, /Convert to Template/],
    ['a disk of another size', 'qemu', vm.replace('32G', '64G'), /Resize Disk/],
    ['a wrong value', 'qemu', vm.replace('cores: 2', 'cores: 0'), /minimum value of 1/],
    ['an unknown option', 'qemu', `${vm}coress: 2\n`, /no option `coress`/],
    ['lines that are no options', 'qemu', `${vm}cores = 2\n`, /`cores = 2` cannot be sent/],
    ['a value that is none', 'qemu', `${vm}agent: \n`, /`agent:` cannot be sent/],
    ['pending changes as text', 'qemu', `${vm}[PENDING]\nmemory: 1024\n`, /revert the pending change/],
    ['a snapshot as text', 'qemu', `${vm}[before]\nmemory: 1024\n`, /snapshot commands/],
    ['raw LXC settings', 'lxc', container.replace('sys_admin', 'mknod'), /edit `\/etc\/pve\/lxc/],
    ['privileges of a container', 'lxc', container.replace('unprivileged: 1', 'unprivileged: 0'), /settled when it is created/],
    ['a container without memory', 'lxc', container.replace('memory: 512\n', ''), /must have `memory`/],
  ];
  for (const [title, kind, after, message] of refusals) {
    it(`refuse ${title}`, () => {
      const { refused, set, remove } = configChanges(kind, kind === 'qemu' ? vm : container, after);
      assert.equal(refused.length, 1, JSON.stringify({ refused, set, remove }));
      assert.match(refused[0]?.message ?? '', message);
    });
  }

  it('lead from the one configuration to the other, and are none for the same', () => {
    const table = { qemu: QEMU_OPTIONS, lxc: LXC_OPTIONS };
    for (const kind of ['qemu', 'lxc'] as const) {
      const scalar = Object.entries(table[kind]).filter(([name, option]) => !name.includes('[') && option.internal !== true && option.properties === undefined && option.pattern === undefined && option.format === undefined && !['lock', 'template', 'unprivileged', 'arch', 'ostype', 'memory', 'args', 'description'].includes(name));
      const values = scalar.map(([name, { type, enum: choices, minimum = 0, maximum = 1000 }]) => {
        const value = choices !== undefined ? fc.constantFrom(...choices) : type === 'boolean' ? fc.constantFrom('0', '1') : type === 'string' ? fc.stringMatching(/^[a-z][a-z0-9 ]{0,8}[a-z0-9]$/) : fc.integer({ min: Math.ceil(minimum), max: maximum }).map(String);
        return [name, fc.option(value, { nil: undefined })] as const;
      });
      const notes = fc.option(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((line) => `${line.replace(/\s/g, '_')}.`), { minLength: 1, maxLength: 3 }), { nil: undefined });
      const config = fc.record(Object.fromEntries(values)).chain((record) => notes.map((lines) => {
        const current: Options = new Map(Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined));
        if (lines !== undefined) current.set('description', lines.join('\n'));
        return current;
      }));
      const print = (current: Options): string => printGuestConfig(kind, { current, pending: new Map(), cloudinit: new Map(), snapshots: new Map() });
      fc.assert(
        fc.property(config, config, (a, b) => {
          const [before, after] = [print(a), print(b)];
          assert.ok(isUnchanged(configChanges(kind, before, before)));
          const { set, remove, refused } = configChanges(kind, before, after);
          assert.deepEqual(refused, []);
          const made = parseGuestConfig(kind, before).config.current;
          for (const [key, value] of Object.entries(set)) made.set(key, value);
          for (const key of remove) made.delete(key);
          assert.equal(print(made), print(parseGuestConfig(kind, after).config.current));
        }),
        { numRuns: 200 },
      );
    }
  });
});

describe("the API's answers as text", () => {
  it('become the file that Proxmox VE would write', () => {
    const answer = { memory: '2048', cores: 2, onboot: 1, name: 'web', description: 'Grüße\n100 %', digest: 'abc', boot: 'order=scsi0' };
    assert.equal(configText('qemu', answer), '#Gr%C3%BC%C3%9Fe\n#100 %25\nboot: order=scsi0\ncores: 2\nmemory: 2048\nname: web\nonboot: 1\n');
    assert.equal(configText('lxc', { hostname: 'a', lxc: [['lxc.cap.drop', 'mknod'], ['lxc.apparmor.profile', 'x']] }), 'hostname: a\nlxc.cap.drop: mknod\nlxc.apparmor.profile: x\n');
  });

  it('tell what waits for the next start', () => {
    assert.deepEqual(pendingOptions([{ key: 'name', value: 'web' }, { key: 'memory', value: '2048', pending: 4096 }, { key: 'net1', value: 'virtio', delete: 1 }, { key: 'balloon', pending: '0' }]), [
      { key: 'balloon', pending: '0', removed: false },
      { key: 'memory', value: '2048', pending: '4096', removed: false },
      { key: 'net1', value: 'virtio', removed: true },
    ]);
  });
});
