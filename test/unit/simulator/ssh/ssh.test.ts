import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import ssh2 from 'ssh2';
import type { ConnectConfig, SFTPWrapper } from 'ssh2';
import { raw } from '../../../support/https.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** What the provider puts before commands that may need sudo. */
const TRY_SUDO = '_try_sudo_check(){ if [ -z "${_try_sudo_cached:-}" ]; then _try_sudo_use_sudo="${TRY_SUDO_USE_SUDO:-0}"; _try_sudo_cached=1; fi; }; '
  + 'try_sudo(){ _try_sudo_check; if [ "$_try_sudo_use_sudo" = "1" ]; then sudo "$@"; else "$@"; fi; }';

describe('SSH to the nodes', () => {
  let simulator: SpawnedSimulator;
  let folder: string;
  const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, comment: 'a person' });
  const clients: ssh2.Client[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ssh-'));
    await writeFile(join(folder, 'keys'), `# who may\n${key.public}\nnot a key\n`);
    simulator = await spawnSimulator('--pace', '0', '--ssh-port', '0', '--ssh-keys', join(folder, 'keys'), '--save', join(folder, 'saved'));
  });
  after(async () => {
    for (const client of clients) client.end();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const connect = (options: ConnectConfig, node = 'pve1'): Promise<ssh2.Client> =>
    new Promise((resolve, reject) => {
      const client = new ssh2.Client();
      clients.push(client);
      client.on('ready', () => resolve(client)).on('error', reject).on('close', () => reject(new Error('closed')));
      client.connect({ host: '127.0.0.1', port: simulator.sshNodes?.[node] ?? 0, username: 'root', password: simulator.password, ...options });
    });
  const loggedIn = new Map<string, Promise<ssh2.Client>>();
  /** One connection per node. */
  const clientOf = (node: string): Promise<ssh2.Client> => {
    const client = loggedIn.get(node) ?? connect({}, node);
    loggedIn.set(node, client);
    return client;
  };
  const execute = async (command: string, input?: string, node = 'pve1'): Promise<Ran> => {
    const client = await clientOf(node);
    return new Promise((resolve, reject) => {
      client.exec(command, (error, channel) => {
        if (error !== undefined) return reject(error);
        let output = '';
        const read = (bytes: Buffer): void => void (output += bytes.toString('utf8'));
        channel.on('data', read).on('close', (code: number) => resolve({ code, output }));
        channel.stderr.on('data', read);
        if (input !== undefined) channel.end(input);
      });
    });
  };
  const script = (commands: readonly string[], input?: string): Promise<Ran> => execute(`/bin/bash -c '${commands.join('; ').replaceAll("'", `'"'"'`)}'`, input);
  const sftp = async (): Promise<SFTPWrapper> => {
    const client = await clientOf('pve1');
    return promisify(client.sftp.bind(client))();
  };
  const api = async (path: string, method = 'GET', parameters: Record<string, string> = {}): Promise<unknown> => {
    const body = new URLSearchParams(parameters).toString();
    const headers = { authorization: `PVEAPIToken=${simulator.tokenId}=${simulator.tokenSecret}`, ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }) };
    const answer = await raw(`${simulator.url}/api2/json${path}`, { method, headers }, method === 'GET' ? undefined : body);
    assert.equal(answer.status, 200, answer.body);
    return (JSON.parse(answer.body) as { data: unknown }).data;
  };

  it('lets in who knows root’s password or holds a listed key, and nobody else', async () => {
    await connect({});
    await connect({ password: '', privateKey: key.private });
    const other = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
    for (const wrong of [{ password: 'guess' }, { username: 'alice' }, { password: '', privateKey: other.private }]) await assert.rejects(connect(wrong), /authentication methods failed/);
    assert.match(simulator.errors(), /authorized keys, line 3: no public key; left out/);
  });

  it('shows the host key that it announced, and does not answer for a node that is off', async () => {
    let seen = '';
    await connect({ hostVerifier: (bytes: Buffer) => (seen = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')) !== '' });
    assert.equal(`SHA256:${seen}`, simulator.sshFingerprint);
    await assert.rejects(connect({}, 'pve3'));
  });

  it('says what bash says of commands it does not have', async () => {
    assert.deepEqual(await execute('frobnicate'), { code: 127, output: 'bash: line 1: frobnicate: command not found\n' });
    assert.deepEqual(await execute("/bin/bash -c '/opt/tool x'"), { code: 127, output: '/bin/bash: line 1: /opt/tool: No such file or directory\n' });
    assert.deepEqual(await execute('echo a &&'), { code: 2, output: 'bash: -c: line 1: syntax error: unexpected end of file\n' });
    assert.deepEqual(await execute('hostname; false || echo "a  b" c | cut -d " " -f 3', undefined, 'pve2'), { code: 0, output: 'pve2\nb\n' });
    assert.deepEqual(await execute('set -e; x=$(false); echo never'), { code: 1, output: '' });
  });

  it('tells the provider that root needs no sudo', async () => {
    const probe = 'if [ "$(id -u)" = "0" ]; then echo "0"; elif [ $(sudo -n /usr/sbin/pvesm apiinfo 2>&1 | grep "APIVER" | wc -l) -gt 0 ] || sudo -n /usr/sbin/qm --help >/dev/null 2>&1; then echo "1"; else echo "0"; fi';
    assert.deepEqual(await script([probe]), { code: 0, output: '0\n' });
    assert.deepEqual(await script([probe.replace('= "0"', '= "7"')]), { code: 0, output: '1\n' });
  });

  it('takes a file on standard input as a snippet', async () => {
    const text = '#cloud-config\nhostname: it’s me\n';
    assert.deepEqual(await script(['export TRY_SUDO_USE_SUDO=0', TRY_SUDO, 'try_sudo /usr/bin/tee /var/lib/vz/snippets/user.yaml'], text), { code: 0, output: text });
    const rows = (await api('/nodes/pve1/storage/local/content?content=snippets')) as { volid: string; size: number; format: string }[];
    assert.deepEqual(rows.filter(({ volid }) => volid === 'local:snippets/user.yaml').map(({ size, format }) => [size, format]), [[Buffer.byteLength(text), 'snippet']]);
    const elsewhere = (await api('/nodes/pve2/storage/local/content?content=snippets')) as { volid: string }[];
    assert.ok(!elsewhere.some(({ volid }) => volid === 'local:snippets/user.yaml'), 'the other node has its own folder');
  });

  it('imports a disk with the provider’s commands', async () => {
    const { volid, size } = ((await api('/nodes/pve1/storage/nas/content?content=iso')) as { volid: string; size: number }[])[0] ?? { volid: '', size: 0 };
    await api('/nodes/pve1/qemu', 'POST', { vmid: '777', name: 'imported' });
    const ran = await script([
      'set -e', TRY_SUDO, `file_id=${volid}`, 'file_format=qcow2', 'datastore_id_target=local-lvm', 'vm_id=777', 'disk_options=cache=none,discard=on', 'disk_interface=scsi0',
      'source_image=$(try_sudo /usr/sbin/pvesm path $file_id)',
      "imported_disk=$(try_sudo /usr/sbin/qm disk import $vm_id $source_image $datastore_id_target -format $file_format | grep unused0 | cut -d : -f 3 | cut -d \\' -f 1)",
      'disk_id=${datastore_id_target}:$imported_disk,$disk_options', 'try_sudo /usr/sbin/qm set $vm_id -${disk_interface} $disk_id',
    ]);
    // Standard output and standard error come by different ways.
    assert.deepEqual({ code: ran.code, lines: ran.output.trimEnd().split('\n').sort() }, {
      code: 0, lines: ["format 'qcow2' is not supported by the target storage - using 'raw' instead", 'update VM 777: -scsi0 local-lvm:vm-777-disk-0,cache=none,discard=on'],
    });
    const config = (await api('/nodes/pve1/qemu/777/config')) as { scsi0: string; unused0?: string };
    assert.match(config.scsi0, /^local-lvm:vm-777-disk-0,cache=none,discard=on,size=\d+[KMG]?$/);
    assert.equal(config.unused0, undefined);
    const disks = (await api('/nodes/pve1/storage/local-lvm/content?vmid=777')) as { volid: string; size: number }[];
    assert.deepEqual(disks.map((disk) => [disk.volid, disk.size]), [['local-lvm:vm-777-disk-0', size]]);
  });

  it('says what the commands say when they fail', async () => {
    assert.deepEqual(await script(['qm disk import 9999 /nowhere local-lvm']), { code: 2, output: "Configuration file 'nodes/pve1/qemu-server/9999.conf' does not exist\n" });
    assert.deepEqual(await script(['qm disk import 777 /nowhere local-lvm']), { code: 255, output: '/nowhere: non-existent or non-regular file\n' });
    assert.deepEqual(await script(['pvesm path nothing:x']), { code: 255, output: "storage 'nothing' does not exist\n" });
    assert.deepEqual(await script(['set -e', "sed -i '/^a/d' /etc/pve/lxc/9999.conf", 'echo never']), { code: 2, output: "sed: can't read /etc/pve/lxc/9999.conf: No such file or directory\n" });
    assert.match((await script(['qm set 777 --cores many'])).output, /^400 Parameter verification failed\.\ncores: /);
  });

  it('keeps a container’s idmap lines, in the API and when the cluster is saved', async () => {
    const { vmid } = ((await api('/cluster/resources?type=vm')) as { vmid: number; type: string; node: string }[]).find(({ type, node }) => type === 'lxc' && node === 'pve1') ?? { vmid: 0 };
    const file = `/etc/pve/lxc/${vmid}.conf`;
    const commands = ['set -e', TRY_SUDO, `try_sudo sed -i '/^lxc\\.idmap:/d' ${file}`, `echo 'lxc.idmap: u 0 100000 1000\nlxc.idmap: g 0 100000 1000' | try_sudo tee -a ${file} > /dev/null`];
    for (let i = 0; i < 2; i++) assert.deepEqual(await script(commands), { code: 0, output: '' });
    assert.deepEqual(((await api(`/nodes/pve1/lxc/${vmid}/config`)) as { lxc: unknown }).lxc, [['lxc.idmap', 'u 0 100000 1000'], ['lxc.idmap', 'g 0 100000 1000']]);
    const saved = join(folder, 'saved/nodes/pve1/lxc', `${vmid}.conf`);
    simulator.process.kill('SIGUSR2');
    let text = '';
    while (!text.includes('idmap')) text = await readFile(saved, 'utf8').catch(() => '');
    assert.match(text, /^lxc\.idmap: u 0 100000 1000\nlxc\.idmap: g 0 100000 1000$/m);
  });

  it('takes files by SFTP, in any order of their pieces, and says what is there', async () => {
    const session = await sftp();
    const open = promisify<string, ssh2.OpenMode, Buffer>(session.open.bind(session));
    const write = promisify<Buffer, Buffer, number, number, number>(session.write.bind(session));
    const handle = await open('/var/lib/vz/snippets/hook.sh', 'w');
    const text = Buffer.from('#!/bin/sh\nexit 0\n');
    await write(handle, text, 10, text.length - 10, 10);
    await write(handle, text, 0, 10, 0);
    await promisify(session.close.bind(session))(handle);
    await promisify(session.chmod.bind(session) as (path: string, mode: number, done: (error?: Error) => void) => void)('/var/lib/vz/snippets/hook.sh', 0o755);
    const { size, mode } = await promisify(session.stat.bind(session))('/var/lib/vz/snippets/hook.sh');
    assert.deepEqual([size, mode & 0o7777], [text.length, 0o755]);
    assert.equal((await promisify(session.readFile.bind(session) as (path: string, done: (error: Error | undefined, bytes: Buffer) => void) => void)('/var/lib/vz/snippets/hook.sh')).toString(), text.toString());
    assert.ok((await promisify(session.readdir.bind(session))('/var/lib/vz/snippets')).some(({ filename }) => filename === 'hook.sh'));
    await assert.rejects(promisify(session.stat.bind(session))('/var/lib/vz/snippets/none'), /No such file/);
    assert.ok(((await api('/nodes/pve1/storage/local/content?content=snippets')) as { volid: string }[]).some(({ volid }) => volid === 'local:snippets/hook.sh'));
  });

  it('lets OpenSSH itself in, where it is installed, with a terminal that is not one', async function () {
    const found = await promisify(execFile)('ssh', ['-V']).then(() => true, () => false);
    if (!found) {
      console.log('      ssh is not installed here: nothing was checked');
      return;
    }
    await writeFile(join(folder, 'id'), key.private, { mode: 0o600 });
    const options = ['-i', join(folder, 'id'), '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${join(folder, 'known')}`, '-o', 'IdentitiesOnly=yes', '-p', String(simulator.sshPort)];
    const { stdout } = await promisify(execFile)('ssh', [...options, 'root@127.0.0.1', 'hostname; qm config 777 | grep name']);
    assert.equal(stdout, 'pve1\nname: imported\n');
  });
});
