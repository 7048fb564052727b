import * as vscode from 'vscode';
import { type Disposable, DisposableStore, Emitter } from '../../base/index.ts';
import type { Connection } from '../../pve/index.ts';
import { onSettingChanged, readSetting, setContext } from '../contributed.ts';
import type { BrokenConnection, ConnectionSettings } from './connection-settings.ts';
import type { EditorSecrets } from './editor-secrets.ts';

const setting = 'proxmox.connections';

/** The connections of this window: the saved ones of the user's settings, and ephemeral ones that end with the window. */
export class Connections implements Disposable {
  readonly secrets: EditorSecrets;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new Emitter<void>());
  readonly #ephemeral = new Map<string, { readonly connection: Connection; readonly end: Disposable | undefined }>();
  #saved: ConnectionSettings = { connections: [], broken: [] };
  #loading: Promise<void> | undefined;

  /** A connection came, went or was changed. */
  readonly onDidChange = this.#changes.event;

  constructor(secrets: EditorSecrets) {
    this.secrets = secrets;
    this.#store.add(onSettingChanged(setting, () => void this.#reload()));
    this.#showEmptiness();
  }

  /** Whether there is nothing to show, not even something broken. Needs no {@link load}. */
  get isEmpty(): boolean {
    const value: unknown = readSetting(setting);
    return this.#ephemeral.size === 0 && (Array.isArray(value) ? value.length === 0 : value === undefined || value === null);
  }

  /** Reads the settings the first time; {@link all}, {@link broken} and {@link find} are complete afterwards. */
  load(): Promise<void> {
    return (this.#loading ??= this.#read());
  }

  get all(): readonly Connection[] {
    return [...[...this.#ephemeral.values()].map(({ connection }) => connection), ...this.#saved.connections];
  }

  get broken(): readonly BrokenConnection[] {
    return this.#saved.broken;
  }

  find(id: string): Connection | undefined {
    return this.#ephemeral.get(id)?.connection ?? this.#saved.connections.find((connection) => connection.id === id);
  }

  isEphemeral(id: string): boolean {
    return this.#ephemeral.has(id);
  }

  /**
   * Adds or replaces a connection that lives in memory only.
   * @param end what is disposed of when the connection is removed or the window closes
   */
  addEphemeral(connection: Connection, secret: string, end?: Disposable): void {
    this.#ephemeral.get(connection.id)?.end?.dispose();
    this.secrets.keepInMemory(connection.id, secret);
    this.#ephemeral.set(connection.id, { connection, end });
    this.#announce();
  }

  /** Writes a connection to where it came from: an ephemeral one stays in memory, others go to the user's settings. */
  async save(connection: Connection, secret?: string): Promise<void> {
    const ephemeral = this.#ephemeral.get(connection.id);
    if (ephemeral !== undefined) {
      if (secret !== undefined) this.secrets.keepInMemory(connection.id, secret);
      this.#ephemeral.set(connection.id, { ...ephemeral, connection });
      this.#announce();
      return;
    }
    // The secret first: whoever hears of the connection finds it complete.
    if (secret !== undefined) await this.secrets.store(connection.id, secret);
    const entries = this.#entries();
    const index = entries.findIndex((entry) => idOf(entry) === connection.id);
    const next = index === -1 ? [...entries, connection] : entries.with(index, connection);
    await this.#write(next);
    // A changed secret alone changes no setting, and the client has to hear of it too.
    if (secret !== undefined && index !== -1) this.#announce();
  }

  async remove(id: string): Promise<void> {
    const ephemeral = this.#ephemeral.get(id);
    if (ephemeral !== undefined) {
      this.#ephemeral.delete(id);
      ephemeral.end?.dispose();
      await this.secrets.forget(id);
      this.#announce();
      return;
    }
    await this.#write(this.#entries().filter((entry) => idOf(entry) !== id));
    await this.secrets.forget(id);
  }

  /** An id for a new connection: its name in the characters an id may have, made unique. */
  newId(name: string): string {
    const base = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+|-+$/g, '').slice(0, 50) || 'cluster';
    const taken = new Set([...this.all.map(({ id }) => id), ...this.broken.map(({ id }) => id)]);
    for (let count = 1; ; count++) {
      const id = count === 1 ? base : `${base}-${count}`;
      if (!taken.has(id)) return id;
    }
  }

  dispose(): void {
    for (const { end } of this.#ephemeral.values()) end?.dispose();
    this.#store.dispose();
  }

  /** What the user's settings hold, entry by entry, whatever it is: entries that are broken stay as they are. */
  #entries(): readonly unknown[] {
    const value = vscode.workspace.getConfiguration().inspect<unknown>(setting)?.globalValue;
    return Array.isArray(value) ? (value as readonly unknown[]) : [];
  }

  async #write(entries: readonly unknown[]): Promise<void> {
    await vscode.workspace.getConfiguration().update(setting, entries, vscode.ConfigurationTarget.Global);
    await this.#reload();
  }

  async #reload(): Promise<void> {
    this.#loading = this.#read();
    await this.#loading;
    this.#announce();
  }

  async #read(): Promise<void> {
    const { parseConnections } = await import('./connection-settings.ts');
    this.#saved = parseConnections(readSetting(setting));
  }

  #announce(): void {
    this.#showEmptiness();
    this.#changes.fire();
  }

  #showEmptiness(): void {
    setContext('proxmox.noConnections', this.isEmpty);
  }
}

function idOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>)['id'] : undefined;
}
