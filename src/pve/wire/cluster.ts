import * as z from 'zod';
import { flag } from './flag.ts';
import { number } from './number.ts';

/** `GET /version`. */
export const version = z.object({
  /** `9.0.10` */
  version: z.string(),
  /** `9.0` */
  release: z.string(),
  repoid: z.string(),
  console: z.string().optional(),
});
export type Version = z.infer<typeof version>;

/** A row of `GET /cluster/status`: the cluster (absent on a node that is in none) or one of its nodes. */
export const clusterStatusRow = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cluster'), id: z.string(), name: z.string(), nodes: number, quorate: flag, version: number.optional() }),
  z.object({ type: z.literal('node'), id: z.string(), name: z.string(), ip: z.string().optional(), online: flag.optional(), local: flag.optional(), nodeid: number.optional(), level: z.string().optional() }),
]);
export type ClusterStatusRow = z.infer<typeof clusterStatusRow>;
