import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type EtcPve, type FileProblem, readEtcPve, writeEtcPve } from '../../../../src/simulator/files/index.ts';

const fixture = fileURLToPath(new URL('fixtures/etc-pve', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'etc-pve-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(file: string, text: string | Buffer): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** Every file of a folder with its text. */
async function filesOf(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.slice(root.length + 1)] = await readFile(path, 'utf8');
  }
  return found;
}

const told = (problems: readonly FileProblem[]): string[] => problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);

describe('a copy of /etc/pve', () => {
  it('is read without a complaint', async () => {
    const { etc, problems } = await readEtcPve(fixture);
    assert.deepEqual(problems, []);
    assert.deepEqual(etc.nodes, ['pve1', 'pve2']);
    assert.deepEqual(etc.guests.map(({ vmid, kind, node }) => [vmid, kind, node]), [[100, 'qemu', 'pve1'], [101, 'lxc', 'pve1'], [9000, 'qemu', 'pve2']]);
    assert.equal(etc.guests[0]?.config.current.get('name'), 'web01');
    assert.equal(etc.nodeOptions.get('pve1')?.get('description'), 'Rack 3, unit 12\n');
    assert.deepEqual(etc.storages.map(({ type, id }) => `${type}: ${id}`), ['dir: local', 'lvmthin: local-lvm', 'zfspool: local-zfs', 'nfs: nas', 'pbs: backup']);
    assert.deepEqual([...(etc.storages[2]?.options ?? [])], [['disable', ''], ['pool', 'rpool/data'], ['content', 'images,rootdir'], ['nodes', 'pve1,pve2'], ['sparse', '']]);
    assert.equal(etc.domains[2]?.options.get('comment'), 'Staff: Wien');
    assert.equal(etc.tokenSecrets.get('root@pam!terraform'), 'd3bb6f10-0e1f-44c7-8c31-3f2bbf9a7e55');
    assert.equal(etc.datacenter.get('description'), 'Vienna cluster\n\ncall +43 for help\n');
    assert.equal(etc.datacenter.get('migration'), 'secure,network=10.1.0.0/24');
    assert.deepEqual(etc.jobs.map(({ type, id }) => `${type} ${id}`), ['vzdump backup-4f1d3b6e-2c1a', 'realm-sync sync-corp']);
    assert.equal(etc.jobs[0]?.options.get('comment'), 'Nightly: all');
    assert.equal(etc.replication[0]?.options.get('target'), 'pve2');
    assert.deepEqual(etc.haResources.map(({ type, id }) => `${type}:${id}`), ['vm:100', 'ct:101']);
    assert.equal(etc.haRules[0]?.options.get('nodes'), 'pve1:2,pve2:1');
  });

  it('tells who may do what', async () => {
    const { access } = (await readEtcPve(fixture)).etc;
    assert.deepEqual(access.users[0], { userid: 'alice@pve', enable: true, expire: 0, firstname: 'Alice', lastname: 'Müller', email: 'alice@example.com', comment: 'Team: ops' });
    assert.deepEqual(access.users[1], { userid: 'bob@pve', enable: false, expire: 1_700_000_000, keys: 'x' });
    assert.deepEqual(access.tokens[0], { tokenid: 'alice@pve!ci', expire: 1_893_456_000, privsep: true, comment: 'CI: deploys' });
    assert.deepEqual(access.groups, [{ groupid: 'admins', users: ['alice@pve', 'root@pam'], comment: 'The admins' }, { groupid: 'empty', users: [] }]);
    assert.deepEqual(access.pools, [
      { poolid: 'dev', vms: [1000, 101, 9000], storages: ['local', 'nas'] },
      { poolid: 'dev/web', vms: [100], storages: [], comment: 'Web: team' },
    ]);
    assert.deepEqual(access.roles, [{ roleid: 'Operator', privileges: ['VM.Audit', 'VM.Console', 'VM.PowerMgmt'] }]);
    assert.equal(access.acl.length, 8);
    assert.deepEqual(access.acl[0], { path: '/', type: 'group', ugid: 'admins', role: 'Administrator', propagate: true });
    assert.deepEqual(access.acl[2], { path: '/pool/dev', type: 'user', ugid: 'bob@pve', role: 'PVEVMUser', propagate: false });
    assert.deepEqual(access.acl[4], { path: '/pool/dev', type: 'token', ugid: 'alice@pve!ci', role: 'PVEVMAdmin', propagate: true });
  });

  it('is written byte by byte as it was', async () => {
    const { etc } = await readEtcPve(fixture);
    await writeEtcPve(folder, etc);
    assert.deepEqual(await filesOf(folder), await filesOf(fixture));
  });

  it('keeps secrets for the owner and leaves nothing half-written', async () => {
    await writeEtcPve(folder, (await readEtcPve(fixture)).etc);
    assert.equal((await stat(join(folder, 'priv'))).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, 'priv/token.cfg'))).mode & 0o777, 0o600);
    assert.deepEqual(Object.keys(await filesOf(folder)).filter((file) => !/\.(?:conf|cfg)$|config$/.test(file)), []);
  });

  it('is written over an earlier one: guests that moved or went are gone, all else stays', async () => {
    const { etc } = await readEtcPve(fixture);
    await writeEtcPve(folder, etc);
    await put('corosync.conf', 'totem {}\n');
    await put('nodes/pve1/qemu-server/777.conf', 'not a configuration\n');
    const before = await stat(join(folder, 'storage.cfg'));
    const guests = etc.guests.filter(({ vmid }) => vmid !== 9000).map((guest) => (guest.vmid === 100 ? { ...guest, node: 'pve2' } : guest));
    await writeEtcPve(folder, { ...etc, guests });
    const names = Object.keys(await filesOf(folder)).filter((name) => name.endsWith('.conf')).sort();
    assert.deepEqual(names, ['corosync.conf', 'nodes/pve1/lxc/101.conf', 'nodes/pve1/qemu-server/777.conf', 'nodes/pve2/qemu-server/100.conf']);
    assert.equal((await stat(join(folder, 'storage.cfg'))).ino, before.ino, 'an unchanged file is not written again');
  });

  it('may lack any file', async () => {
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(problems, []);
    assert.deepEqual(etc.guests, []);
    assert.equal(etc.access.users.length, 0);
    const other = join(folder, 'other');
    await writeEtcPve(other, etc);
    assert.deepEqual(await filesOf(other), { 'user.cfg': '\n\n\n\n' });
  });

  it('must be a folder', async () => {
    await assert.rejects(readEtcPve(join(folder, 'missing')), /no such folder/);
    await put('file', 'x');
    await assert.rejects(readEtcPve(join(folder, 'file')), /not a folder/);
  });
});

