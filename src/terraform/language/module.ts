import type { SchemaSource } from '../schema/index.ts';
import type { HclRange } from '../syntax/index.ts';
import type { ClusterFacts } from './facts/index.ts';
import type { ModuleFolder, ModuleFolders } from './names/index.ts';
import type { GivenElsewhere } from './values/index.ts';

/** A module as diagnostics, completion and hover see it: its files, and what is known beyond them. */
export interface TerraformModule {
  readonly module: ModuleFolder;
  /** The modules that it may call, and those that they call: for the outputs that they have, and the guests that they describe. */
  readonly modules?: ModuleFolders | undefined;
  readonly schemas: SchemaSource;
  /** The cluster that the folder is bound to. */
  readonly cluster: ClusterFacts | undefined;
  /** VMIDs of the guests in the folder's state, which are this project's own; undefined when the state is not known. */
  readonly managed: ReadonlySet<number> | undefined;
  /** Variables whose values do not come from the files of the module. */
  readonly givenElsewhere?: GivenElsewhere | undefined;
}

export interface TextEdit {
  readonly range: HclRange;
  readonly text: string;
}

/** One click that makes a finding go away. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** A resource or data source is of another type then, and wherever it is referred to this has to be said. */
  readonly retyped?: { readonly address: string; readonly type: string };
}

/** An edit of one of several files. */
export interface FileEdit extends TextEdit {
  /** Absolute path. */
  readonly file: string;
}

/** Something about a file that its author should know. */
export interface TerraformDiagnostic {
  readonly range: HclRange;
  readonly severity: 'error' | 'warning' | 'information';
  /** Stable name of the rule. */
  readonly code: string;
  readonly message: string;
  /** Set for what is outdated. */
  readonly deprecated?: true;
  /** The likeliest first. */
  readonly fixes: readonly Fix[];
}
