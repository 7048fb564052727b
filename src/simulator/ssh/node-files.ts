import { posix } from 'node:path';
import { parseGuestConfig, printGuestConfig } from '../../pve/config/index.ts';
import type { SimulatedCluster } from '../state/create-cluster.ts';
import type { Guest } from '../state/cluster.ts';
import { FileBuffer } from './file-buffer.ts';
import { FileError } from './file-error.ts';
import { StorageFiles } from './storage-files.ts';

export interface FileStat {
  readonly isFolder: boolean;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
}

const CONFIG = /^\/etc\/pve\/(?:nodes\/([^/]+)\/)?(qemu-server|lxc)\/(\d+)\.conf$/;
const FOLDERS = ['/', '/etc', '/etc/pve', '/etc/pve/lxc', '/etc/pve/qemu-server', '/etc/pve/nodes', '/root', '/tmp', '/var', '/var/lib', '/var/tmp', '/usr', '/usr/share'];

/**
 * The files of one node as somebody logged in there sees them: guests' configuration files below `/etc/pve`, the folders of its file
 * storages, and whatever else is written, which is kept as long as the simulator runs. Writing to the first two changes the cluster.
 */
export class NodeFiles {
  readonly #cluster: SimulatedCluster;
  readonly #node: string;
  readonly #storages: StorageFiles;
  readonly #others = new Map<string, { readonly content: FileBuffer; readonly mtime: number }>();
  readonly #folders = new Set(FOLDERS);
  readonly #modes = new Map<string, number>();

  constructor(cluster: SimulatedCluster, node: string) {
    this.#cluster = cluster;
    this.#node = node;
    this.#storages = new StorageFiles(cluster, node);
  }

  stat(given: string): FileStat | undefined {
    this.#cluster.tasks.settle();
    const path = normal(given);
    const mode = this.#modes.get(path);
    if (this.#folders.has(path) || this.#storages.isFolder(path)) return { isFolder: true, size: 4096, mode: mode ?? 0o755, mtime: this.#now() };
    const guest = this.#guestAt(path);
    if (guest !== undefined) return { isFolder: false, size: Buffer.byteLength(printGuestConfig(guest.kind, guest.config)), mode: 0o640, mtime: this.#now() };
    const volume = this.#storages.find(path);
    if (volume !== undefined) return { isFolder: false, size: volume.size, mode: mode ?? 0o644, mtime: volume.ctime };
    const other = this.#others.get(path);
    return other === undefined ? undefined : { isFolder: false, size: other.content.size, mode: mode ?? 0o644, mtime: other.mtime };
  }

  /** The names in a folder. Throws {@link FileError}. */
  list(given: string): string[] {
    const path = normal(given);
    const found = this.stat(path);
    if (found === undefined) throw new FileError('ENOENT');
    if (!found.isFolder) throw new FileError('ENOTDIR');
    const below = [...this.#folders, ...this.#others.keys()].filter((other) => other !== '/' && posix.dirname(other) === path).map((other) => posix.basename(other));
    const kind = /^\/etc\/pve\/(?:nodes\/[^/]+\/)?(qemu-server|lxc)$/.exec(path)?.[1];
    const guests = kind === undefined ? [] : [...this.#cluster.guests.values()].filter((guest) => guest.node === this.#node && folderOfKind(guest) === kind).map(({ vmid }) => `${vmid}.conf`);
    return [...new Set([...below, ...guests, ...this.#storages.list(path)])].sort();
  }

  /** Throws {@link FileError}. */
  read(given: string): FileBuffer {
    const path = normal(given);
    const found = this.stat(path);
    if (found === undefined) throw new FileError('ENOENT');
    if (found.isFolder) throw new FileError('EISDIR');
    const guest = this.#guestAt(path);
    if (guest !== undefined) return FileBuffer.of(printGuestConfig(guest.kind, guest.config));
    const volume = this.#storages.find(path);
    if (volume !== undefined) return volume.text === undefined ? FileBuffer.ofSize(volume.size) : FileBuffer.of(volume.text);
    return this.#others.get(path)?.content ?? new FileBuffer();
  }

  /** Puts a file in its place, over one that is there. Throws {@link FileError}. */
  write(given: string, content: FileBuffer): void {
    const path = normal(given);
    if (this.stat(path)?.isFolder === true) throw new FileError('EISDIR');
    if (this.stat(posix.dirname(path))?.isFolder !== true && !CONFIG.test(path)) throw new FileError('ENOENT');
    const guest = this.#guestAt(path);
    if (guest !== undefined) guest.config = parseGuestConfig(guest.kind, content.bytes?.toString('utf8') ?? '').config;
    // New guests are not made by writing a file here; the cluster's file system itself would let it happen.
    else if (path.startsWith('/etc/pve/')) throw new FileError('EACCES');
    else if (!this.#storages.write(path, content)) this.#others.set(path, { content, mtime: this.#now() });
  }

  makeFolder(given: string): void {
    const path = normal(given);
    if (this.stat(posix.dirname(path))?.isFolder !== true) throw new FileError('ENOENT');
    if (path.startsWith('/etc/pve/')) throw new FileError('EACCES');
    this.#folders.add(path);
  }

  remove(given: string): void {
    const path = normal(given);
    const found = this.stat(path);
    if (found === undefined) throw new FileError('ENOENT');
    if (found.isFolder) throw new FileError('EISDIR');
    if (path.startsWith('/etc/pve/')) throw new FileError('EACCES');
    this.#modes.delete(path);
    if (!this.#storages.remove(path)) this.#others.delete(path);
  }

  changeMode(given: string, mode: number): void {
    if (this.stat(given) === undefined) throw new FileError('ENOENT');
    this.#modes.set(normal(given), mode & 0o7777);
  }

  #now(): number {
    return Math.floor(this.#cluster.clock.now() / 1000);
  }

  /** The guest whose configuration file that is: of this node, or of any below `/etc/pve/nodes`. */
  #guestAt(path: string): Guest | undefined {
    const [, node = this.#node, folder, vmid] = CONFIG.exec(path) ?? [];
    const guest = this.#cluster.guests.get(Number(vmid));
    return guest !== undefined && guest.node === node && folderOfKind(guest) === folder ? guest : undefined;
  }
}

const folderOfKind = ({ kind }: Guest): string => (kind === 'qemu' ? 'qemu-server' : 'lxc');

/** Absolute, without `..` and trailing slashes; relative paths begin in root's home. */
export const normal = (path: string): string => posix.resolve('/root', path);
