import * as z from 'zod';
import { flag } from './flag.ts';

/** A row of `GET /cluster/resources`, as far as it is used; sizes in bytes, uptime in seconds, cpu a fraction of maxcpu. */
export const clusterResource = z.object({
  id: z.string(),
  type: z.string(),
  node: z.string().optional(),
  vmid: z.number().int().optional(),
  name: z.string().optional(),
  status: z.string().optional(),
  template: flag.optional(),
  tags: z.string().optional(),
  pool: z.string().optional(),
  lock: z.string().optional(),
  hastate: z.string().optional(),
  storage: z.string().optional(),
  plugintype: z.string().optional(),
  content: z.string().optional(),
  shared: flag.optional(),
  cpu: z.number().optional(),
  maxcpu: z.number().optional(),
  mem: z.number().optional(),
  maxmem: z.number().optional(),
  disk: z.number().optional(),
  maxdisk: z.number().optional(),
  uptime: z.number().optional(),
});
export type ClusterResource = z.infer<typeof clusterResource>;
