import * as vscode from 'vscode';
import { folderName } from '../folder-name.ts';
import type { TerraformServices } from '../services.ts';
import { pick } from '../../questions/index.ts';
import type { LensArgument } from './plan-lenses.ts';
import { projectActions } from './project-actions.ts';

/** Asks what is to be done with the project of a file, and does it. */
export async function chooseProjectAction(services: TerraformServices, { uri }: LensArgument): Promise<void> {
  const folder = services.projects.folderOf(uri);
  if (folder === undefined) return;
  await services.clusters.connections.load();
  const items = (await projectActions(services, uri)).map(({ title, ...rest }) => ({ label: title, ...rest }));
  const chosen = await pick(items, { title: `Terraform Project ${folderName(folder)}`, placeHolder: 'What is to be done with the whole project?', matchOnDescription: true });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command, { uri } satisfies LensArgument);
}
