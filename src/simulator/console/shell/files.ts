import type { Machine } from '../machine.ts';

const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '/': ['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'proc', 'root', 'run', 'sbin', 'srv', 'sys', 'tmp', 'usr', 'var'],
  '/etc': ['fstab', 'hostname', 'hosts', 'issue', 'os-release', 'passwd', 'ssh', 'systemd'],
  '/home': [],
  '/root': ['README'],
  '/srv': [],
  '/tmp': [],
  '/var': ['cache', 'lib', 'log', 'tmp'],
  '/var/log': ['auth.log', 'dpkg.log', 'syslog'],
};

/** Text of the files that can be read at the console, by absolute path. */
export function filesOf({ hostname, system, disk }: Machine): Readonly<Record<string, string>> {
  return {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${hostname}\n::1 localhost ip6-localhost ip6-loopback\n`,
    '/etc/issue': `${system.pretty} \\n \\l\n`,
    '/etc/fstab': `${disk.device} / ext4 errors=remount-ro 0 1\n`,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    '/etc/os-release': `PRETTY_NAME="${system.pretty}"\nNAME="${system.name}"\nVERSION_ID="${system.version}"\nID=${system.id}\n`,
    '/root/README': 'This system is simulated: what you see here answers like a shell, nothing is run.\n',
    '/var/log/auth.log': '',
    '/var/log/dpkg.log': '',
    '/var/log/syslog': '',
  };
}

/** The names in a folder; undefined when there is none. */
export const folder = (path: string): readonly string[] | undefined => (Object.hasOwn(FOLDERS, path) ? FOLDERS[path] : undefined);

/** The absolute path, with `.`, `..` and `~` resolved. */
export function resolvePath(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('~') ? `/root${path.slice(1)}` : path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
