import * as z from 'zod';

/** A Perl boolean: 1 or 0, as a number or a text, or JSON's own where Proxmox took the care. */
export const flag = z.union([z.boolean(), z.literal(0), z.literal(1), z.literal('0'), z.literal('1')]).transform((value) => value === true || value === 1 || value === '1');
