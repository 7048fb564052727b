import type { Connection } from '../pve/index.ts';
import { type ContributedOperation, operationByName, type OperationLookup } from './operations/index.ts';
import type { Proposal } from './proposal/proposal.ts';
import type { TwinAccess } from './rehearsal/twin.ts';
import type { Drivers } from './run/index.ts';

/** What a room further up the line brings to the door: operations that are proposed, decided, reviewed and audited like all others, and who carries them out. */
export interface Contribution {
  readonly operations: readonly ContributedOperation[];
  /** Who carries them out for a connection, by the name that the operations give as their driver. */
  readonly drivers: (connection: Connection) => Drivers;
  /** Who carries them out on a twin, to rehearse them; what it makes in `home` goes with the rehearsal. Absent: they are passed over there. */
  readonly rehearsal?: (twin: TwinAccess, proposal: Proposal) => Drivers;
  /** Told of a proposal that will not run, so that what was kept for it can go. */
  readonly declined?: (proposal: Proposal) => Promise<void>;
}

/** The operations over the API, and those that are contributed. */
export function catalogueWith(contributions: readonly Contribution[]): OperationLookup {
  const contributed = new Map(contributions.flatMap(({ operations }) => operations).map((operation) => [operation.name, operation]));
  return (name) => operationByName(name) ?? contributed.get(name);
}
