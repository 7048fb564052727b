import { type Disposable, Emitter } from '../../base/index.ts';
import { type InstalledProvider, installedProvider } from './installed-provider.ts';
import { loadSnapshot } from './load-snapshot.ts';
import type { ProviderSchema, SchemaSource } from './model.ts';
import { readInstalled } from './read-installed.ts';
import { schemaSource } from './schema-source.ts';
import { withSuggestions } from './with-suggestions.ts';

/** The schema that a folder's code is held against. */
export interface FolderSchema {
  readonly schemas: SchemaSource;
  /** Of the provider whose schema it is. */
  readonly version: string | undefined;
  readonly from: ProviderSchema['from'];
  /** The version that the folder has chosen; undefined when it has not yet. */
  readonly wanted: string | undefined;
  /** Why it is not the schema of that version, in a sentence or more; undefined while it is being read, too. */
  readonly problem: string | undefined;
}

export interface ProjectSchemasOptions {
  /** The program to run, an absolute path. @throws Error that says why there is none */
  readonly program: () => Promise<string>;
  readonly environment: NodeJS.ProcessEnv;
  /** Absolute path of a folder of this user's. */
  readonly storage: string;
}

interface Read {
  readonly key: string;
  readonly abort: AbortController;
  result: FolderSchema | undefined;
}

/**
 * What the provider of each folder allows. The snapshot that came with the extension answers at once, for a folder that has chosen
 * another version until that one's own schema has been read.
 */
export class ProjectSchemas implements Disposable {
  readonly #options: ProjectSchemasOptions;
  readonly #changes = new Emitter<string>();
  readonly #installed = new Map<string, Promise<InstalledProvider | undefined>>();
  readonly #reads = new Map<string, Read>();
  #snapshot: Promise<{ readonly provider: ProviderSchema; readonly schemas: SchemaSource }> | undefined;

  /** Fires with the folder whose schema is known now, or is known to be out of reach. */
  readonly onDidChange = this.#changes.event;

  constructor(options: ProjectSchemasOptions) {
    this.#options = options;
  }

  /** What is known now. Does not wait for Terraform. */
  async of(folder: string): Promise<FolderSchema> {
    this.#snapshot ??= loadSnapshot().then((provider) => ({ provider, schemas: schemaSource([provider]) }));
    let installed = this.#installed.get(folder);
    if (installed === undefined) this.#installed.set(folder, (installed = installedProvider(folder, this.#options.environment)));
    const [{ provider: snapshot, schemas }, provider] = await Promise.all([this.#snapshot, installed]);
    const fallback = { schemas, version: snapshot.version, from: snapshot.from, wanted: provider?.version, problem: undefined };
    if (provider === undefined || provider.version === snapshot.version) return fallback;
    const key = `${provider.key} ${String(provider.installed)}`;
    const known = this.#reads.get(folder);
    if (known?.key === key) return known.result ?? fallback;
    known?.abort.abort();
    const read: Read = { key, abort: new AbortController(), result: undefined };
    this.#reads.set(folder, read);
    void this.#read(folder, provider, read, snapshot, fallback);
    return fallback;
  }

  /** Whatever folders have installed is looked at again when it is next asked for. */
  refresh(): void {
    this.#installed.clear();
  }

  /** What could not be read may be readable now: there is a program, or it may be run. */
  retry(): void {
    for (const [folder, { result }] of this.#reads) if (result?.problem !== undefined) this.#reads.delete(folder);
    this.#installed.clear();
  }

  /** Nobody works on a folder any more: what is being read for it is given up. */
  forget(folder: string): void {
    this.#reads.get(folder)?.abort.abort();
    this.#reads.delete(folder);
    this.#installed.delete(folder);
  }

  dispose(): void {
    for (const { abort } of this.#reads.values()) abort.abort();
    this.#reads.clear();
    this.#changes.dispose();
  }

  async #read(folder: string, provider: InstalledProvider, read: Read, snapshot: ProviderSchema, fallback: FolderSchema): Promise<void> {
    const { signal } = read.abort;
    try {
      const schema = await readInstalled(provider, { ...this.#options, signal });
      read.result = { schemas: schemaSource([withSuggestions(schema, snapshot)]), version: schema.version, from: schema.from, wanted: provider.version, problem: undefined };
    } catch (error) {
      read.result = { ...fallback, problem: error instanceof Error ? error.message : String(error) };
    }
    if (!signal.aborted) this.#changes.fire(folder);
  }
}
