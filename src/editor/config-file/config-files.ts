import * as vscode from 'vscode';
import type { Logger } from '../../base/index.ts';
import { type PveClient, PveError } from '../../pve/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { showWarningMessage } from '../notices/index.ts';
import { mayConfigure, type ReadConfig, readConfig } from './cluster-config.ts';
import { ClusterNames } from './cluster-names.ts';
import { type ConfigPlace, type ConflictSide, configPath, parseConfigPath } from './config-place.ts';
import { configScheme } from '../ids.ts';
import { type ReviewingDoor, saveConfig, type SaveOutcome } from './save-config.ts';

export interface ConfigFileServices {
  readonly clusters: Clusters;
  readonly logger: Logger;
  /** Absent: configurations can be read and not saved. */
  readonly door?: ReviewingDoor;
}

/** A configuration as a document began with it. */
interface Entry {
  readonly place: ConfigPlace;
  config: ReadConfig;
  bytes: Uint8Array;
  /** Milliseconds since the epoch; moves when the document is to be read anew. */
  mtime: number;
  readonly: boolean;
  /** The text that conflicted with the cluster, until another one is saved. */
  conflicted?: string | undefined;
  /** Until then (milliseconds since the epoch) VS Code may save that text of its own accord, because it opens the merge editor. */
  mergeOpensUntil?: number | undefined;
  /** Milliseconds since the epoch. */
  readAt: number;
}

/** Milliseconds in which what was read to tell a file's size is also its contents. */
const FRESH = 2000;
/** Milliseconds that the merge editor may take to open. */
const MERGE_OPENS = 10_000;

/** The configurations that documents show: what each began with, and what became of it on the cluster. */
export class ConfigFiles implements vscode.Disposable {
  readonly #services: ConfigFileServices;
  readonly #fire: (uri: vscode.Uri) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #reading = new Map<string, Promise<Entry>>();
  readonly #names = new Map<string, ClusterNames>();
  /** The sides of conflicts, by path. */
  readonly #sides = new Map<string, ReadConfig>();
  readonly #pending = new vscode.EventEmitter<void>();

  /** Something waits for the next start that did not before, or no longer does. */
  readonly onDidChangePending = this.#pending.event;

  /** @param fire says that a document's contents are others now */
  constructor(services: ConfigFileServices, fire: (uri: vscode.Uri) => void) {
    this.#services = services;
    this.#fire = fire;
  }

