import type { Offer } from '../trouble-offers.ts';
import type { ImportReport, NotCollected, ProjectFiles } from '../../../terraform/index.ts';

/** A guest or pool that was written into the project. */
export interface ImportedThing {
  readonly address: string;
  /** “VM 100 web”, “Pool lab”; not made harmless. */
  readonly title: string;
}

/** How the plan came out. */
export type Proof =
  | { readonly kind: 'planned'; readonly report: ImportReport }
  | { readonly kind: 'failed'; readonly reasons: readonly string[]; /** What can be done beside planning again. */ readonly offers: readonly Offer[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'running'; readonly doing: string };

/** Everything there is to tell about an import. */
export interface ImportOutcome {
  readonly connectionName: string;
  /** Absolute path of the project. */
  readonly folder: string;
  /** “Terraform 1.11.4”; undefined before it was found. */
  readonly program?: string | undefined;
  readonly project: ProjectFiles;
  readonly things: readonly ImportedThing[];
  /** Names of the files written or added to. */
  readonly files: readonly string[];
  readonly leftOut: readonly NotCollected[];
  /** Guests that the project had already. */
  readonly known: readonly ImportedThing[];
  readonly proof: Proof;
}
