import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ImportOptions } from '../../../terraform/index.ts';
import { labelText } from '../../text/index.ts';
import type { TerraformProjects } from '../projects/index.ts';
import type { TerraformServices } from '../services.ts';
import { pick } from '../../questions/index.ts';
import { folderName } from './import-request.ts';
import { ProjectCode } from './project-code.ts';

type Item = vscode.QuickPickItem & { readonly choose?: () => Promise<string | undefined> };

/** What code is written for. */
export interface Destined {
  readonly connectionId: string;
  /** What the folder of a new project is called; not made harmless. */
  readonly name: string;
}

/**
 * Asks for the project: a new one below the workspace, one that is there, or any other folder.
 * @param existingFirst whether what is there is offered before what is new
 * @returns undefined when the person gave up
 * @throws Error when the project belongs to another connection
 */
export async function askProject({ projects, documents }: Pick<TerraformServices, 'projects' | 'documents'>, title: string, { connectionId, name }: Destined, existingFirst = false): Promise<ProjectCode | undefined> {
  const folder = await askProjectFolder(projects, title, name, existingFirst);
  if (folder === undefined) return undefined;
  const code = new ProjectCode(folder, documents, projects);
  const bound = projects.connectionOf(folder)?.id;
  if ((await code.documents()).size > 0 && bound !== undefined && bound !== connectionId) throw new Error('The project belongs to another connection. Choose another folder, or connect this one to the cluster first.');
  return code;
}

async function askProjectFolder(projects: TerraformProjects, title: string, name: string, existingFirst: boolean): Promise<string | undefined> {
  const [workspace] = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const there = (await projects.folders()).map((folder): Item => ({
    label: `$(folder) ${labelText(vscode.workspace.asRelativePath(folder, true), 100)}`, description: 'add to this project', choose: () => Promise.resolve(folder),
  }));
  const fresh = workspace === undefined ? undefined : join(workspace.uri.fsPath, 'terraform', folderName(name));
  const isThere = fresh !== undefined && (await projects.folders()).includes(fresh);
  const create: Item[] = fresh === undefined || isThere ? [] : [{ label: `$(new-folder) ${labelText(vscode.workspace.asRelativePath(fresh, true), 100)}`, description: 'a new project', choose: () => Promise.resolve(fresh) }];
  const other: Item = { label: '$(folder-opened) Choose Another Folder…', choose: () => askAnyFolder(title, workspace?.uri) };
  const items = existingFirst ? [...there, ...create, other] : [...create, ...there, other];
  if (items.length === 1) return await askAnyFolder(title, workspace?.uri);
  const chosen = await pick(items, { title, placeHolder: 'Which folder is the Terraform project in?' });
  return await chosen?.choose?.();
}

async function askAnyFolder(title: string, defaultUri: vscode.Uri | undefined): Promise<string | undefined> {
  const [chosen] = (await vscode.window.showOpenDialog({ title, canSelectFiles: false, canSelectFolders: true, openLabel: 'Use Folder', ...(defaultUri !== undefined && { defaultUri }) })) ?? [];
  if (chosen !== undefined && chosen.scheme !== 'file') throw new Error('Terraform runs on this machine: choose a folder of its file system.');
  return chosen?.fsPath;
}

/** Asks how the guests are divided into files. */
export async function askFiles(title: string): Promise<ImportOptions['fileFor'] | undefined> {
  const items = [
    { label: 'One File per Pool', description: 'guests without a pool have one of their own', fileFor: 'pool' },
    { label: 'One File per Node', fileFor: 'node' },
    { label: 'One File for All', fileFor: 'all' },
  ] as const;
  return (await pick(items, { title, placeHolder: 'How are the guests divided into files?' }))?.fileFor;
}

/** Asks for the file of a project that guests are added to. @returns its name; undefined when the person gave up */
export async function askFile(title: string, code: ProjectCode): Promise<string | undefined> {
  const proposed = 'guests.tf';
  const names = [...(await code.documents()).keys()].filter((name) => !NOT_FOR_GUESTS.test(name));
  if (names.length === 0) return proposed;
  const items = [...names.map((name) => ({ label: `$(file-code) ${labelText(name, 100)}`, description: 'add to its end', name })), ...(names.includes(proposed) ? [] : [{ label: `$(new-file) ${proposed}`, description: 'a new file', name: proposed }])];
  return (await pick(items, { title, placeHolder: 'Which file?' }))?.name;
}

const NOT_FOR_GUESTS = /^(versions|provider|imports|variables|outputs)\.(?:tf|tofu)$/;
