export { AuditLog, type AuditOptions } from './audit-log.ts';
export type { AuditEntry, AuditEvent } from './entry.ts';
export { redact, withoutCredentials } from './redact.ts';
export { type Verification, verifyAuditLog } from './verify.ts';
