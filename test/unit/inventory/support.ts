import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Logger, silentLogger } from '../../../src/base/index.ts';
import { type Change, type Inventory, openInventory } from '../../../src/inventory/index.ts';
import type { Connection, PveClient, RequestOptions } from '../../../src/pve/index.ts';
import type { FileSystem } from '../../../src/inventory/store/index.ts';

export type Resource = Readonly<Record<string, unknown>>;

export function connectionOf(id: string): Connection {
  return {
    id,
    name: id,
    endpoints: ['https://127.0.0.1:8006'],
    authentication: { kind: 'token', tokenId: 'root@pam!test' },
    trust: { kind: 'system' },
  };
}

export const node = (name: string, more: Resource = {}): Resource => ({ id: `node/${name}`, type: 'node', node: name, status: 'online', maxcpu: 8, ...more });

export const guest = (vmid: number, more: Resource = {}): Resource => ({
  id: `qemu/${vmid}`,
  type: 'qemu',
  vmid,
  name: `web-${vmid}`,
  node: 'pve1',
  status: 'running',
  template: 0,
  maxcpu: 4,
  cpu: 0.25,
  maxmem: 4 * 2 ** 30,
  mem: 2 ** 30,
  uptime: 1000,
  ...more,
});

type Answer = (path: string, options: RequestOptions | undefined, parameters: unknown) => unknown;

/** A client whose every answer the test decides; what goes over the wire is the business of the client's own tests. */
export function clientAnswering(answer: Answer): PveClient & { readonly requests: string[] } {
  const requests: string[] = [];
  const refuse = (): Promise<never> => Promise.reject(new Error('the inventory only reads'));
  return {
    connection: connectionOf('any'),
    requests,
    get: async (path, parameters, options) => {
      requests.push(path);
      return answer(path, options, parameters);
    },
    post: refuse,
    put: refuse,
    delete: refuse,
    waitForTask: refuse,
    dispose() {},
  };
}

export interface RecordingLogger extends Logger {
  readonly lines: string[];
}

export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export interface HeldClock extends Clock {
  time: number;
}

export const heldClock = (time = 1_000_000_000_000): HeldClock => ({ time, now() { return this.time; } });

const folders: string[] = [];

/** A folder of this test's own, gone when the process ends. */
export function temporaryFolder(): string {
  if (folders.length === 0) process.once('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const folder = mkdtempSync(join(tmpdir(), 'pwb-inventory-'));
  folders.push(folder);
  return folder;
}

export interface OpenOptions {
  readonly folder?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly files?: FileSystem;
}

export function open({ folder = temporaryFolder(), logger = silentLogger, ...more }: OpenOptions = {}): Promise<Inventory> {
  return openInventory({ folder, logger, ...more });
}

export function recordChanges(inventory: Inventory): Change[] {
  const changes: Change[] = [];
  inventory.onDidChange((change) => changes.push(change));
  return changes;
}
