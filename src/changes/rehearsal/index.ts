export { rehearse, type Rehearsal } from './rehearse.ts';
export type { Twin, TwinAccess } from './twin.ts';
export { type FieldChange, type GuestChange, type RehearsalReport, rehearsalReport, type RehearsedStep } from './report.ts';
