import * as z from 'zod';
import type { GuestRow, Live } from '../../inventory/index.ts';
import { emptyGuestConfig, type GuestConfig, type Options, printGuestConfig, printRawLines } from '../../pve/config/index.ts';
import type { PveClient, RequestOptions } from '../../pve/index.ts';

const MiB = 1024 ** 2;

const answeredConfig = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.tuple([z.string(), z.string()]))]));
const pendingRows = z.array(z.object({ key: z.string(), pending: z.union([z.string(), z.number()]).optional(), delete: z.coerce.number().optional() }));
const snapshotRows = z.array(z.object({ name: z.string() }));

/**
 * A guest's configuration file from what the API tells: the options in force, those that wait for the next start, the snapshots.
 * @throws PveError; ZodError when the answer is not Proxmox's
 */
export async function readGuest(client: PveClient, { kind, node, vmid }: GuestRow, options: RequestOptions): Promise<{ readonly text: string; readonly config: GuestConfig }> {
  const path = `/nodes/${encodeURIComponent(node)}/${kind}/${vmid}`;
  const [current, pending, snapshots] = await Promise.all([
    client.get(`${path}/config`, { current: true }, options).then(optionsOf),
    client.get(`${path}/pending`, {}, options).then((data) => pendingOptions(pendingRows.parse(data))),
    client.get(`${path}/snapshot`, {}, options).then((data) => snapshotRows.parse(data).map(({ name }) => name).filter((name) => name !== 'current')),
  ]);
  const config: GuestConfig = { ...emptyGuestConfig(), current, pending };
  await Promise.all(snapshots.map(async (name) => {
    config.snapshots.set(name, optionsOf(await client.get(`${path}/snapshot/${encodeURIComponent(name)}/config`, {}, options)));
  }));
  return { text: printGuestConfig(kind, config), config };
}

function optionsOf(data: unknown): Options {
  const options: Options = new Map();
  for (const [name, value] of Object.entries(answeredConfig.parse(data))) {
    if (name !== 'digest') options.set(name, typeof value === 'object' ? printRawLines(value) : String(value));
  }
  return options;
}

/** `delete` is 1 for what goes away when the guest can do without, 2 for what goes away in any case (PVE::GuestHelpers). */
function pendingOptions(rows: z.infer<typeof pendingRows>): Options {
  const options: Options = new Map();
  const removed: string[] = [];
  for (const { key, pending, delete: gone } of rows) {
    if (pending !== undefined) options.set(key, String(pending));
    if (gone !== undefined && gone > 0) removed.push(gone === 2 ? `!${key}` : key);
  }
  if (removed.length > 0) options.set('delete', removed.join(','));
  return options;
}

/** A guest that nothing happens to, with what the inventory knows of it. */
export function sketchGuest({ kind, name, tags, template, lock }: GuestRow, live: Live | undefined): string {
  const config = emptyGuestConfig();
  const set = (option: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') config.current.set(option, String(value));
  };
  if (kind === 'lxc') set('arch', 'amd64');
  // A guest without a name is shown with one that is no host's: “VM 100”.
  if (/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name)) set(kind === 'qemu' ? 'name' : 'hostname', name);
  if (live?.maxmem !== undefined) set('memory', Math.max(16, Math.round(live.maxmem / MiB)));
  if (live?.maxcpu !== undefined && live.maxcpu >= 1) set('cores', Math.round(live.maxcpu));
  set('tags', tags.join(';'));
  if (template) set('template', 1);
  set('lock', lock);
  return printGuestConfig(kind, config);
}
