import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type ConfigKind, emptyGuestConfig, type GuestConfig, type Options, parseGuestConfig, parseRawLines, printGuestConfig, printRawLines, typedOptions } from '../../../../src/pve/config/index.ts';

/** Reads a file that must be without fault. */
function read(kind: ConfigKind, text: string): GuestConfig {
  const { config, problems } = parseGuestConfig(kind, text);
  assert.deepEqual(problems, []);
  return config;
}

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');

describe("a VM's configuration file", () => {
  const file = lines(
    '## Web server', '#', '#owner%3A ops, 100%25 %E2%80%94', 'agent: 1', 'boot: order=scsi0;net0', 'cores: 4', 'memory: 4096', 'name: web01',
    'net0: virtio=BC:24:11:2E:C5:01,bridge=vmbr0', 'parent: s1', 'scsi0: local-lvm:vm-100-disk-0,size=32G', '', '[PENDING]', 'cores: 8', 'delete: cpulimit,!agent', '',
    '[special:cloudinit]', 'name: old', '', '[special:fleecing]', 'fleecing-images: local-lvm:vm-100-fleece-0', '', '[s1]', '#before', 'cores: 2', 'snaptime: 1738000000',
  );

  it('may say that the VM boots from nothing', () => {
    const config = read('qemu', 'boot:  \n');
    assert.equal(config.current.get('boot'), ' ');
    assert.equal(printGuestConfig('qemu', config), 'boot:  \n');
  });

  it('is read section by section', () => {
    const config = read('qemu', file);
    assert.equal(config.current.get('description'), '# Web server\n\nowner: ops, 100% —');
    assert.equal(config.current.get('scsi0'), 'local-lvm:vm-100-disk-0,size=32G');
    assert.deepEqual([...config.pending], [['cores', '8'], ['delete', 'cpulimit,!agent']]);
    assert.deepEqual([...config.cloudinit], [['name', 'old']]);
    assert.deepEqual([...(config.fleecing ?? [])], [['fleecing-images', 'local-lvm:vm-100-fleece-0']]);
    assert.deepEqual([...(config.snapshots.get('s1') ?? [])].sort(), [['cores', '2'], ['description', 'before'], ['snaptime', '1738000000']]);
  });

  it('is written as it was', () => assert.equal(printGuestConfig('qemu', read('qemu', file)), file));

  it('is sorted on writing, as Proxmox does', () => {
    assert.equal(printGuestConfig('qemu', read('qemu', lines('name: a', 'cores: 1', '', '[b1]', 'cores: 1', '', '[a1]', 'cores: 2'))), lines('cores: 1', 'name: a', '', '[a1]', 'cores: 2', '', '[b1]', 'cores: 1'));
  });

  it('takes on the spelling Proxmox goes on with', () => {
    const { current } = read('qemu', lines('description: old%0Away', 'onboot: yes', 'tablet: off', 'cores: 04', 'ciuser: "ops"', 'args: "-snapshot"', 'cdrom: none', 'name:   web  '));
    assert.deepEqual(Object.fromEntries(current), { description: 'old\nway', onboot: '1', tablet: '0', cores: '4', ciuser: 'ops', args: '"-snapshot"', ide2: 'none', name: 'web' });
  });

  it('reads lines that end as on Windows', () => {
    const { current } = read('qemu', 'name: web01\r\n\r\n[PENDING]\r\ncores: 2\r\n');
    assert.equal(current.get('name'), 'web01');
  });

  it('gives the types that GET …/config has', () => {
    const { current } = read('qemu', lines('cores: 4', 'onboot: on', 'memory: 4096', 'cpulimit: 2', 'migrate_downtime: 0.1', 'balloon: 0', 'vmgenid: 1', 'snaptime: 1738000000'));
    assert.deepEqual(typedOptions('qemu', current), { cores: 4, onboot: 1, memory: '4096', cpulimit: '2', migrate_downtime: '0.1', balloon: 0, vmgenid: '1', snaptime: 1738000000 });
  });
});

