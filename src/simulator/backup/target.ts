import { failure } from '../api/errors.ts';
import type { ParameterValue } from '../api/route.ts';
import type { Cluster, Storage } from '../state/cluster.ts';
import { checkEnabled, hasContent } from '../state/storages.ts';
import { folderOf, parseRetention, type Retention } from '../storage/index.ts';

/** What a call of vzdump was told, by its own parameters' names; `/etc/vzdump.conf` says nothing on the simulated nodes. */
export type BackupOptions = Readonly<Record<string, ParameterValue>>;

/** Where the backups of a job go and what is kept there. */
export interface Target {
  readonly storage: Storage;
  /** Undefined on a backup server. */
  readonly folder: string | undefined;
  readonly retention: Retention;
  readonly retentionText: string;
}

/** The storage a call names, or `local`; undefined with `dumpdir`. */
export function storageParameter(options: BackupOptions): string | undefined {
  return options['dumpdir'] ? undefined : String(options['storage'] ?? 'local');
}

/** Tells all that is wrong with the target at once, as vzdump does before the first guest. */
export function findTarget(cluster: Cluster, node: string, options: BackupOptions): Target {
  const id = storageParameter(options);
  if (id === undefined) throw failure(`dumpdir '${String(options['dumpdir'])}' does not exist`);
  const problems: string[] = [];
  const attempt = (prefix: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      problems.push(`${prefix}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  attempt(`could not activate storage '${id}'`, () => void checkEnabled(cluster, id, node));
  const storage = cluster.storages.get(id);
  attempt(`could not get storage information for '${id}'`, () => {
    if (storage === undefined) throw failure(`storage '${id}' does not exist`);
    if (!hasContent(storage, 'backup')) throw failure(`can't use storage '${id}' for backups - wrong content type`);
  });
  if (options['tmpdir']) problems.push(`tmpdir '${String(options['tmpdir'])}' does not exist`);
  if (problems.length > 0 || storage === undefined) throw failure(problems.join('\n'));
  const text = String(options['prune-backups'] ?? storage.options.get('prune-backups') ?? 'keep-all=1');
  const retention = parseRetention(text);
  const retentionText = [...retention].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}=${count}`).join(', ');
  return { storage, folder: storage.type === 'pbs' ? undefined : folderOf(storage, 'backup'), retention, retentionText };
}
