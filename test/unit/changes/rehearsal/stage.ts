import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Twin } from '../../../../src/changes/rehearsal/index.ts';
import type { Inventory } from '../../../../src/inventory/index.ts';
import { readResources } from '../../../../src/inventory/resources.ts';
import type { Counters } from '../../../../src/inventory/unchanged.ts';
import type { PveClient } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { connectionTo } from '../../pve/client/client.ts';


/** The inventory as a refresh has just left it. */
export async function inventoryOf(client: PveClient): Promise<Pick<Inventory, 'rows' | 'live'>> {
  const live = new Map<string, Counters>();
  const { rows } = readResources(await client.get('/cluster/resources'), new Map(), live, client.connection);
  return { rows: () => rows, live: (_connection, id) => live.get(id) };
}

/** Starts twins from the sources and remembers them. */
export class Twins {
  readonly started: SpawnedSimulator[] = [];
  readonly #homes = new Set<string>();

  /** Folders of rehearsals that are still there. */
  leftBehind(): string[] {
    return [...this.#homes].filter((home) => existsSync(home));
  }

  /** Remembers the folder, and does not start. */
  readonly fail = (folder: string): Promise<Twin> => {
    this.#homes.add(dirname(folder));
    return Promise.reject(new Error('no simulator'));
  };

  readonly start = async (folder: string, twinFile: string): Promise<Twin> => {
    this.#homes.add(dirname(folder));
    const simulator = await spawnSimulator('--load', folder, '--twin', twinFile, '--pace', '0');
    this.started.push(simulator);
    const { url, fingerprint, tokenId, tokenSecret, password } = simulator;
    return {
      connection: connectionTo([url], { id: 'twin', authentication: { kind: 'token', tokenId }, trust: { kind: 'fingerprint', sha256: fingerprint } }),
      secret: tokenSecret,
      password,
      dispose: () => simulator.stop(),
    };
  };
}

/** The client, for nothing but reading. */
export function readOnly(client: PveClient): PveClient {
  const refuse = (): never => {
    throw new Error('A rehearsal changes nothing.');
  };
  return { connection: client.connection, get: (path, parameters, options) => client.get(path, parameters, options), post: refuse, put: refuse, delete: refuse, waitForTask: refuse, dispose: () => undefined };
}
