import * as z from 'zod';
import { flag } from './flag.ts';
import { number } from './number.ts';

/** A row of `GET /nodes/{node}/storage/{storage}/content`; sizes in bytes, `ctime` in seconds since the epoch. */
export const storageContentRow = z.object({
  /** `storage:path` */
  volid: z.string(),
  /** `images`, `rootdir`, `vztmpl`, `iso`, `backup`, `snippets`, `import` */
  content: z.string().optional(),
  /** `raw`, `qcow2`, `iso`, `tzst`, `vma.zst`, `pbs-vm`, … */
  format: z.string().optional(),
  size: number.optional(),
  used: number.nullish(),
  ctime: number.nullish(),
  /** The guest that owns it. */
  vmid: number.nullish(),
  notes: z.string().nullish(),
  /** The volume that it is a linked clone of. */
  parent: z.string().nullish(),
  protected: flag.optional(),
  /** Only what Proxmox Backup Server tells. */
  encrypted: z.string().optional(),
  verification: z.object({ state: z.string(), upid: z.string() }).optional(),
});
export type StorageContentRow = z.infer<typeof storageContentRow>;

const usage = {
  type: z.string(),
  /** Comma-separated. */
  content: z.string(),
  active: flag.optional(),
  enabled: flag.optional(),
  shared: flag.optional(),
  total: number.optional(),
  used: number.optional(),
  avail: number.optional(),
};

/** `GET /nodes/{node}/storage/{storage}/status`; sizes in bytes. */
export const storageStatus = z.object(usage);
export type StorageStatus = z.infer<typeof storageStatus>;

/** A row of `GET /nodes/{node}/storage`; sizes in bytes. */
export const storageRow = z.object({ ...usage, storage: z.string(), used_fraction: number.optional() });
export type StorageRow = z.infer<typeof storageRow>;
