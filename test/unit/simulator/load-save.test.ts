import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { raw } from '../../support/https.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';

/** A small cluster's /etc/pve as Proxmox writes it. */
const FILES: Readonly<Record<string, string>> = {
  'nodes/alpha/qemu-server/100.conf': `#Web server
#second line with %25 and %3A
agent: 1,fstrim_cloned_disks=1
balloon: 1024
boot: order=scsi0;ide2;net0
cores: 4
cpu: host,flags=+aes
ide2: local:iso/debian-13.iso,media=cdrom,size=784M
memory: 4096
meta: creation-qemu=10.1.2,ctime=1760000000
name: web
net0: virtio=BC:24:11:0A:0B:0C,bridge=vmbr0,firewall=1,tag=20
numa: 0
ostype: l26
parent: before-upgrade
scsi0: local-lvm:vm-100-disk-0,discard=on,iothread=1,size=32G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid=11111111-2222-4333-8444-555555555555
sockets: 1
tags: critical;web
vmgenid: 66666666-7777-4888-9999-aaaaaaaaaaaa

[PENDING]
cores: 8
delete: balloon

[before-upgrade]
#taken on a Friday
boot: order=scsi0;ide2;net0
cores: 2
memory: 2048
name: web
net0: virtio=BC:24:11:0A:0B:0C,bridge=vmbr0
ostype: l26
scsi0: local-lvm:vm-100-disk-0,size=32G
scsihw: virtio-scsi-single
snaptime: 1761000000
`,
  'nodes/beta/lxc/101.conf': `arch: amd64
cores: 2
features: keyctl=1,nesting=1
hostname: files
memory: 1024
mp0: local-lvm:vm-101-disk-1,mp=/srv,backup=1,size=100G
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:0A:0B:0D,ip=10.0.0.7/24,gw=10.0.0.1,type=veth
ostype: debian
rootfs: local-lvm:vm-101-disk-0,size=8G
swap: 512
unprivileged: 1
lxc.idmap: u 0 100000 65536
lxc.cgroup2.devices.allow: c 10:200 rwm
`,
  'storage.cfg': `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup

lvmthin: local-lvm
	thinpool data
	vgname pve
	content rootdir,images

nfs: nas
	export /srv/nas
	path /mnt/pve/nas
	server 10.0.0.5
	content backup
	nodes alpha
	prune-backups keep-daily=7

`,
  'user.cfg': `user:ann@pve:1:0:Ann:Smith::Operations%3A night shift::
token:ann@pve!ci:0:1:pipeline:
user:root@pam:1:0:::root@example.org:::

group:ops:ann@pve:Operators:

pool:prod:Production:100,101:local-lvm:

role:Viewer:VM.Audit:

acl:1:/pool/prod:@ops:PVEVMUser:
acl:0:/vms/100:ann@pve!ci:Viewer:
`,
  'datacenter.cfg': '\nkeyboard: de\nmac_prefix: BC:24:12\n',
};

describe('a copy of /etc/pve', () => {
  let folder: string;
  let simulator: SpawnedSimulator | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'etc-pve-'));
    for (const [name, text] of Object.entries(FILES)) await put(`in/${name}`, text);
  });
  afterEach(async () => {
    await simulator?.stop();
    simulator = undefined;
    await rm(folder, { recursive: true });
  });

  async function put(name: string, text: string): Promise<void> {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const start = async (): Promise<SpawnedSimulator> => (simulator = await spawnSimulator('--load', join(folder, 'in'), '--save', join(folder, 'out')));
  const saved = (name: string): Promise<string> => readFile(join(folder, 'out', name), 'utf8');
  const get = async ({ url, tokenId, tokenSecret }: SpawnedSimulator, path: string): Promise<unknown> => {
    const answer = await raw(`${url}/api2/json${path}`, { headers: { authorization: `PVEAPIToken=${tokenId}=${tokenSecret}` } });
    assert.equal(answer.status, 200, `${path}: ${answer.reason}`);
    return (JSON.parse(answer.body) as { data: unknown }).data;
  };

  it('is served and comes back as it was', async () => {
    const running = await start();
    await running.stop();
    assert.equal(running.errors(), '');
    for (const [name, text] of Object.entries(FILES)) assert.equal(await saved(name), text, name);
  });

  it('shows every option through the API', async () => {
    const running = await start();
    const vm = (await get(running, '/nodes/alpha/qemu/100/config?current=1')) as Record<string, unknown>;
    const lines = (FILES['nodes/alpha/qemu-server/100.conf'] ?? '').split('\n\n')[0]?.split('\n').slice(2) ?? [];
    for (const line of lines) {
      const [, name = '', value = ''] = /^(\S+): (.*)$/.exec(line) ?? [];
      assert.equal(String(vm[name]), value, name);
    }
    // Proxmox drops the white space that ends a VM's notes when it reads them.
    assert.equal(vm['description'], 'Web server\nsecond line with % and :');
    const container = (await get(running, '/nodes/beta/lxc/101/config')) as Record<string, unknown>;
    assert.deepEqual(container['lxc'], [['lxc.idmap', 'u 0 100000 65536'], ['lxc.cgroup2.devices.allow', 'c 10:200 rwm']]);
    assert.equal(((await get(running, '/access/users/ann@pve')) as Record<string, unknown>)['comment'], 'Operations: night shift');
  });

  it('loads around a broken file, which is reported with its line', async () => {
    await put('in/nodes/alpha/qemu-server/102.conf', 'name: broken\nthis is no line\n');
    await put('in/nodes/alpha/qemu-server/103.conf', 'name: fine\nmemory: 512\n');
    const running = await start();
    assert.match(running.errors(), /^nodes\/alpha\/qemu-server\/102\.conf:2: .+$/m);
    const rows = (await get(running, '/cluster/resources?type=vm')) as { vmid: number }[];
    assert.deepEqual(rows.map((row) => row.vmid).sort(), [100, 101, 103]);
  });

  it('does not keep the token of this run', async () => {
    const running = await start();
    await running.stop();
    const files = await readdir(join(folder, 'out'), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const text = await readFile(join(file.parentPath, file.name), 'utf8');
      assert.equal(text.includes(running.tokenSecret), false, file.name);
      assert.equal(text.includes(running.password), false, file.name);
    }
  });
});
