import * as z from 'zod';
import { number } from './number.ts';

/** `POST …/termproxy`, `…/vncproxy` and `…/vncshell`: where a worker waits for its one client. */
export const consoleAnswer = z.object({
  user: z.string().regex(/^[^\s:]+$/),
  ticket: z.string().regex(/^[\x21-\x7e]+$/),
  port: number.pipe(z.number().int().min(1).max(65535)),
  upid: z.string(),
  /** For VNC authentication; older versions want the ticket there instead. */
  password: z.string().min(1).optional(),
});
export type ConsoleAnswer = z.infer<typeof consoleAnswer>;
