import * as z from 'zod';

const node = z.string().min(1);

/** What a step works on. `node` is where it was when the proposal was made. */
export const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('guest'), type: z.enum(['qemu', 'lxc']), vmid: z.int().min(100).max(999_999_999), node, name: z.string().optional() }),
  z.strictObject({ kind: z.literal('node'), node }),
  z.strictObject({ kind: z.literal('storage'), storage: z.string().min(1), node }),
  z.strictObject({ kind: z.literal('volume'), volid: z.string().min(1), storage: z.string().min(1), node }),
  z.strictObject({ kind: z.literal('pool'), pool: z.string().min(1) }),
  /** A folder of code (absolute path) that is carried out as a whole, and which of its states. */
  z.strictObject({ kind: z.literal('project'), folder: z.string().min(1), workspace: z.string().min(1) }),
]);

export type Target = z.infer<typeof target>;

/** The same for the same thing, whatever it is called. */
export const keyOf = (of: Target): string => JSON.stringify({ ...of, name: undefined });

/** What it is called by who has to name it. */
export function titleOf(of: Target): string {
  switch (of.kind) {
    case 'guest': return of.name ?? String(of.vmid);
    case 'node': return of.node;
    case 'storage': return of.storage;
    case 'volume': return of.volid;
    case 'pool': return of.pool;
    case 'project': return of.folder.split(/[\\/]/).findLast((each) => each !== '') ?? of.folder;
  }
}

export type GuestTarget = Extract<Target, { kind: 'guest' }>;
export type NodeTarget = Extract<Target, { kind: 'node' }>;
export type StorageTarget = Extract<Target, { kind: 'storage' }>;
export type VolumeTarget = Extract<Target, { kind: 'volume' }>;
export type PoolTarget = Extract<Target, { kind: 'pool' }>;
export type ProjectTarget = Extract<Target, { kind: 'project' }>;
