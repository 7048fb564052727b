import { join } from 'node:path';
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore, Emitter, type Event, type Logger, systemClock } from '../../base/index.ts';
import type { AuditLog, Contribution, Door, Journal, Proposal, Wish } from '../../changes/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { ReviewManner, Wholes } from '../review/index.ts';
import { type LazyRuns, registerRuns, type Transfer } from '../runs/index.ts';
import { KeptSecrets } from './kept-secrets.ts';
import type { PolicyFiles } from './policy-files.ts';

export interface DoorServices {
  readonly clusters: Clusters;
  readonly logger: Logger;
  readonly extensionUri: vscode.Uri;
  /** Absolute path of the folder that all windows share. */
  readonly folder: string;
  /** Fires when the explorer is first seen. */
  readonly firstSeen: Event<void>;
  /** Told when something on a connection's cluster has changed. */
  readonly refresh: (connectionId: string) => void;
  /** What other rooms bring to the door; asked for when it is opened. */
  readonly contributions: () => Promise<readonly Contribution[]>;
}

/** What is wanted of a cluster, and where it was asked for: `explorer`, `palette`, `editor`, … */
export interface Request {
  readonly connectionId: string;
  readonly surface: string;
  readonly wishes: readonly Wish[];
}

export type OpenedDoor = Door & { readonly audit: AuditLog };

/** Milliseconds for which what the inventory knows is good enough to base a proposal on. */
const FRESH = 3_000;

/** The window's one door, opened when something is first changed, and all that is around it. */
export class EditorDoor implements Disposable {
  readonly runsFolder: string;
  readonly auditFolder: string;
  readonly secrets = new KeptSecrets();
  readonly #services: DoorServices;
  readonly #store = new DisposableStore();
  readonly #transfers = this.#store.add(new Emitter<Transfer>());
  readonly #runs: LazyRuns;
  #opening: Promise<OpenedDoor> | undefined;
  #policies: PolicyFiles | undefined;

  constructor(services: DoorServices) {
    this.#services = services;
    this.runsFolder = join(services.folder, 'runs');
    this.auditFolder = join(services.folder, 'audit');
    const { logger, firstSeen, refresh } = services;
    this.#runs = this.#store.add(registerRuns({ door: () => this.open(), refresh, logger, firstSeen, onDidTransfer: this.#transfers.event }));
  }

  open(): Promise<OpenedDoor> {
    return (this.#opening ??= this.#open());
  }

  /** @throws Refusal, PveError */
  async propose({ connectionId, surface, wishes }: Request, signal?: AbortSignal): Promise<Proposal> {
    const { clusters } = this.#services;
    const health = clusters.health(connectionId);
    if (health.state !== 'ok' || Date.now() - health.at > FRESH) await clusters.refresh([connectionId]);
    const { Refusal } = await import('../../changes/index.ts');
    const connection = clusters.connections.find(connectionId);
    if (connection === undefined) throw new Refusal([`The connection “${connectionId}” is not there any more.`]);
    return await (await this.open()).propose({ connection, origin: 'person', surface }, wishes, signal);
  }

  /** Has the policy and a person decide about a proposal, runs it and shows how it goes. Undefined when it did not run, which the person knows. */
  async review(proposal: Proposal, manner?: ReviewManner): Promise<Journal | undefined> {
    const [{ reviewAndRun }, { makeRehearse }, door, runs] = await Promise.all([import('../review/index.ts'), import('../rehearsal/index.ts'), this.open(), this.#runs.open()]);
    // Watchers may miss a file that comes together with its folder.
    await this.#policies?.refresh();
    const { extensionUri, clusters, contributions } = this.#services;
    const rehearse = makeRehearse({ clusters, secrets: this.secrets, extensionPath: extensionUri.fsPath, contributions });
    const inventory = await clusters.inventory();
    const wholes: Wholes = {
      node(node) {
        const { maxcpu, maxmem } = inventory.live(proposal.connection, `node/${node}`) ?? {};
        return { cpus: maxcpu, memory: maxmem };
      },
    };
    return await reviewAndRun(door, proposal, { runs, extensionUri, rehearse, wholes, connectionName: (id) => clusters.connections.find(id)?.name ?? id }, manner);
  }

  dispose(): void {
    this.#store.dispose();
    void this.#opening?.then((door) => door.dispose(), () => undefined);
  }

  async #open(): Promise<OpenedDoor> {
    const { clusters, logger } = this.#services;
    const [{ openDoor }, { PolicyFiles }, contributions] = await Promise.all([import('../../changes/index.ts'), import('./policy-files.ts'), this.#services.contributions()]);
    const policies = (this.#policies = this.#store.add(await PolicyFiles.open(logger)));
    await clusters.connections.load();
    return openDoor({
      connection: (id) => clusters.connections.find(id),
      client: (connection) => clusters.client(connection),
      sendFile: async (connection, path, file, fields, signal) =>
        (await clusters.client(connection)).upload(path, file, fields, { signal, onProgress: (sent, total) => this.#transfers.fire({ name: fields.filename, sent, total }) }),
      shell: (connection) => clusters.shell(connection),
      inventory: () => clusters.inventory(),
      policies: policies.source,
      secrets: this.secrets,
      runsFolder: this.runsFolder,
      auditFolder: this.auditFolder,
      clock: systemClock,
      logger,
      contributions,
    });
  }
}
