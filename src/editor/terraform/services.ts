import type * as vscode from 'vscode';
import type { Logger } from '../../base/index.ts';
import type { KeptPlans } from '../../terraform/index.ts';
import type { Clusters, Privileges } from '../clusters/index.ts';
import type { EditorDoor } from '../door/index.ts';
import type { RegisteredExplorer } from '../explorer/index.ts';
import type { HclDocuments } from './documents/index.ts';
import type { TerraformProjects } from './projects/index.ts';

export interface TerraformOptions {
  readonly clusters: Clusters;
  readonly door: EditorDoor;
  readonly privileges: Privileges;
  readonly explorer: () => RegisteredExplorer;
  readonly logger: Logger;
  readonly extensionUri: vscode.Uri;
  readonly memory: vscode.Memento;
  /** Absolute path of a folder of this user's. */
  readonly storage: string;
}

/** What each of Terraform's surfaces is given. */
export interface TerraformServices extends TerraformOptions {
  readonly projects: TerraformProjects;
  readonly documents: HclDocuments;
  /** Plans that were made and not applied yet; loaded when first asked for. */
  readonly plans: () => Promise<KeptPlans>;
}
