export { Clusters, type WindowClient } from './clusters.ts';
export { type May, Privileges } from './privileges.ts';
