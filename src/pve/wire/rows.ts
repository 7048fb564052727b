import type * as z from 'zod';
import { PveError } from '../errors.ts';
import { printable } from '../printable.ts';

/** The rows of a list, and why others are left out. */
export interface Rows<T> {
  readonly rows: readonly T[];
  /** For the log: which row and what is wrong with it. */
  readonly skipped: readonly string[];
}

/**
 * Reads an answer that is a list. A row that is not as Proxmox VE describes it is left out and reported; the others count.
 * @param source who answered
 * @param request `GET /path`
 * @throws PveError of kind `not-proxmox` when it is no list
 */
export function readRows<T>(schema: z.ZodType<T>, data: unknown, source: string, request: string): Rows<T> {
  const rows: T[] = [];
  const skipped: string[] = [];
  for (const item of asList(data, source, request)) {
    const parsed = schema.safeParse(item);
    if (parsed.success) rows.push(parsed.data);
    else skipped.push(whySkipped(item, parsed.error));
  }
  return { rows, skipped };
}

/**
 * Reads an answer that is an object.
 * @throws PveError of kind `not-proxmox` when it is not as Proxmox VE describes it
 */
export function readObject<T>(schema: z.ZodType<T>, data: unknown, source: string, request: string): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw notAsDescribed(`${source} answered ${request} with something that Proxmox VE does not send (${issuesOf(parsed.error)}).`, request);
}

/** @throws PveError of kind `not-proxmox` when it is no list */
export function asList(data: unknown, source: string, request: string): readonly unknown[] {
  if (Array.isArray(data)) return data as readonly unknown[];
  throw notAsDescribed(`${source} answered ${request} with something other than a list.`, request);
}

/** What is wrong with a row, naming it by its `id`, `upid`, `volid` or `name` where it has one. */
export function whySkipped(item: unknown, error: z.ZodError): string {
  const named = typeof item === 'object' && item !== null ? (item as Readonly<Record<string, unknown>>) : {};
  const name = ['id', 'upid', 'volid', 'name'].map((key) => named[key]).find((value) => typeof value === 'string');
  return `${name === undefined ? 'a row without an id' : JSON.stringify(printable(name, 120))} (${issuesOf(error)})`;
}

function issuesOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}

function notAsDescribed(message: string, request: string): PveError {
  return new PveError({ kind: 'not-proxmox', message, advice: 'Check that the URL is that of a Proxmox VE node and that nothing between rewrites its answers.', request });
}
