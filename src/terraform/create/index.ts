export { writeGuest } from './write-guest.ts';
export type { ApplianceSource, WriteOptions, WrittenGuest, WrittenVariable } from './written.ts';
