import * as z from 'zod';

/** A number that Perl may have turned into text on the way. */
export const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i).transform(Number)]);
