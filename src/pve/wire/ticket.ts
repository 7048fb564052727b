import * as z from 'zod';
import { flag } from './flag.ts';

/** `POST /access/ticket`. With `NeedTFA` the ticket is only the challenge for the second factor. */
export const ticketAnswer = z.object({
  ticket: z.string().regex(/^[\x20-\x7e]+$/),
  CSRFPreventionToken: z.string().regex(/^[\x21-\x7e]+$/).optional(),
  NeedTFA: flag.default(false),
});
export type TicketAnswer = z.infer<typeof ticketAnswer>;
