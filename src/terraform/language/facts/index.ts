export { type Claim, claimsOf, settledClaim, vmidOf } from './claims.ts';
export type { BridgeFacts, ClusterFacts, FileFacts, GuestFacts, NodeFacts, StorageFacts } from './cluster-facts.ts';
export { type Meaning, meaningOf } from './meanings.ts';
export { instancesOf } from './instances.ts';
export type { MadeKind } from './makes.ts';
export { factKey, factKeys, nextFreeVmid, type ProjectFacts, projectFacts } from './project-facts.ts';
export { type Described, named, sectionFacts } from './section-facts.ts';
export { bytesText, partText } from './units.ts';
