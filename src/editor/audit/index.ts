export { type AuditServices, registerAudit } from './register-audit.ts';
