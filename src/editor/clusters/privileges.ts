import { type Disposable, Emitter, type Logger } from '../../base/index.ts';
import type { Clusters } from './clusters.ts';

/** Whether the connection's user holds these privileges on an ACL path. */
export type May = (path: string, privileges: readonly string[]) => boolean;

/** Milliseconds after which privileges are read again when somebody looks. */
const AGE = 60_000;

/** What the users of the window's connections may do, as far as it was read: `GET /access/permissions`. */
export class Privileges implements Disposable {
  readonly #clusters: Clusters;
  readonly #logger: Logger;
  readonly #changes = new Emitter<string>();
  readonly #known = new Map<string, { readonly at: number; readonly text: string; readonly may: May }>();
  readonly #reading = new Map<string, Promise<void>>();

  /** Fires with the connection whose privileges are other ones now. */
  readonly onDidChange = this.#changes.event;

  constructor(clusters: Clusters, logger: Logger) {
    this.#clusters = clusters;
    this.#logger = logger;
  }

  /** Undefined while they are not known. */
  of(connectionId: string): May | undefined {
    return this.#known.get(connectionId)?.may;
  }

  /** Reads them unless they are fresh. Never rejects: what cannot be read stays as it is. */
  async refresh(connectionId: string): Promise<void> {
    const known = this.#known.get(connectionId);
    if (known !== undefined && Date.now() - known.at < AGE) return;
    const reading = this.#reading.get(connectionId) ?? this.#read(connectionId).finally(() => this.#reading.delete(connectionId));
    this.#reading.set(connectionId, reading);
    await reading;
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #read(connectionId: string): Promise<void> {
    const connection = this.#clusters.connections.find(connectionId);
    if (connection === undefined || this.#clusters.health(connectionId).state === 'failed') return;
    try {
      const [{ mayFrom }, { permissions, readObject }, client] = await Promise.all([import('../../changes/index.ts'), import('../../pve/wire/index.ts'), this.#clusters.client(connection)]);
      const read = readObject(permissions, await client.get('/access/permissions'), connection.name, 'GET /access/permissions');
      const text = JSON.stringify(read);
      const before = this.#known.get(connectionId);
      this.#known.set(connectionId, { at: Date.now(), text, may: before?.text === text ? before.may : mayFrom(read) });
      if (before?.text !== text) this.#changes.fire(connectionId);
    } catch (error) {
      this.#logger.debug(`The privileges on ${connectionId} could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
