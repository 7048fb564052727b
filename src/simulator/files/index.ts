export type { EtcPve, FileProblem, GuestFile } from './etc-pve.ts';
export type { Section } from './section-config.ts';
export type { AclEntry, GroupEntry, PoolEntry, RoleEntry, TokenEntry, UserConfig, UserEntry } from './user-config.ts';
export { readEtcPve } from './read-etc-pve.ts';
export { writeEtcPve } from './write-etc-pve.ts';
