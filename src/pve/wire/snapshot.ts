import * as z from 'zod';
import { flag } from './flag.ts';
import { number } from './number.ts';

/** A row of `GET /nodes/{node}/{qemu|lxc}/{vmid}/snapshot`; `snaptime` in seconds since the epoch. The row `current` is how the guest is now. */
export const snapshotRow = z.object({
  name: z.string(),
  description: z.string().nullish(),
  snaptime: number.nullish(),
  vmstate: flag.nullish(),
  parent: z.string().nullish(),
  snapstate: z.string().nullish(),
});
export type SnapshotRow = z.infer<typeof snapshotRow>;
