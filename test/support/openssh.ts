import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../../scripts/lib/server.mjs';
import { openSshFolder } from '../../scripts/lib/paths.mjs';

export interface OpenSshServer {
  readonly port: number;
  /** The user that it lets in: whoever runs the test. */
  readonly user: string;
  /** `SHA256:…`, as ssh-keygen prints it. */
  readonly hostKey: string;
  /** A private key that is let in, and one that is not. */
  readonly key: string;
  readonly strangersKey: string;
  stop(): Promise<void>;
}

/** OpenSSH's own server on a free port of the loopback, with keys of its own. */
export async function startOpenSsh(): Promise<OpenSshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'openssh-'));
  const file = (name: string): string => join(folder, name);
  for (const name of ['host', 'key', 'stranger']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file(name)]);
  await copyFile(file('key.pub'), file('authorized_keys'));
  await chmod(folder, 0o700);
  const port = await freePort();
  const unpacked = openSshFolder();
  const installed = existsSync('/usr/sbin/sshd');
  const [session] = globSync(join(unpacked, 'usr/lib/openssh/sshd-session'));
  await writeFile(file('sshd_config'), [
    `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`, `AuthorizedKeysFile ${file('authorized_keys')}`, `PidFile ${file('pid')}`,
    'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password', ...(installed || session === undefined ? [] : [`SshdSessionPath ${session}`]), '',
  ].join('\n'));
  // Where it puts those aside who are not logged in yet (sshd(8), "FILES").
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const [library] = globSync(join(unpacked, 'usr/lib/*/libwrap.so.0'));
  const child = spawn(installed ? '/usr/sbin/sshd' : join(unpacked, 'usr/sbin/sshd'), ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...(installed || library === undefined ? {} : { LD_LIBRARY_PATH: dirname(library) }) },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  await listening(port, child, () => errors);
  const [, hostKey = ''] = execFileSync('ssh-keygen', ['-lf', file('host.pub')], { encoding: 'utf8' }).split(' ');
  return {
    port, user: userInfo().username, hostKey, key: file('key'), strangersKey: file('stranger'),
    async stop() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listening(port: number, child: ChildProcess, errors: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`OpenSSH's server did not start: ${errors()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`OpenSSH's server does not listen: ${errors()}`);
}
