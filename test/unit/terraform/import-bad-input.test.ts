import { strict as assert } from 'node:assert';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { failure } from '../../../src/editor/terraform/import/failure.ts';
import { currentRows, type GuestRow } from '../../../src/inventory/index.ts';
import type { PveClient } from '../../../src/pve/index.ts';
import { collect, type Collected, generateProject, type ImportReport, isEmpty, type ProjectFiles, prove, TerraformFailed, writeProject } from '../../../src/terraform/index.ts';
import { UNREADABLE } from '../../support/generated-guests.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../support/terraform-project.ts';

type Config = readonly string[];
const upTo = (count: number, line: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => line(index));
const two = (index: number): string => index.toString(16).padStart(2, '0').toUpperCase();

/** Guests and clusters that are not as an import would like them to be; the real provider with the real Terraform. */
describe('An import of what is unusual', function () {
  this.timeout(300_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator | undefined;
  let client: PveClient | undefined;
  let count = 0;
  before(async () => {
    real = await realTerraform();
  });
  after(() => real.dispose());
  afterEach(async () => {
    client?.dispose();
    await simulator?.stop();
    client = simulator = undefined;
  });

  const start = async (guests: Readonly<Record<string, Config>>, ...more: string[]): Promise<PveClient> => {
    const folder = await real.projectFolder(`pve-${++count}`);
    for (const [path, lines] of Object.entries(guests)) {
      const file = join(folder, 'nodes/pve1', `${path}.conf`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${lines.join('\n')}\n`);
    }
    simulator = await spawnSimulator('--load', folder, '--pace', '0.05', ...more);
    return (client = simulatorClient(simulator));
  };
  const collected = async (of: PveClient): Promise<Collected> => collect(await currentRows(of), of, { kind: 'cluster' });
  const proved = async (project: ProjectFiles, folder: string, environment: NodeJS.ProcessEnv = {}): Promise<ImportReport> => {
    assert.deepEqual(await writeProject(project, folder), []);
    return await prove(project, { terraform: real.terraform, folder, environment: { ...(await real.environmentFor(simulator!)), ...environment } });
  };
  const assertEmpty = (report: ImportReport, guests: number): void => {
    assert.deepEqual(report.residue, []);
    assert.deepEqual([isEmpty(report), report.summary.import], [true, guests]);
  };
  const left = ({ notManaged }: ProjectFiles, vmid: number): string[] => notManaged.filter((each) => each.vmid === vmid && each.kind === 'option').map(({ what }) => what);

  const vm = (name: string, ...lines: readonly string[]): Config => [`name: ${name}`, 'memory: 512', 'scsihw: virtio-scsi-pci', 'ostype: l26', ...lines];
  const container = (name: string, ...lines: readonly string[]): Config => ['arch: amd64', `hostname: ${name}`, 'memory: 512', 'ostype: debian', 'rootfs: local-lvm:vm-200-disk-0,size=2G', ...lines];

  it('takes 30 disks, and as many of everything as the provider does; what is above that it names', async () => {
    const buses = { ide: 4, sata: 6, scsi: 31, virtio: 16 };
    const api = await start({
      'qemu-server/100': vm('thirty', ...upTo(30, (index) => `scsi${index}: local-lvm:vm-100-disk-${index},size=${index + 1}G`)),
      'qemu-server/101': vm('every-disk', ...Object.entries(buses).flatMap(([bus, most]) => upTo(most, (index) => `${bus}${index}: local-lvm:vm-101-disk-${bus.length * 100 + index},size=1G`))),
      'qemu-server/102': vm('every-device', 'numa: 1', 'sockets: 8',
        ...upTo(32, (index) => `net${index}: virtio=BC:24:11:00:01:${two(index)},bridge=vmbr0`), ...upTo(16, (index) => `hostpci${index}: 0000:0${Math.floor(index / 8)}:00.${index % 8}`),
        ...upTo(14, (index) => `usb${index}: host=1234:${String(index).padStart(4, '0')}`), ...upTo(4, (index) => `serial${index}: socket`),
        ...upTo(8, (index) => `numa${index}: cpus=${index},hostnodes=0,memory=64`), ...upTo(8, (index) => `virtiofs${index}: share${index}`)),
      'lxc/200': container('every-device', ...upTo(12, (index) => `net${index}: name=eth${index},bridge=vmbr0,hwaddr=BC:24:11:00:02:${two(index)},ip=dhcp,type=veth`),
        ...upTo(256, (index) => `mp${index}: local-lvm:vm-200-disk-${index + 1},mp=/mnt/${index},size=1G`), ...upTo(130, (index) => `dev${index}: /dev/tty${index}`)),
    });
    const project = generateProject((await collected(api)).source, { fileFor: 'all' });
    const code = project.files.get('guests.tf') ?? '';
    assert.deepEqual(left(project, 100), []);
    assert.deepEqual(left(project, 101), [...upTo(10, (index) => `scsi${21 + index}`), ...upTo(16, (index) => `virtio${index}`)]);
    assert.deepEqual(left(project, 102), upTo(10, (index) => `usb${4 + index}`).toSorted());
    assert.deepEqual(left(project, 200), ['net10', 'net11', 'dev128', 'dev129']);
    assert.match(code, /# Not expressed here, left as it is: scsi21, .*virtio15/);
    assertEmpty(await proved(project, await real.projectFolder('many')), 4);
  });

  it('takes mount points and devices that the provider does not read in the order of their numbers', async () => {
    const api = await start({
      'lxc/200': container('odd', 'mp15: local-lvm:vm-200-disk-15,mp=/a,size=1G', 'mp104: local-lvm:vm-200-disk-104,mp=/b,size=2G', 'dev14: /dev/a', 'dev104: /dev/b', 'dev15: /dev/c'),
      'lxc/201': container('even', 'mp1: local-lvm:vm-201-disk-1,mp=/a,size=1G', 'mp10: local-lvm:vm-201-disk-10,mp=/b,size=2G', 'mp100: local-lvm:vm-201-disk-100,mp=/c,size=3G', 'dev2: /dev/a', 'dev10: /dev/b', 'dev99: /dev/c'),
    });
    const project = generateProject((await collected(api)).source, { fileFor: 'all' });
    const ignored = (vmid: number): string[] => project.notManaged.filter((each) => each.vmid === vmid && /mount_point|device_passthrough/.test(each.what)).map(({ what }) => what);
    assert.deepEqual([ignored(200), ignored(201)], [['mount_point', 'device_passthrough'], []]);
    assertEmpty(await proved(project, await real.projectFolder('order')), 2);
  });

  it('takes network cards without a MAC address, as somebody wrote them by hand', async () => {
    const api = await start({
      'qemu-server/100': vm('bare', 'net0: virtio=BC:24:11:00:03:01,bridge=vmbr0', 'net1: e1000,bridge=vmbr0,firewall=1,tag=20'),
      'qemu-server/101': vm('named', 'net0: model=virtio,bridge=vmbr0', 'net1: model=e1000,bridge=vmbr0,firewall=1,tag=20'),
      'lxc/200': container('bare', 'net0: name=eth0,bridge=vmbr0,ip=dhcp,type=veth', 'net1: name=eth1,bridge=vmbr0,hwaddr=BC:24:11:00:03:02,type=veth'),
    });
    const { source } = await collected(api);
    const written = source.guests.map(({ config }) => [config['net0'], config['net1']].map((card) => /(?:[0-9A-F]{2}:){5}/.test(String(card))));
    assert.deepEqual(written, [[true, false], [false, false], [false, true]], 'the cluster tells no address where there is none');
    const project = generateProject(source, { fileFor: 'all' });
    // Of a model without an address the provider reads neither, so that no code would say what it reads.
    const ignored = (vmid: number): string[] => project.notManaged.filter((each) => each.vmid === vmid && each.what === 'network_device').map(({ why }) => why);
    assert.deepEqual([ignored(100), ignored(101)], [['net1 has no MAC address, and the provider does not read its model then'], []]);
    assert.deepEqual(project.files.get('guests.tf')?.match(/ model += "[^"]*"|mac_address += "[^"]*"/g)?.map((line) => line.trim().replaceAll(/ +/g, ' ')), ['model = "e1000"', 'mac_address = "BC:24:11:00:03:02"']);
    assertEmpty(await proved(project, await real.projectFolder('no-mac')), 3);
  });

  it('takes protected memory at its defaults, which the provider does not see', async () => {
    const api = await start({ 'qemu-server/100': vm('sev', 'amd-sev: std,allow-smt=1,no-debug=0'), 'qemu-server/101': vm('snp', 'amd-sev: snp'), 'qemu-server/102': vm('plain', 'amd-sev: std') });
    assertEmpty(await proved(generateProject((await collected(api)).source, { fileFor: 'all' }), await real.projectFolder('sev')), 3);
  });

  it('takes linked clones and what they were cloned from', async () => {
    const api = await start({
      'qemu-server/900': [...vm('golden', 'template: 1'), 'scsi0: local-lvm:base-900-disk-0,size=8G'],
      'qemu-server/100': vm('linked', 'scsi0: local-lvm:base-900-disk-0/vm-100-disk-0,size=8G', 'ide2: local-lvm:vm-100-cloudinit,media=cdrom'),
      'lxc/901': [...container('base', 'template: 1'), 'rootfs: local:901/base-901-disk-0.raw,size=2G'],
      'lxc/200': [...container('copy'), 'rootfs: local:901/base-901-disk-0.raw/200/vm-200-disk-0.raw,size=2G'],
    });
    const project = generateProject((await collected(api)).source, { fileFor: 'all' });
    // A clone block would make Terraform replace what exists.
    assert.doesNotMatch(project.files.get('guests.tf') ?? '', /\n +clone \{/);
    assertEmpty(await proved(project, await real.projectFolder('linked')), 4);
  });

  it('takes locked guests, and does not take the lock for an option', async () => {
    const api = await start({ 'qemu-server/100': vm('busy', 'lock: backup'), 'lxc/200': container('busy', 'lock: snapshot') });
    const project = generateProject((await collected(api)).source, { fileFor: 'all' });
    assert.deepEqual(project.notManaged.filter(({ what }) => what === 'lock'), []);
    assertEmpty(await proved(project, await real.projectFolder('locked')), 2);
  });

  it('goes on without guests that it may not read, whose node does not answer, or that are gone', async () => {
    const faults = join(await real.projectFolder('faults'), 'faults.yaml');
    await writeFile(faults, [
      'faults:',
      '  - { path: /nodes/*/qemu/101/config, status: 403, message: "Permission check failed (/vms/101, VM.Audit)" }',
      '  - { path: /nodes/*/qemu/102/config, status: 595, message: Connection refused }',
      '  - { path: /nodes/*/lxc/200/config, truncate: true }',
      '',
    ].join('\n'));
    const api = await start({ 'qemu-server/100': vm('fine'), 'qemu-server/101': vm('secret'), 'qemu-server/102': vm('far'), 'qemu-server/103': vm('gone'), 'lxc/200': container('torn') }, '--faults', faults);
    const rows = await currentRows(api);
    await api.waitForTask((await api.delete('/nodes/pve1/qemu/103')) as string);
    const { source, notCollected } = await collect(rows, api, { kind: 'guests', ids: ['qemu/100', 'qemu/101', 'qemu/102', 'qemu/103'] });
    assert.deepEqual(source.guests.map(({ vmid }) => vmid), [100]);
    assert.deepEqual(notCollected.map(({ vmid, unreadable }) => [vmid, unreadable]), [[101, undefined], [102, undefined], [103, undefined]]);
    assert.match(notCollected[0]?.why ?? '', /VM\.Audit|[Pp]ermission/);
    assert.match(notCollected[1]?.why ?? '', /pve1/);
    assert.match(notCollected[2]?.why ?? '', /does not exist/);
    assertEmpty(await proved(generateProject(source, { fileFor: 'all' }), await real.projectFolder('rest')), 1);
  });

  it('leaves out only what the provider really fails to read', async () => {
    const guests = UNREADABLE.map(({ kind, options }, index) => ({ kind, vmid: 100 + index, lines: options.map(([name, value]) => (name === 'lxc' ? value : `${name}: ${value.replace('VMID', String(100 + index))}`)) }));
    const api = await start({
      'qemu-server/199': vm('fine'),
      ...Object.fromEntries(guests.map(({ kind, vmid, lines }) => [`${kind === 'qemu' ? 'qemu-server' : 'lxc'}/${vmid}`, kind === 'qemu' ? vm(`g${vmid}`, ...lines) : container(`g${vmid}`, ...lines)])),
    });
    const { source, notCollected } = await collected(api);
    assert.deepEqual(notCollected.map(({ vmid, unreadable }) => [vmid, unreadable]), UNREADABLE.map(({ cause }, index) => [100 + index, cause]));
    assert.deepEqual(source.guests.map(({ vmid }) => vmid), [199]);
    for (const { kind, vmid } of guests) {
      // Whatever the code says: it is what the cluster answers that the provider cannot read.
      const project = generateProject({ guests: [...source.guests, { kind, vmid, node: 'pve1', running: false, config: {} }], pools: [] }, { fileFor: 'all' });
      await assert.rejects(proved(project, await real.projectFolder(`unreadable-${vmid}`)), (error: unknown) => {
        assert.ok(error instanceof TerraformFailed);
        assert.match(error.message, /unmarshal|parse/);
        return true;
      });
    }
  });

  it('says which guest was destroyed between reading it and planning', async () => {
    const api = await start({ 'qemu-server/100': vm('stays'), 'qemu-server/101': vm('goes') });
    const project = generateProject((await collected(api)).source, { fileFor: 'all' });
    await api.waitForTask((await api.delete('/nodes/pve1/qemu/101')) as string);
    await assert.rejects(proved(project, await real.projectFolder('destroyed')), (error: unknown) => {
      assert.ok(error instanceof TerraformFailed);
      assert.match(error.message, /proxmox_virtual_environment_vm\.goes|101/);
      assert.match(failure(error, { folder: '/', connection: undefined }).reasons.at(-1) ?? '', /A guest is not there any more/);
      return true;
    });
  });

  it('says that the provider is another version than the code was written for, and of one that it cannot use what is missing', async () => {
    const api = await start({ 'qemu-server/100': vm('web') });
    const project = generateProject((await collected(api)).source, { fileFor: 'all' });
    const mirrored = async (version: string): Promise<NodeJS.ProcessEnv> => {
      const folder = await real.projectFolder(`mirror-${version}`);
      const mirror = join(real.folder, 'mirror/registry.terraform.io/bpg/proxmox/0.111.1');
      for (const registry of ['registry.terraform.io', 'registry.opentofu.org']) {
        const at = join(folder, registry, 'bpg/proxmox', version);
        await mkdir(at, { recursive: true });
        for (const platform of await readdir(mirror)) await symlink(join(mirror, platform), join(at, platform));
      }
      const file = join(folder, 'cli.tfrc');
      await writeFile(file, `provider_installation {\n  filesystem_mirror {\n    path = "${folder}"\n  }\n}\n`);
      return { TF_CLI_CONFIG_FILE: file };
    };
    const newer = await proved(project, await real.projectFolder('newer'), await mirrored('0.112.0'));
    assertEmpty(newer, 1);
    assert.deepEqual(newer.warnings.map(({ summary }) => summary), ['The provider is bpg/proxmox 0.112.0']);
    const same = await proved(project, await real.projectFolder('same'));
    assert.deepEqual(same.warnings, []);
    await assert.rejects(proved(project, await real.projectFolder('older'), await mirrored('0.99.0')), (error: unknown) => {
      assert.ok(error instanceof TerraformFailed);
      assert.equal(error.kind, 'provider-missing');
      assert.match(error.message, /~> 0\.111/);
      assert.deepEqual(failure(error, { folder: '/', connection: undefined }).offers.map(({ title }) => title), ['How to Use a Mirror']);
      return true;
    });
  });

  it('names guests of a node that is off', async () => {
    simulator = await spawnSimulator('--nodes', '3', '--guests', '60');
    client = simulatorClient(simulator);
    const rows = await currentRows(client);
    const off = [...rows.values()].find((row) => row.kind === 'node' && row.status === 'offline');
    const { notCollected, source } = await collect(rows, client, { kind: 'cluster' });
    assert.ok(notCollected.length > 0);
    assert.deepEqual(new Set(notCollected.map(({ node }) => node)), new Set([off?.kind === 'node' ? off.node : '']));
    assert.equal(notCollected.length + source.guests.length, [...rows.values()].filter((row): row is GuestRow => row.kind === 'qemu' || row.kind === 'lxc').length);
    assert.deepEqual(source.leftOut, [], 'they come back');
  });
});
