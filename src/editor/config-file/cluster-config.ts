import * as z from 'zod';
import { configText, type PendingOption, pendingOptions } from '../../pve/config/language/index.ts';
import type { PveClient } from '../../pve/index.ts';
import { permissions, readObject, readRows } from '../../pve/wire/index.ts';
import type { ConfigPlace } from './config-place.ts';

/** A guest's configuration as it was at one moment. */
export interface ReadConfig {
  readonly text: string;
  /** SHA-1 of the file on the cluster; it also changes with snapshots and locks. Undefined for snapshots. */
  readonly digest: string | undefined;
  /** What waits for the next start; empty for other versions than the edited one. */
  readonly pending: readonly PendingOption[];
}

const value = z.union([z.string(), z.number()]);
const config = z.record(z.string(), z.union([value, z.array(z.tuple([z.string(), z.string()]))]));
const pendingRow = z.object({ key: z.string(), value: value.optional(), pending: value.optional(), delete: z.union([z.number(), z.string()]).optional() });
const snapshotRow = z.object({ name: z.string(), description: z.string().optional(), snaptime: z.number().optional() });

const guestPath = ({ node, kind, vmid }: ConfigPlace): string => `/nodes/${encodeURIComponent(node)}/${kind}/${vmid}`;
const source = ({ connection }: PveClient): string => connection.name;

/** Reads the version of a configuration that a place names. Rejects with PveError. */
export async function readConfig(client: PveClient, place: ConfigPlace): Promise<ReadConfig> {
  const { version, kind } = place;
  const path = version.type === 'snapshot' ? `${guestPath(place)}/snapshot/${encodeURIComponent(version.name)}/config` : `${guestPath(place)}/config`;
  const edited = version.type === 'configuration' || version.type === 'conflict';
  const [answer, rows] = await Promise.all([
    client.get(path, version.type === 'running' ? { current: true } : undefined),
    edited ? client.get(`${guestPath(place)}/pending`) : [],
  ]);
  const options = readObject(config, answer, source(client), `GET ${path}`);
  const digest = options['digest'];
  return {
    text: configText(kind, options),
    digest: typeof digest === 'string' ? digest : undefined,
    pending: pendingOptions(readRows(pendingRow, rows, source(client), `GET ${guestPath(place)}/pending`).rows),
  };
}

/** The snapshots of a guest, oldest first. Rejects with PveError. */
export async function readSnapshots(client: PveClient, place: ConfigPlace): Promise<readonly { readonly name: string; readonly description?: string | undefined; readonly snaptime?: number | undefined }[]> {
  const path = `${guestPath(place)}/snapshot`;
  const { rows } = readRows(snapshotRow, await client.get(path), source(client), `GET ${path}`);
  return rows.filter(({ name }) => name !== 'current').sort((a, b) => (a.snaptime ?? 0) - (b.snaptime ?? 0));
}

/** Whether the user may change anything of the guest's configuration: one of the privileges `VM.Config.*`. Rejects with PveError. */
export async function mayConfigure(client: PveClient, { vmid }: ConfigPlace): Promise<boolean> {
  const path = `/vms/${vmid}`;
  const held = readObject(permissions, await client.get('/access/permissions', { path }), source(client), 'GET /access/permissions');
  return Object.keys(held[path] ?? {}).some((privilege) => privilege.startsWith('VM.Config.'));
}
