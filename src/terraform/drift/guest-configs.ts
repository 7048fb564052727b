import type { Change, GuestRow, Inventory } from '../../inventory/index.ts';
import { type PveClient, PveError } from '../../pve/index.ts';

/** What is known of a guest's configuration. */
export type KnownConfig =
  | { readonly ok: true; readonly config: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: PveError };

export interface GuestConfigsOptions {
  readonly connectionId: string;
  readonly inventory: Pick<Inventory, 'rows' | 'live'>;
  readonly client: () => Promise<Pick<PveClient, 'get'>>;
  /** Requests at a time. */
  readonly parallel?: number;
  /** How many guests of which nothing is heard are read again with each refresh. */
  readonly inTurn?: number;
}

interface Entry {
  readonly known: KnownConfig;
  /** Proxmox's digest of the configuration. */
  readonly digest: string | undefined;
  readonly row: GuestRow;
  readonly sizes: string;
}

/**
 * The configurations of one cluster's guests, each read with one request, and read again when the inventory shows that something
 * about the guest is different: its row, or the size of its memory, processors or disk. A change that shows in neither (an option
 * that waits for the next start) is found as guests are read in turn, and at once for those that somebody looks at.
 */
export class GuestConfigs {
  readonly #options: Required<GuestConfigsOptions>;
  /** By row id; the order is that of the reading, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #stale = new Set<string>();

  constructor(options: GuestConfigsOptions) {
    this.#options = { parallel: 4, inTurn: 5, ...options };
  }

  get(rowId: string): KnownConfig | undefined {
    return this.#entries.get(rowId)?.known;
  }

  /** Takes note of what a refresh of the inventory found. */
  changed(change: Change): void {
    if (change.connectionId !== this.#options.connectionId) return;
    for (const id of change.removed) this.#entries.delete(id);
    for (const id of change.changed) if (this.#entries.has(id)) this.#stale.add(id);
    for (const id of change.live) {
      const entry = this.#entries.get(id);
      if (entry !== undefined && entry.sizes !== this.#sizes(id)) this.#stale.add(id);
    }
  }

  /** Something was done to these guests. */
  forget(rowIds: Iterable<string>): void {
    for (const id of rowIds) this.#stale.add(id);
  }

  /**
   * Reads what is not known or may be old.
   * @param wanted row ids of the guests that are of interest
   * @param opened those that somebody looks at: read whatever the inventory says
   * @returns ids of the guests whose configuration is other than before
   */
  async read(wanted: ReadonlySet<string>, opened: ReadonlySet<string> = new Set(), signal?: AbortSignal): Promise<readonly string[]> {
    const rows = this.#options.inventory.rows(this.#options.connectionId);
    const due = new Set([...wanted].filter((id) => !this.#entries.has(id) || this.#stale.has(id)));
    for (const id of opened) if (wanted.has(id)) due.add(id);
    let more = this.#options.inTurn;
    for (const id of this.#entries.keys()) {
      if (more === 0) break;
      if (due.has(id) || !wanted.has(id)) continue;
      due.add(id);
      more -= 1;
    }
    const queue = [...due].flatMap((id) => {
      const row = rows.get(id);
      return row?.kind === 'qemu' || row?.kind === 'lxc' ? [row] : [];
    });
    if (queue.length === 0) return [];
    const client = await this.#options.client();
    const different: string[] = [];
    const work = async (): Promise<void> => {
      for (let row = queue.shift(); row !== undefined && signal?.aborted !== true; row = queue.shift()) {
        if (await this.#readOne(client, row)) different.push(row.id);
      }
    };
    await Promise.all(Array.from({ length: this.#options.parallel }, work));
    return different;
  }

  async #readOne(client: Pick<PveClient, 'get'>, row: GuestRow): Promise<boolean> {
    this.#stale.delete(row.id);
    const sizes = this.#sizes(row.id);
    const before = this.#entries.get(row.id);
    const known = await configOf(client, row);
    const digest = known.ok && typeof known.config['digest'] === 'string' ? known.config['digest'] : undefined;
    this.#entries.delete(row.id);
    this.#entries.set(row.id, { known, digest, row, sizes });
    // A digest is that of the file: what waits for the next start is in it too.
    return before === undefined || before.row !== row || before.known.ok !== known.ok || digest === undefined || before.digest !== digest;
  }

  #sizes(rowId: string): string {
    const { maxmem, maxcpu, maxdisk } = this.#options.inventory.live(this.#options.connectionId, rowId) ?? {};
    return [maxmem, maxcpu, maxdisk].join(' ');
  }
}

async function configOf(client: Pick<PveClient, 'get'>, { node, kind, vmid }: GuestRow): Promise<KnownConfig> {
  try {
    return { ok: true, config: (await client.get(`/nodes/${node}/${kind}/${String(vmid)}/config`)) as Readonly<Record<string, unknown>> };
  } catch (error) {
    return { ok: false, error: error instanceof PveError ? error : new PveError({ kind: 'server-error', message: String(error), cause: error }) };
  }
}
