import * as z from 'zod';
import type { PveClient } from '../../pve/index.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { StorageTarget } from '../proposal/target.ts';
import { text } from './guest.ts';

export const storagePath = ({ node, storage }: Pick<StorageTarget, 'node' | 'storage'>, below: string): string => `/nodes/${encodeURIComponent(node)}/storage/${encodeURIComponent(storage)}${below}`;

/** Whether a volume is there: `GET …/content`. */
export async function holds(client: PveClient, target: Pick<StorageTarget, 'node' | 'storage'>, volid: string): Promise<boolean> {
  return z.array(z.object({ volid: z.string() })).parse(await client.get(storagePath(target, '/content'))).some((volume) => volume.volid === volid);
}

/** The name Proxmox gives a file: the last part of a path, with `_` for all but letters, digits, `_`, `.` and `-` (PVE::Storage, normalize_content_filename). */
export const fileName = (parameters: StepParameters): string => (text(parameters, 'filename') ?? '').replace(/^.*[/\\]/, '').replace(/[^A-Za-z0-9_.-]/g, '_');
export const volumeOf = ({ storage }: StorageTarget, parameters: StepParameters): string => `${storage}:${text(parameters, 'content') ?? ''}/${fileName(parameters)}`;