describe("a container's configuration file", () => {
  const file = lines(
    '#DNS', 'arch: amd64', 'hostname: dns1', 'memory: 512', 'mp0: local-zfs:subvol-101-disk-1,mp=/srv,size=8G', 'rootfs: local-zfs:subvol-101-disk-0,size=8G',
    'lxc.environment.runtime: TZ=Europe/Vienna', 'lxc.environment.runtime: LANG=C', 'lxc.cgroup2.devices.allow: c 10:200 rwm', 'lxc.idmap: u 0 100000 1000', 'lxc.idmap: g 0 100000 1000', '',
    '[pve:pending]', 'memory: 1024', '', '[pending]', 'memory: 256', 'lxc.cap.drop: sys_admin',
  );

  it('is read with its raw lines and environment', () => {
    const config = read('lxc', file);
    assert.equal(config.current.get('description'), 'DNS\n');
    assert.equal(config.current.get('env'), 'TZ=Europe/Vienna\0LANG=C');
    assert.deepEqual(typedOptions('lxc', config.current)['lxc'], [['lxc.cgroup2.devices.allow', 'c 10:200 rwm'], ['lxc.idmap', 'u 0 100000 1000'], ['lxc.idmap', 'g 0 100000 1000']]);
    assert.deepEqual([...config.pending], [['memory', '1024']]);
    assert.equal(config.snapshots.get('pending')?.get('lxc'), 'lxc.cap.drop: sys_admin');
  });

  it('is written as it was', () => assert.equal(printGuestConfig('lxc', read('lxc', file)), file));

  it('takes raw lines with an equals sign too', () => {
    assert.equal(read('lxc', lines('lxc.mount.auto = sys:rw')).current.get('lxc'), 'lxc.mount.auto: sys:rw');
  });

  it('tells raw keys that Proxmox refuses, and keeps them', () => {
    const { config, problems } = parseGuestConfig('lxc', lines('hostname: a', 'lxc.rootfs.path: /x', 'lxc.bogus: 1'));
    assert.deepEqual(problems, [
      { line: 2, message: 'lxc.rootfs.path: lxc.rootfs.path is auto generated from rootfs' },
      { line: 3, message: "unknown lxc setting 'lxc.bogus'" },
    ]);
    assert.equal(printGuestConfig('lxc', config), lines('hostname: a', 'lxc.rootfs.path: /x', 'lxc.bogus: 1'));
  });

  it('keeps raw lines to the letter', () => {
    const all: [string, string][] = [['lxc.environment', 'A=b: c'], ['lxc.hook.mount', ''], ['lxc.idmap', 'u 0 1 2']];
    assert.deepEqual(parseRawLines(printRawLines(all)), all);
  });
});

