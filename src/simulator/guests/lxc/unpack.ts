import { createHash } from 'node:crypto';
import type { Cluster, Volume } from '../../state/cluster.ts';
import { randomUuid } from '../../state/random.ts';
import { volumeName } from '../volume-name.ts';
import { storageOf } from '../volume-setting.ts';

/** What `pct create` finds out about a template once it is unpacked; here its name tells. */
export interface Unpacked {
  readonly ostype: string;
  readonly arch: string;
  readonly ssh: boolean;
}

const OSTYPES: readonly (readonly [RegExp, string])[] = [
  [/^(debian|devuan|ubuntu|centos|fedora|opensuse|archlinux|alpine|gentoo|nixos)/, ''],
  [/^(?:rockylinux|almalinux)/, 'centos'],
];

export function unpacked(template: string): Unpacked {
  const { name } = volumeName(template);
  const [pattern, ostype = 'unmanaged'] = OSTYPES.find(([start]) => start.test(name)) ?? [];
  const arch = /_(amd64|i386|arm64|armhf|riscv32|riscv64)\./.exec(name)?.[1] ?? 'amd64';
  return { ostype: ostype === '' ? (pattern?.exec(name)?.[1] ?? 'unmanaged') : ostype, arch, ssh: !name.startsWith('alpine') };
}

/** Where the node has the file of a template or backup. */
export function archivePath(cluster: Cluster, archive: Volume): string {
  const root = cluster.storages.get(archive.storage)?.options.get('path') ?? '/var/lib/vz';
  return `${root}/${archive.content === 'backup' ? 'dump' : 'template/cache'}/${volumeName(archive.volid).name}`;
}

/** The lines that making and formatting a container's volume writes. */
export function formatLines(cluster: Cluster, volid: string, bytes: number): string[] {
  const storage = cluster.storages.get(storageOf(volid) ?? '');
  const { name, format } = volumeName(volid);
  const created = storage?.type.startsWith('lvm') ? [`  Logical volume "${name}" created.`] : storage?.type === 'rbd' ? [`/dev/rbd/${storage.options.get('pool') ?? 'rbd'}/${name}`] : [];
  if (format === 'subvol') return created;
  const blocks = Math.floor(bytes / 4096);
  return [...created, `Creating filesystem with ${blocks} 4k blocks and ${Math.max(16, Math.floor(blocks / 4))} inodes`, `Filesystem UUID: ${randomUuid(cluster)}`];
}

/** The lines that unpacking an archive writes. @param bytes of the files in it */
export function extractLines(path: string, bytes: number): string[] {
  const mebibytes = Math.round(bytes / (1024 * 1024));
  return [`extracting archive '${path}'`, `Total bytes read: ${bytes} (${mebibytes}MiB, ${Math.max(1, Math.min(280, mebibytes))}MiB/s)`];
}

/** The lines of a new container's own SSH host keys. */
export function hostKeyLines(cluster: Cluster, hostname: string): string[] {
  return ['rsa', 'ecdsa', 'ed25519'].flatMap((type) => {
    const fingerprint = createHash('sha256').update(`${type}${cluster.random()}`).digest('base64').replace(/=+$/, '');
    return [`Creating SSH host key 'ssh_host_${type}_key' - this may take some time ...`, `done: SHA256:${fingerprint} root@${hostname}`];
  });
}

/** The summary that copying a mount point's files with rsync writes. @param bytes of the files */
export function copyLines(bytes: number): string[] {
  const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');
  const files = Math.max(1, Math.floor(bytes / 30_000));
  return [
    `Number of files: ${grouped(files * 1.4)} (reg: ${grouped(files)}, dir: ${grouped(files * 0.2)}, link: ${grouped(files * 0.2)})`,
    `Total file size: ${grouped(bytes)} bytes`,
    `Total transferred file size: ${grouped(bytes)} bytes`,
    `total size is ${grouped(bytes)}  speedup is 1.00`,
  ];
}
