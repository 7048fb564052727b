import * as z from 'zod';
import { flag } from './flag.ts';

/** `GET /access/permissions`: ACL path → privilege → whether it is propagated to the paths below. */
export const permissions = z.record(z.string(), z.record(z.string(), flag));
export type Permissions = z.infer<typeof permissions>;
