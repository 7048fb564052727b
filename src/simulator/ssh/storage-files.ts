import { posix } from 'node:path';
import { fileFormat, folderOf, parseVolumeName, type VolumeName } from '../storage/index.ts';
import type { Cluster, Storage, Volume } from '../state/cluster.ts';
import { availableOn, hasContent, isDisabled, isFileBased, isShared } from '../state/storages.ts';
import { findVolume, free, putVolume, storageUsage, volumesOn } from '../state/volumes.ts';
import type { FileBuffer } from './file-buffer.ts';
import { FileError } from './file-error.ts';

/** Content that stands as files side by side in one folder. */
const CONTENTS = ['iso', 'vztmpl', 'snippets', 'import', 'backup'] as const;

interface Place {
  readonly storage: Storage;
  readonly volid: string;
  readonly name: VolumeName;
}

/** The folders of a node's file storages: a file in one of them is a volume. */
export class StorageFiles {
  readonly #cluster: Cluster;
  readonly #node: string;

  constructor(cluster: Cluster, node: string) {
    this.#cluster = cluster;
    this.#node = node;
  }

  /** A storage's own folder, those it keeps content in, and what leads there. */
  isFolder(path: string): boolean {
    return this.#folders().some((folder) => folder === path || folder.startsWith(`${path}/`));
  }

  list(path: string): string[] {
    const children = this.#folders().filter((folder) => folder.startsWith(`${path}/`)).map((folder) => folder.slice(path.length + 1).split('/')[0] ?? '');
    const files = this.#storages().flatMap((storage) =>
      CONTENTS.filter((content) => folderOf(storage, content) === path).flatMap((content) => volumesOn(this.#cluster, storage, this.#node).filter((volume) => volume.content === content).map(({ volid }) => posix.basename(volid))));
    return [...children, ...files];
  }

  find(path: string): Volume | undefined {
    for (const { volid } of this.#places(path)) {
      const volume = findVolume(this.#cluster, volid, this.#node);
      if (volume !== undefined) return volume;
    }
    return undefined;
  }

  /** @returns false when the path is no volume of a storage @throws FileError when the storage is full */
  write(path: string, content: FileBuffer): boolean {
    const places = this.#places(path);
    const place = places.find(({ storage, name }) => hasContent(storage, name.content)) ?? places[0];
    if (place === undefined) return false;
    const { storage, volid, name } = place;
    const replaced = findVolume(this.#cluster, volid, this.#node)?.used ?? 0;
    if (storageUsage(this.#cluster, storage, this.#node).avail + replaced < content.size) throw new FileError('ENOSPC');
    putVolume(this.#cluster, {
      volid,
      storage: storage.id,
      ...(isShared(storage) ? {} : { node: this.#node }),
      content: name.content,
      format: name.content === 'images' ? name.format : fileFormat(name.content, name.name),
      size: content.size,
      used: content.size,
      ctime: Math.floor(this.#cluster.clock.now() / 1000),
      ...(name.vmid === undefined ? {} : { vmid: name.vmid }),
      ...(name.content === 'snippets' && content.bytes !== undefined ? { text: content.bytes.toString('utf8') } : {}),
    });
    return true;
  }

  /** @returns false when the path is no volume of a storage */
  remove(path: string): boolean {
    const volume = this.find(path);
    if (volume === undefined) return false;
    free(this.#cluster, volume.volid, this.#node);
    return true;
  }

  #storages(): Storage[] {
    return [...this.#cluster.storages.values()].filter((storage) => isFileBased(storage) && !isDisabled(storage) && availableOn(storage, this.#node) && storage.options.has('path'));
  }

  #folders(): string[] {
    return this.#storages().flatMap((storage) => [storage.options.get('path') ?? '', ...CONTENTS.map((content) => folderOf(storage, content))]);
  }

  /** What the path is on the storages that have its folder; several may share one. */
  #places(path: string): Place[] {
    return this.#storages().flatMap((storage) => {
      const volume = volumeAt(storage, path);
      if (volume === undefined) return [];
      try {
        return [{ storage, volid: `${storage.id}:${volume}`, name: parseVolumeName(storage, volume) }];
      } catch {
        // A file with a name that Proxmox passes over.
        return [];
      }
    });
  }
}

/** The name of the volume that a file of that path would be on the storage. */
function volumeAt(storage: Storage, path: string): string | undefined {
  const folder = posix.dirname(path);
  const images = folderOf(storage, 'images');
  if (folder.startsWith(`${images}/`)) return path.slice(images.length + 1);
  const content = CONTENTS.find((one) => folderOf(storage, one) === folder);
  return content === undefined ? undefined : `${content}/${posix.basename(path)}`;
}
