import type { GuestRow, Snapshot, TaskRow, Volume } from '../../../inventory/index.ts';
import type { Detail, Sources } from './sources.ts';
import type { StorageEntry } from './storages.ts';

/** What was asked of the clusters for opened nodes, kept until it may have changed. */
export class Details {
  readonly #sources: Sources;
  readonly #volumes = new Map<string, Promise<Detail<readonly Volume[]>>>();
  readonly #snapshots = new Map<string, Promise<Detail<readonly Snapshot[]>>>();
  readonly #tasks = new Map<string, Promise<Detail<readonly TaskRow[]>>>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  volumes(connectionId: string, { key, storage, nodes }: StorageEntry): Promise<Detail<readonly Volume[]>> {
    return remember(this.#volumes, `${connectionId}/${key}`, () => this.#sources.volumes(connectionId, nodes[0] ?? '', storage));
  }

  snapshots(connectionId: string, guest: GuestRow): Promise<Detail<readonly Snapshot[]>> {
    return remember(this.#snapshots, `${connectionId}/${guest.id}`, () => this.#sources.snapshots(connectionId, guest));
  }

  tasks(connectionId: string): Promise<Detail<readonly TaskRow[]>> {
    return remember(this.#tasks, connectionId, () => this.#sources.tasks(connectionId));
  }

  forgetVolumes(connectionId: string, storageKey: string): void {
    this.#volumes.delete(`${connectionId}/${storageKey}`);
  }

  forgetSnapshots(connectionId: string, rowId: string): void {
    this.#snapshots.delete(`${connectionId}/${rowId}`);
  }

  forgetTasks(connectionId: string): void {
    this.#tasks.delete(connectionId);
  }

  forgetAll(connectionId?: string): void {
    if (connectionId === undefined) {
      this.#volumes.clear();
      this.#snapshots.clear();
      this.#tasks.clear();
      return;
    }
    this.#tasks.delete(connectionId);
    for (const cache of [this.#volumes, this.#snapshots]) for (const key of [...cache.keys()]) if (key.startsWith(`${connectionId}/`)) cache.delete(key);
  }
}

/** Failures are not kept: the next one who looks asks again. */
function remember<T>(cache: Map<string, Promise<Detail<T>>>, key: string, load: () => Promise<Detail<T>>): Promise<Detail<T>> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const loading = load();
  cache.set(key, loading);
  void loading.then((detail) => {
    if (!detail.ok && cache.get(key) === loading) cache.delete(key);
  });
  return loading;
}
