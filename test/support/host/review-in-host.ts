/**
 * Runs inside the extension host for test/ui/review.test.ts: a real door to a simulator, one proposal of three steps, and the review of it.
 * What it is to do next stands in a file of the opened folder, because the test drives the window from outside.
 */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import { openDoor, type Part, PolicySource, type Proposal } from '../../../src/changes/index.ts';
import { ReviewPanel } from '../../../src/editor/review/review-panel.ts';
import { reviewAndRun, type ReviewServices } from '../../../src/editor/review/index.ts';
import { Runs } from '../../../src/editor/runs/runs.ts';
import { openInventory } from '../../../src/inventory/index.ts';
import { type Connection, createClient } from '../../../src/pve/index.ts';

export interface Orders {
  readonly url: string;
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly tokenSecret: string;
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
}

const nothingElse: Pick<Part, 'needs' | 'operations' | 'nodes' | 'storages'> = { needs: [], operations: [], nodes: [], storages: [] };

/** One resource of each kind of change. */
const fewParts: Part[] = [
  {
    ...nothingElse, id: 'proxmox_virtual_environment_vm.web', action: 'update', description: 'Change VM 100 (web) on pve1',
    attributes: [
      { path: 'description', before: 'The web server.\nKnows two sites.', after: 'The web server.\nKnows three sites.' },
      { path: 'initialization[0].user_account[0].password', sensitive: true },
      { path: 'memory[0].dedicated', before: 2048, after: 4096, consequence: 'restart' },
    ],
    consequences: [{ kind: 'restart', text: 'VM 100 (web) is shut down and started.', attributes: ['memory[0].dedicated'] }],
  },
  {
    ...nothingElse, id: 'proxmox_virtual_environment_vm.db', action: 'replace', description: 'Destroy VM 101 (db) on pve1 and create it anew',
    attributes: [{ path: 'id', before: '101', unknown: true }, { path: 'disk[0].datastore_id', before: 'local', after: 'local-lvm', replaces: true }],
    consequences: [{ kind: 'recreated', text: 'VM 101 (db) is destroyed and created anew: its disks are lost for good.', attributes: ['disk[0].datastore_id'] }],
  },
  { ...nothingElse, id: 'proxmox_virtual_environment_container.cache["<b>one</b>"]', action: 'create', description: 'Create container cache on pve2', attributes: [{ path: 'node_name', after: 'pve2' }, { path: 'vm_id', unknown: true }], consequences: [] },
  { ...nothingElse, id: 'proxmox_virtual_environment_pool.dev', action: 'import', description: 'Take over pool dev', attributes: [], consequences: [] },
];

function manyParts(many: number): Part[] {
  const [update] = fewParts;
  return update === undefined ? [] : Array.from({ length: many }, (_, index) => ({ ...update, id: `proxmox_virtual_environment_vm.many[${index}]` }));
}

export async function run(): Promise<void> {
  const { REVIEW_TEST_ORDERS: orders, REVIEW_TEST_FOLDER: folder, REVIEW_TEST_EXTENSION: extension } = process.env;
  if (orders === undefined || folder === undefined || extension === undefined) throw new Error('This module is started by test/ui/review.test.ts.');
  const { url, fingerprint, tokenId, tokenSecret, ...guest } = JSON.parse(orders) as Orders;
  const connection: Connection = { id: 'demo', name: 'Demo cluster', endpoints: [url], authentication: { kind: 'token', tokenId }, trust: { kind: 'fingerprint', sha256: fingerprint } };
  const client = createClient(connection, { secret: () => Promise.resolve(tokenSecret) });
  const inventory = await openInventory({ folder: join(folder, 'inventory'), sqlWasm: join(extension, 'sql-wasm.wasm'), logger: silentLogger });
  const door = openDoor({
    connection: () => connection, client: () => Promise.resolve(client), inventory: () => Promise.resolve(inventory), policies: new PolicySource(silentLogger),
    secrets: { secret: () => Promise.resolve(undefined) }, runsFolder: join(folder, 'runs'), auditFolder: join(folder, 'audit'), clock: systemClock, logger: silentLogger,
  });
  const runs = new Runs({ door: () => Promise.resolve(door), refresh: () => undefined });
  const services: ReviewServices = { runs, extensionUri: vscode.Uri.file(extension), connectionName: () => 'Demo cluster' };
  const target = { kind: 'guest', type: 'qemu', ...guest } as const;
  let first: Proposal | undefined;
  const propose = async (): Promise<Proposal> => {
    await inventory.refresh(connection, client);
    return (first = await door.propose({ connection, origin: 'person', surface: 'test' }, [
      { operation: 'guest.stop', target },
      { operation: 'guest.configure', target, parameters: { description: 'To be destroyed' } },
      { operation: 'guest.destroy', target, parameters: { purge: true } },
    ]));
  };

  const told: string[] = [];
  const work: Record<string, (rest: string) => Promise<unknown>> = {
    review: async () => {
      void propose().then((proposal) => reviewAndRun(door, proposal, services)).then((journal) => told.push(journal?.state ?? 'nothing'), (error: unknown) => told.push(String(error)));
      await Promise.resolve();
    },
    many: async () => {
      const stop = first?.steps[0];
      if (first === undefined || stop === undefined) throw new Error('The thousand steps are made of those of the first review.');
      const steps = Array.from({ length: 1_000 }, (_, index) => ({ ...stop, id: `many-${index}`, after: [], description: `Step ${index} <b>of many</b>` }));
      const panel = new ReviewPanel({ ...first, summary: 'Stop 1,000 guests', steps }, { demand: 'confirm', reasons: [], required: [] }, { ...services, door, connectionName: 'Demo cluster' });
      await Promise.race([panel.result, Promise.resolve()]);
    },
    plan: async (many) => {
      const stop = first?.steps[0];
      if (first === undefined || stop === undefined) throw new Error('The plan is made of the first review.');
      const steps = [{ ...stop, description: 'Apply the plan', parts: Number(many) > 0 ? manyParts(Number(many)) : fewParts }];
      const effect = { ...first.effect, losses: ['VM 101 (db) is destroyed and created anew: its disks are lost for good.'], interruptions: ['VM 100 (web) is shut down and started.'], nodes: [], storages: [] };
      const panel = new ReviewPanel({ ...first, summary: 'Apply the plan of demo', safeguards: [], effect, steps }, { demand: 'confirm', reasons: [], required: [] }, { ...services, door, connectionName: 'Demo cluster' });
      await Promise.race([panel.result, Promise.resolve()]);
    },
    told: async () => await writeFile(join(folder, 'told'), JSON.stringify(told)),
  };
  const next = join(folder, 'order');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (!existsSync(next)) continue;
    const [word = '', ...rest] = (await readFile(next, 'utf8')).split(' ');
    if (word === 'end') break;
    await work[word]?.(rest.join(' '));
    await rm(next);
  }
  runs.dispose();
  door.dispose();
  inventory.dispose();
  client.dispose();
}
