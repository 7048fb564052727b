import * as z from 'zod';
import { number } from './number.ts';

const amounts = z.object({ total: number, used: number, free: number.optional(), available: number.optional(), avail: number.optional() });

/** `GET /nodes/{node}/status`; sizes in bytes, uptime in seconds, `cpu` and `wait` fractions of all processors. */
export const nodeStatus = z.object({
  uptime: number.optional(),
  cpu: number.optional(),
  wait: number.optional(),
  /** Averages over 1, 5 and 15 minutes. */
  loadavg: z.array(number).optional(),
  memory: amounts.optional(),
  swap: amounts.optional(),
  rootfs: amounts.optional(),
  cpuinfo: z.object({ model: z.string().optional(), sockets: number.optional(), cores: number.optional(), cpus: number.optional() }).optional(),
  /** `pve-manager/9.0.10/…` */
  pveversion: z.string().optional(),
  kversion: z.string().optional(),
  'current-kernel': z.object({ release: z.string(), version: z.string().optional() }).optional(),
  'boot-info': z.object({ mode: z.string(), secureboot: number.optional() }).optional(),
});
export type NodeStatus = z.infer<typeof nodeStatus>;