  get door(): ReviewingDoor | undefined {
    return this.#services.door;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (parseConfigPath(uri.path) === undefined) {
      if (/\.conf(?:@|$)/.test(uri.path)) throw vscode.FileSystemError.FileNotFound(uri);
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0, permissions: vscode.FilePermission.Readonly };
    }
    const known = this.#entries.get(uri.toString());
    // While a text is edited, what it began with stands: whether the cluster went on is found out when it is saved.
    const entry = known !== undefined && isOpen(uri) ? known : await this.#read(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: entry.mtime, size: entry.bytes.length, ...(entry.readonly && { permissions: vscode.FilePermission.Readonly }) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const known = this.#entries.get(uri.toString());
    if (known !== undefined && Date.now() - known.readAt < FRESH) return known.bytes;
    const before = known?.config.text;
    const entry = await this.#read(uri);
    // VS Code asked for size and time before this: it has to ask again to believe them.
    if (before !== undefined && before !== entry.config.text) setTimeout(() => this.#fire(uri), 100);
    return entry.bytes;
  }

  /**
   * Has the difference reviewed and carried out. Rejects with FileSystemError when it was refused or declined. After `conflict` nothing was
   * done either; all sides of it can then be read. `merging` is the saving with which VS Code begins to merge: nothing was done.
   */
  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<SaveOutcome['type'] | 'merging'> {
    const entry = this.#entries.get(uri.toString()) ?? (await this.#read(uri));
    const { place } = entry;
    const { door } = this.#services;
    if (place.version.type !== 'configuration') throw new vscode.FileSystemError('Only the present configuration can be changed.');
    if (door === undefined || entry.readonly) throw new vscode.FileSystemError(`The configuration of ${place.vmid} is read-only.`);
    const text = new TextDecoder().decode(content);
    if (entry.conflicted === text && Date.now() < (entry.mergeOpensUntil ?? 0)) {
      delete entry.mergeOpensUntil;
      entry.bytes = content;
      return 'merging';
    }
    if (entry.conflicted === text && !(await this.#overwrite(place))) throw new vscode.FileSystemError('Nothing was sent to the cluster. Merge what changed there into your text, then save again.');
    const client = await this.#client(place);
    const here = await this.#located(place);
    let outcome: SaveOutcome;
    try {
      outcome = await saveConfig({ place: here, name: await this.nameOf(place), asking: { connection: client.connection, origin: 'person', surface: 'editor' }, base: entry.config, text, door, read: () => readConfig(client, here) });
    } catch (error) {
      throw asFileError(error, uri);
    }
    switch (outcome.type) {
      case 'refused':
        throw new vscode.FileSystemError(`Not sent to the cluster. ${outcome.reasons.join(' ')}`);
      case 'declined':
        throw new vscode.FileSystemError('The change was not approved, so nothing was sent to the cluster. The text stays as you wrote it.');
      case 'conflict':
        this.#conflict(entry, outcome.now, text);
        entry.conflicted = text;
        break;
      case 'saved':
      case 'unchanged':
        delete entry.conflicted;
        this.#take(entry, outcome.now);
        // What Proxmox VE made of it may look different: other order, a MAC address added.
        if (outcome.now.text !== text) setTimeout(() => this.#show(uri, entry), 500);
    }
    return outcome.type;
  }

  /** Looks whether the cluster has others than the open documents show. Never rejects. */
  async refresh(connectionId: string): Promise<void> {
    await Promise.all(vscode.workspace.textDocuments.map(async ({ uri, isDirty }) => {
      const entry = uri.scheme === configScheme ? this.#entries.get(uri.toString()) : undefined;
      if (entry === undefined || entry.place.connectionId !== connectionId || entry.place.version.type === 'conflict' || Date.now() - entry.readAt < FRESH) return;
      try {
        const now = await readConfig(await this.#client(entry.place), await this.#located(entry.place));
        entry.readAt = Date.now();
        const pending = JSON.stringify(now.pending) !== JSON.stringify(entry.config.pending);
        if (now.text === entry.config.text) entry.config = now;
        else if (!isDirty) {
          this.#take(entry, now);
          this.#show(uri, entry);
        }
        if (pending) this.#pending.fire();
      } catch (error) {
        this.#services.logger.debug(`${uri.path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }));
  }

  /** The merge editor is about to be opened over a document. */
  expectMerge(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry !== undefined) entry.mergeOpensUntil = Date.now() + MERGE_OPENS;
  }

  /** Reads a document's configuration anew, after something else than saving changed it. */
  async reload(uri: vscode.Uri): Promise<void> {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined) return;
    entry.readAt = 0;
    await this.refresh(entry.place.connectionId);
  }

  forget(uri: vscode.Uri): void {
    this.#entries.delete(uri.toString());
    this.#names.delete(uri.toString());
  }

  /** What a document began with; undefined when it was not read. */
  configOf(uri: vscode.Uri): ReadConfig | undefined {
    return this.#entries.get(uri.toString())?.config;
  }

  /** The names that exist where the guest is; undefined for a document that is no address of ours. */
  async namesFor(uri: vscode.Uri): Promise<ClusterNames | undefined> {
    const place = uri.scheme === configScheme ? parseConfigPath(uri.path) : undefined;
    if (place === undefined) return undefined;
    const known = this.#names.get(uri.toString());
    if (known !== undefined) return known;
    const here = await this.#located(place);
    const names = new ClusterNames(await this.#services.clusters.inventory(), () => this.#client(place), here);
    this.#names.set(uri.toString(), names);
    return names;
  }

  /** Rejects with FileSystemError when there is no such connection any more. */
  clientFor(place: ConfigPlace): Promise<PveClient> {
    return this.#client(place);
  }

  async nameOf(place: ConfigPlace): Promise<string | undefined> {
    const row = (await this.#services.clusters.inventory()).rows(place.connectionId).get(`${place.kind}/${place.vmid}`);
    return row?.kind === 'qemu' || row?.kind === 'lxc' ? row.name : undefined;
  }

  /** The place on the node where the guest is now. */
  placeNow(place: ConfigPlace): Promise<ConfigPlace> {
    return this.#located(place);
  }

  dispose(): void {
    this.#pending.dispose();
  }

  /** The text was not merged: saving it takes back what somebody else changed. */
  async #overwrite({ vmid }: ConfigPlace): Promise<boolean> {
    const overwrite = 'Overwrite';
    const detail = 'The text is still the one that was saved before, without what changed on the cluster meanwhile. Saving it takes those changes back.';
    return (await showWarningMessage(`Overwrite the changes of others to ${vmid}?`, { modal: true, detail }, overwrite)) === overwrite;
  }

  /** Puts all sides where the merge editor finds them; what is saved next is compared with the cluster's. */
  #conflict(entry: Entry, now: ReadConfig, text: string): void {
    const side = (name: ConflictSide, config: ReadConfig): void => {
      const place: ConfigPlace = { ...entry.place, version: { type: 'conflict', side: name } };
      const uri = configUri(place);
      this.#sides.set(uri.path, config);
      const shown = this.#entries.get(uri.toString());
      if (shown === undefined) return;
      this.#take(shown, config);
      this.#show(uri, shown);
    };
    side('before', entry.config);
    side('cluster', now);
    side('yours', { text, digest: undefined, pending: [] });
    entry.config = now;
    entry.bytes = new TextEncoder().encode(now.text);
  }

  #take(entry: Entry, config: ReadConfig): void {
    entry.config = config;
    entry.bytes = new TextEncoder().encode(config.text);
    entry.readAt = Date.now();
    entry.mtime = Math.max(entry.mtime + 1, entry.readAt);
    this.#pending.fire();
  }

  #show(uri: vscode.Uri, entry: Entry): void {
    entry.mtime = Math.max(entry.mtime + 1, Date.now());
    this.#fire(uri);
  }

  #read(uri: vscode.Uri): Promise<Entry> {
    const key = uri.toString();
    const under = this.#reading.get(key);
    if (under !== undefined) return under;
    const reading = this.#readNow(uri).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #readNow(uri: vscode.Uri): Promise<Entry> {
    const place = parseConfigPath(uri.path);
    if (place === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    const editable = place.version.type === 'configuration' && this.#services.door !== undefined;
    const { config, readonly } = await this.#fetch(place, editable).catch((error: unknown) => {
      throw asFileError(error, uri);
    });
    const known = this.#entries.get(uri.toString());
    if (known !== undefined) {
      known.readonly = readonly;
      if (known.config.text === config.text) {
        known.config = config;
        known.bytes = new TextEncoder().encode(config.text);
        known.readAt = Date.now();
      } else this.#take(known, config);
      return known;
    }
    const entry: Entry = { place, config, bytes: new TextEncoder().encode(config.text), mtime: Date.now(), readonly, readAt: Date.now() };
    this.#entries.set(uri.toString(), entry);
    this.#pending.fire();
    return entry;
  }

  async #fetch(place: ConfigPlace, editable: boolean): Promise<{ config: ReadConfig; readonly: boolean }> {
    if (place.version.type === 'conflict') {
      const config = this.#sides.get(configPath(place));
      if (config === undefined) throw vscode.FileSystemError.FileNotFound('The conflict was resolved.');
      return { config, readonly: true };
    }
    const client = await this.#client(place);
    const here = await this.#located(place);
    const [config, may] = await Promise.all([readConfig(client, here), editable ? mayConfigure(client, here) : false]);
    return { config, readonly: !may };
  }

  async #client({ connectionId }: ConfigPlace): Promise<PveClient> {
    const { clusters } = this.#services;
    await clusters.connections.load();
    const connection = clusters.connections.find(connectionId);
    if (connection === undefined) throw vscode.FileSystemError.Unavailable(`There is no connection '${connectionId}' any more.`);
    return clusters.client(connection);
  }

  /** Guests move; the address keeps the node it was opened with. */
  async #located(place: ConfigPlace): Promise<ConfigPlace> {
    const row = (await this.#services.clusters.inventory()).rows(place.connectionId).get(`${place.kind}/${place.vmid}`);
    return row?.kind === 'qemu' || row?.kind === 'lxc' ? { ...place, node: row.node } : place;
  }
}

export function configUri(place: ConfigPlace): vscode.Uri {
  return vscode.Uri.from({ scheme: configScheme, path: configPath(place) });
}

function isOpen(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === key);
}

function asFileError(error: unknown, uri: vscode.Uri): Error {
  if (error instanceof vscode.FileSystemError) return error;
  if (!(error instanceof PveError)) return new vscode.FileSystemError(error instanceof Error ? error.message : String(error));
  const text = [error.message, error.details.advice].filter((part) => part !== undefined).join(' ');
  if (error.kind === 'not-found') return vscode.FileSystemError.FileNotFound(uri);
  if (error.kind === 'forbidden') return vscode.FileSystemError.NoPermissions(text);
  return vscode.FileSystemError.Unavailable(text);
}