describe('a copy of /etc/pve with faults', () => {
  it('loads all but the guest whose file is broken, tells the line, and gives the file back', async () => {
    await put('nodes/pve1/qemu-server/100.conf', 'name: good\n');
    await put('nodes/pve1/qemu-server/101.conf', 'name: bad\ncores: 2\n<<<<<<< HEAD\nmemory: 1024\n');
    await put('nodes/pve1/lxc/102.conf', 'hostname: good\n');
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(told(problems), ['nodes/pve1/qemu-server/101.conf:3: unable to parse config: <<<<<<< HEAD']);
    assert.deepEqual(etc.guests.map(({ vmid }) => vmid), [100, 102]);
    await writeEtcPve(join(folder, 'copy'), etc);
    assert.equal(await readFile(join(folder, 'copy/nodes/pve1/qemu-server/101.conf'), 'utf8'), 'name: bad\ncores: 2\n<<<<<<< HEAD\nmemory: 1024\n');
  });

  it('tells options that do not exist or make no sense, loads the guest, and gives them back', async () => {
    const text = 'cores: many\nfuture-option: 1\nname: web\n';
    await put('nodes/pve1/qemu-server/100.conf', text);
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(problems.map(({ line }) => line), [1, 2]);
    assert.equal(etc.guests[0]?.config.current.get('future-option'), '1');
    await writeEtcPve(join(folder, 'copy'), etc);
    assert.equal(await readFile(join(folder, 'copy/nodes/pve1/qemu-server/100.conf'), 'utf8'), text);
  });

  it('tells faulty lines and sections of the other files and loads the rest of them', async () => {
    await put('storage.cfg', 'dir: local\n\tpath /var/lib/vz\nstray\n\tpath /other\n\n# a note\nnfs: -x\n\tserver a\n\nnonsense\n\nzfspool: tank\n\tpool tank\nlvm: vg\n\tvgname vg\n');
    await put('jobs.cfg', 'toaster: a1\n\tx 1\n\nvzdump: b1\n\tall 1\n');
    await put('ha/resources.cfg', 'vm: web\n\nvm: 100\n');
    await put('replication.cfg', 'local: 5\n\ttarget a\n');
    await put('datacenter.cfg', 'keyboard: klingon\nnonsense\nfuture: 1\nmax_workers: 4\n');
    await put('priv/token.cfg', 'root@pam!aa secret\nnot-a-token verysecret\n');
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(told(problems), [
      "datacenter.cfg:1: parse error - 'keyboard': value 'klingon' does not have a value in the enumeration 'de, de-ch, da, en-gb, en-us, es, fi, fr, fr-be, fr-ca, fr-ch, hu, is, it, ja, lt, mk, nl, no, pl, pt, pt-br, sv, sl, tr'",
      'datacenter.cfg:2: ignore config line: nonsense',
      "datacenter.cfg:3: parse error - 'future': unknown option 'future'",
      "ha/resources.cfg:1: (skip section 'web'): invalid VMID",
      "jobs.cfg:1: (skip section 'a1'): unsupported type 'toaster'",
      'priv/token.cfg:2: skipping invalid token.cfg entry',
      "replication.cfg:1: (skip section '5'): invalid replication job id '5'",
      "storage.cfg:3: (section 'local') - ignore config line: stray",
      "storage.cfg:4: (section 'local') - unable to parse value of 'path': duplicate attribute",
      "storage.cfg:7: (skip section '-x'): storage ID '-x' contains illegal characters",
      'storage.cfg:10: ignore config line: nonsense',
      "storage.cfg:14: no empty line before section 'vg'",
    ]);
    assert.deepEqual(etc.storages.map(({ id }) => id), ['local', 'tank', 'vg']);
    assert.equal(etc.storages[0]?.options.get('path'), '/var/lib/vz');
    assert.deepEqual([...etc.datacenter.keys()], ['keyboard', 'future', 'max_workers']);
    assert.deepEqual(etc.haResources.map(({ id }) => id), ['100']);
    assert.ok(!JSON.stringify(problems).includes('verysecret'));
  });

  it('tells faulty users, tokens, groups, pools and rights', async () => {
    await put(
      'user.cfg',
      [
        'user:root@pam:1:0::::::', 'user:nobody:1:0::::::', 'user:late@pve:1:soon::::::', 'token:ghost@pve!tok:0:0::', 'group:ops:root@pam,ghost@pve::', 'group:b@d:::',
        'pool:a::100,x:local:', 'pool:b::100:-:', 'role:R!:VM.Audit:', 'acl:1:/vms:root@pam!xx:NoAccess:', 'acl:1:/v ms:root@pam:NoAccess:', 'acl:1:vms//100/:root@pam:PVEVMUser:', 'wat',
      ].join('\n'),
    );
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(told(problems), [
      "user.cfg:2: ignore user 'nobody' - invalid user name",
      "user.cfg:3: ignore user 'late@pve' - (illegal characters in expire 'soon')",
      "user.cfg:4: ignore token 'ghost@pve!tok' - user does not exist",
      "user.cfg:5: ignore invalid group member 'ghost@pve'",
      "user.cfg:6: ignore group 'b@d' - invalid characters in group name",
      "user.cfg:7: ignore invalid vmid 'x' in pool 'a'",
      "user.cfg:8: ignore duplicate vmid '100' in pool 'b'",
      "user.cfg:8: ignore invalid storage '-' in pool 'b'",
      "user.cfg:9: ignore role 'R!' - invalid characters in role name",
      "user.cfg:10: ignore invalid acl token 'root@pam!xx'",
      "user.cfg:11: ignore invalid path in acl '/v ms'",
      'user.cfg:13: ignore config line: wat',
    ]);
    assert.deepEqual(etc.access.acl, [{ path: '/vms/100', type: 'user', ugid: 'root@pam', role: 'PVEVMUser', propagate: true }]);
    assert.deepEqual(etc.access.pools.map(({ vms }) => vms), [[100], []]);
  });

  it('tells binary data, bytes that are no text, oversized files and names that are none', async () => {
    await put('nodes/pve1/qemu-server/100.conf', Buffer.concat([Buffer.from('name: a\ncores: 1\n'), Buffer.from([0x7f, 0x45, 0, 1])]));
    await put('nodes/pve1/qemu-server/101.conf', Buffer.from('#caf\xe9\nname: latin\n', 'latin1'));
    await put('nodes/pve1/qemu-server/7.conf', 'name: small\n');
    await put('nodes/pve1/qemu-server/103.conf.bak', 'name: old\n');
    await put('nodes/pve_1/qemu-server/104.conf', 'name: x\n');
    await put('storage.cfg', Buffer.alloc(33 * 1024 * 1024, 'a'));
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(told(problems), [
      'nodes/pve1/qemu-server/100.conf:3: binary data, not a text file',
      'nodes/pve1/qemu-server/101.conf:1: bytes that are not UTF-8 text',
      'nodes/pve1/qemu-server/7.conf:0: not named after a VMID (100 to 999999999); skipped',
      'nodes/pve_1:0: not a valid node name',
      `storage.cfg:0: too large: ${33 * 1024 * 1024} bytes, at most ${32 * 1024 * 1024} are read`,
    ]);
    assert.deepEqual(etc.guests.map(({ vmid }) => vmid), [101]);
    await writeEtcPve(folder, etc);
    assert.equal((await readFile(join(folder, 'nodes/pve1/qemu-server/100.conf'))).at(-1), 1, 'a file that cannot be read is not removed');
  });

  it('gives a VMID that two files claim to the first', async () => {
    await put('nodes/pve1/qemu-server/100.conf', 'name: first\n');
    await put('nodes/pve2/lxc/100.conf', 'hostname: second\n');
    const { etc, problems } = await readEtcPve(folder);
    assert.deepEqual(told(problems), ['nodes/pve2/lxc/100.conf:0: VMID 100 is used by nodes/pve1/qemu-server/100.conf already; skipped']);
    assert.deepEqual(etc.guests.map(({ node }) => node), ['pve1']);
  });

  it('follows links inside the folder only, and waits on no pipe', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    try {
      await writeFile(join(outside, 'secret.cfg'), 'dir: leaked\n\tpath /\n');
      await put('nodes/pve1/qemu-server/100.conf', 'name: real\n');
      await put('shared/jobs.cfg', 'vzdump: j1\n\tall 1\n');
      await symlink(join(outside, 'secret.cfg'), join(folder, 'storage.cfg'));
      await symlink('shared/jobs.cfg', join(folder, 'jobs.cfg'));
      await symlink('nowhere', join(folder, 'domains.cfg'));
      await symlink('user.cfg', join(folder, 'user.cfg'));
      await symlink(outside, join(folder, 'nodes/pve1/lxc'));
      await mkdir(join(folder, 'replication.cfg'));
      execFileSync('mkfifo', [join(folder, 'datacenter.cfg')]);
      const { etc, problems } = await readEtcPve(folder);
      assert.deepEqual(told(problems), [
        'datacenter.cfg:0: not a regular file',
        'domains.cfg:0: a symbolic link to nothing',
        'nodes/pve1/lxc:0: a symbolic link that leads out of the folder; not followed',
        'replication.cfg:0: a folder where a file is expected',
        'storage.cfg:0: a symbolic link that leads out of the folder; not followed',
        'user.cfg:0: symbolic links lead in a circle',
      ]);
      assert.deepEqual([etc.guests.length, etc.jobs.length, etc.storages.length], [1, 1, 0]);
      await assert.rejects(writeEtcPve(folder, etc), /symbolic link that leads out of the folder/);
      assert.equal(await readFile(join(outside, 'secret.cfg'), 'utf8'), 'dir: leaked\n\tpath /\n');
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('never writes outside its folder or lines nobody asked for', async () => {
    const { etc } = await readEtcPve(fixture);
    const climbing: EtcPve = { ...etc, nodes: ['../../evil'] };
    await assert.rejects(writeEtcPve(folder, climbing), /'..\/..\/evil' is not a valid node name/);
    const forged: EtcPve = { ...etc, storages: [{ type: 'dir', id: 'local', options: new Map([['path', '/x\n\nnfs: forged']]) }] };
    await assert.rejects(writeEtcPve(folder, forged), /property 'path' contains a line feed/);
    assert.deepEqual(await filesOf(folder), {}, 'nothing is written when one file cannot be');
  });
});
