import { createHash } from 'node:crypto';
import { auditEntry, type AuditEntry } from './entry.ts';

/** What the very first entry names as the one before. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 of a line without its line feed. */
export const hashOf = (line: string): string => createHash('sha256').update(line).digest('hex');

const SEAL = /,"sha256":"([0-9a-f]{64})"\}$/;

/** An entry as a line that ends with the hash of itself as it is without that: so a change shows at the line that was changed, and in the last one too. */
export function sealed(entry: AuditEntry): string {
  const text = JSON.stringify(entry);
  return `${text.slice(0, -1)},"sha256":"${hashOf(text)}"}`;
}

/** Whether a line is as it was written; its own word only, which whoever changes a line can change as well: then the next one does not follow. */
export function isSealed(line: string): boolean {
  const hash = SEAL.exec(line)?.[1];
  return hash !== undefined && hashOf(`${line.replace(SEAL, '')}}`) === hash;
}

/** A line of the log, or what is wrong with it. */
export type ReadLine = { readonly ok: true; readonly entry: AuditEntry } | { readonly ok: false; readonly problem: string };

export function readLine(line: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(SEAL, '}'));
  } catch {
    return { ok: false, problem: 'is no JSON' };
  }
  const parsed = auditEntry.safeParse(value);
  return parsed.success ? { ok: true, entry: parsed.data } : { ok: false, problem: `is no audit entry (${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''})` };
}
