import * as vscode from 'vscode';
import type { Clusters } from '../clusters/index.ts';
import { commandIds } from '../ids.ts';
import { showInformationMessage } from '../notices/index.ts';
import { labelText } from '../text/index.ts';
import { pick } from '../questions/index.ts';
import { folderName } from './folder-name.ts';
import type { TerraformProjects } from './projects/index.ts';

/** Asks for a project when it is not clear which one is meant: undefined when there is none, which the person is told, or none was chosen. */
export async function askFolder(projects: TerraformProjects, title: string): Promise<string | undefined> {
  const open = vscode.window.activeTextEditor?.document.uri;
  const current = open?.path.endsWith('.tf') === true ? projects.folderOf(open) : undefined;
  const folders = await projects.folders();
  if (current !== undefined) return current;
  if (folders.length === 0) return void showInformationMessage('There is no folder with Terraform files (*.tf) in this workspace.');
  if (folders.length === 1) return folders[0];
  const items = folders.map((folder) => ({ label: folderName(folder), folder }));
  return (await pick(items, { title, placeHolder: 'Choose a folder' }))?.folder;
}

/** Asks which connection a folder belongs to and keeps the answer. @returns whether it has one now */
export async function connectFolder(projects: TerraformProjects, clusters: Clusters, folder: string): Promise<boolean> {
  await clusters.connections.load();
  const { all } = clusters.connections;
  if (all.length === 0) {
    const added = await vscode.commands.executeCommand<string | undefined>(commandIds.addConnection);
    if (added === undefined) return false;
    await projects.bind(folder, added);
    return true;
  }
  const current = projects.connectionOf(folder)?.id;
  const items = all.map(({ id, name, endpoints }) => ({ id, label: labelText(name, 60), description: [id === current ? 'current' : '', endpoints[0] ?? ''].filter(Boolean).join(' · ') }));
  const chosen = await pick(items, { title: `Connect ${folderName(folder)}`, placeHolder: 'Which cluster is the folder about?' });
  if (chosen === undefined) return false;
  await projects.bind(folder, chosen.id);
  return true;
}
