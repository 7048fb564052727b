import type * as vscode from 'vscode';
import { selectedWorkspace } from '../../../terraform/index.ts';
import { type CommandId, commandIds } from '../../ids.ts';
import { labelText } from '../../text/index.ts';
import type { TerraformServices } from '../services.ts';
import { ProjectChoices } from './project-choices.ts';

/** Something that can be done with a file's whole project. */
export interface ProjectAction {
  /** With an icon; names that others have chosen are made harmless. */
  readonly title: string;
  /** What the title alone does not say. */
  readonly description: string;
  readonly command: CommandId;
}

/** What can be done with the project of a file, and of which cluster and workspace it is and with what files it is planned. Needs connections to be loaded. */
export async function projectActions({ projects, memory }: TerraformServices, uri: vscode.Uri): Promise<readonly ProjectAction[]> {
  const folder = projects.folderOf(uri);
  const connection = folder === undefined ? undefined : projects.connectionOf(folder);
  const workspace = folder === undefined ? 'default' : await selectedWorkspace(folder, process.env);
  const files = folder === undefined ? [] : new ProjectChoices(memory).variablesFiles(folder);
  return [
    { title: '$(telescope) Plan Project', description: 'all of its resources', command: commandIds.terraformPlan },
    { title: 'Apply Project', description: 'what the plan says, once it is reviewed', command: commandIds.terraformApply },
    { title: 'Destroy Project', description: 'all that Terraform has made of it', command: commandIds.terraformDestroy },
    { title: `$(plug) ${connection === undefined ? 'Connect Folder…' : labelText(connection.name, 40)}`, description: 'the cluster it is about', command: commandIds.connectTerraformFolder },
    { title: `$(layers) ${labelText(workspace, 40)}`, description: 'its workspace', command: commandIds.selectTerraformWorkspace },
    ...(files.length === 0 ? [] : [{ title: `$(symbol-parameter) ${labelText(files.join(', '), 60)}`, description: 'the variables files it is planned with', command: commandIds.chooseTerraformVariables }]),
  ];
}