describe('a configuration file with faults', () => {
  const file = lines(
    '#notes', 'name: web01', 'this is no option', 'cores: many', 'future: 7', 'net0: nonsense=1', 'delete: cores', 'memory: 1024', 'memory: 2048', '', '[bad section!]', 'x: y', '', '[s1]', 'sockets: -1',
  );
  const { config, problems } = parseGuestConfig('qemu', file);

  it('is told line by line', () => {
    assert.deepEqual(problems.map(({ line }) => line), [3, 4, 5, 6, 7, 9, 11, 15]);
    assert.deepEqual(problems.slice(0, 3), [
      { line: 3, message: 'unable to parse config: this is no option', syntax: true },
      { line: 4, message: "unable to parse value of 'cores' - type check ('integer') failed - got 'many'" },
      { line: 5, message: "unable to parse value of 'future' - unknown setting 'future'" },
    ]);
    assert.match(problems[3]?.message ?? '', /^unable to parse value of 'net0' - invalid key in comma-separated list property: nonsense$/);
    assert.match(problems[4]?.message ?? '', /only allowed in \[PENDING\]/);
    assert.match(problems[6]?.message ?? '', /skipping unknown section: 'bad section!'/);
  });

  it('gives what can be read', () => {
    assert.deepEqual(Object.fromEntries(config.current), { description: 'notes', name: 'web01', future: '7', net0: 'nonsense=1', memory: '2048' });
    assert.deepEqual([...(config.snapshots.get('s1') ?? ['missing'])], []);
  });

  it('loses nothing when it is written', () => {
    const printed = printGuestConfig('qemu', config);
    for (const line of file.split('\n')) assert.ok(printed.split('\n').includes(line), line);
    assert.equal(printGuestConfig('qemu', parseGuestConfig('qemu', printed).config), printed);
  });

  it('keeps the earlier of two sections with one name in front of the later', () => {
    const twice = parseGuestConfig('qemu', lines('cores: 1', '[s1]', 'cores: 2', 'odd', '[s1]', 'cores: 3'));
    assert.equal(twice.config.snapshots.get('s1')?.get('cores'), '3');
    assert.match(twice.problems.at(-1)?.message ?? '', /duplicate section: \[s1\]/);
    assert.equal(printGuestConfig('qemu', twice.config), lines('cores: 1', '', '[s1]', 'cores: 2', 'odd', '', '[s1]', 'cores: 3'));
  });

  it('refuses to write a value that would become two lines', () => {
    const config = emptyGuestConfig();
    config.current.set('args', '-S\nhookscript: local:snippets/x');
    assert.throws(() => printGuestConfig('qemu', config), /invalid newline inside property 'args'/);
  });

  it('reads 10 MB of notes in a moment', () => {
    const notes = `${'#'.padEnd(100, 'x')}\n`.repeat(100_000) + `description: ${' '.repeat(1_000_000)}x\n`;
    const before = performance.now();
    printGuestConfig('qemu', parseGuestConfig('qemu', notes).config);
    assert.ok(performance.now() - before < 5000);
  });
});

describe('any configuration file', () => {
  const name = fc.constantFrom('name', 'tags', 'cores', 'onboot', 'scsi0', 'net0', 'ciuser', 'lxc.idmap', 'description', 'delete', 'snapstate', '__proto__', 'hostname', 'rootfs');
  const line = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
    fc.tuple(name, fc.string()).map(([key, value]) => `${key}: ${value}`),
    fc.constantFrom('[PENDING]', '[pve:pending]', '[special:cloudinit]', '[special:fleecing]', '[s1]', '[s2]', '[?]', '#a%0', '#%E4b', ''),
  );

  for (const kind of ['qemu', 'lxc'] as const) {
    it(`of ${kind} is read without a throw, and written the same from the second time on`, () => {
      fc.assert(
        fc.property(fc.array(line, { maxLength: 25 }), (all) => {
          const { config, problems } = parseGuestConfig(kind, all.join('\n'));
          for (const problem of problems) assert.ok(problem.line >= 1 && problem.line <= all.length);
          const once = printGuestConfig(kind, config);
          assert.equal(printGuestConfig(kind, parseGuestConfig(kind, once).config), once);
        }),
        { numRuns: 2000 },
      );
    });

    it(`of ${kind} keeps every option and every note`, () => {
      const word = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/).filter((text) => !/^".*"$/.test(text));
      const options = fc.dictionary(fc.constantFrom('ciuser', 'args', 'hookscript', 'timezone', 'searchdomain', 'future'), word).map((record): Options => new Map(Object.entries(record)));
      const notes = fc.array(fc.string({ unit: 'grapheme-composite', maxLength: 10 }).map((text) => text.replace(/\s/g, '_')), { maxLength: 4 });
      fc.assert(
        fc.property(options, notes, options, (current, noteLines, pending) => {
          const description = [...noteLines, 'end'].join('\n') + (kind === 'lxc' ? '\n' : '');
          const config: GuestConfig = { ...emptyGuestConfig(), current: new Map([...current, ['description', description]]), pending };
          const { config: back } = parseGuestConfig(kind, printGuestConfig(kind, config));
          assert.deepEqual(new Map([...back.current].sort()), new Map([...config.current].sort()));
          assert.deepEqual(new Map([...back.pending].sort()), new Map([...pending].sort()));
        }),
        { numRuns: 200 },
      );
    });
  }
});
