import { readdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type InitWish, newWorkspace, runTerraform, TerraformFailed, workspaces } from '../../../terraform/index.ts';
import { showInformationMessage, withProgress } from '../../notices/index.ts';
import { labelText } from '../../text/index.ts';
import type { HclDocuments } from '../documents/index.ts';
import type { ProjectEnvironment } from '../projects/index.ts';
import { enter, pick, pickMany } from '../../questions/index.ts';
import { lensTargets } from './lens-targets.ts';
import { isTakenByItself, type ProjectChoices } from './project-choices.ts';

/** Asks which workspace a folder is to be in, or makes one. @throws TerraformFailed */
export async function chooseWorkspace({ terraform, folder, environment }: ProjectEnvironment): Promise<void> {
  const settings = { folder, environment };
  const { all, selected } = await withProgress({ location: vscode.ProgressLocation.Window, title: 'Reading workspaces' }, () => workspaces(terraform.path, settings));
  const create = { label: '$(add) New Workspace…', name: undefined };
  const chosen = await pick(
    [...all.map((name) => ({ label: labelText(name), name, ...(name === selected && { description: 'selected' }) })), create],
    { title: 'Select Terraform Workspace', placeHolder: `Now: ${selected}` },
  );
  if (chosen === undefined) return;
  if (chosen.name !== undefined) {
    const ran = await runTerraform(terraform.path, ['workspace', 'select', '-no-color', chosen.name], settings);
    if (ran.exitCode !== 0) throw new TerraformFailed(ran.errors.trim() || ran.output.trim());
    return;
  }
  const name = await enter({
    title: 'New Terraform Workspace', prompt: 'Its name. The workspace begins with an empty state.',
    validateInput: (value) => (all.includes(value) ? 'There is one of that name.' : /^[A-Za-z0-9._-]{1,90}$/.test(value) ? undefined : 'Letters, digits, dots, underscores and hyphens.'),
  });
  if (name !== undefined) await newWorkspace(terraform.path, name, settings);
}

/** Asks which variables files a folder is planned with, beside those that Terraform takes by itself. */
export async function chooseVariablesFiles(folder: string, choices: ProjectChoices): Promise<void> {
  const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((file) => /\.tfvars(\.json)?$/.test(file) && !/(^|[\\/])\.terraform[\\/]/.test(file) && !isTakenByItself(file)).sort();
  if (files.length === 0) return void showInformationMessage('There is no variables file (*.tfvars) in the folder beside those that Terraform takes by itself.');
  const now = choices.variablesFiles(folder);
  const chosen = await pickMany(files.map((file) => ({ label: labelText(file), file, picked: now.includes(file) })), { title: 'Choose Terraform Variables Files', placeHolder: 'They are given in this order; the later one wins' });
  if (chosen !== undefined) await choices.chooseVariablesFiles(folder, chosen.map(({ file }) => file));
}

/** Asks how a folder is to be initialised. Undefined when it is not. */
export async function chooseInit(): Promise<InitWish | undefined> {
  const ways: readonly (vscode.QuickPickItem & { readonly wish: InitWish })[] = [
    { label: 'Initialise', detail: 'Install what is missing, in the versions that were taken before.', wish: {} },
    { label: 'Initialise and Upgrade', detail: 'Take the newest providers and modules that the code allows.', wish: { upgrade: true } },
    { label: 'Initialise With Another Backend', detail: 'Keep the state where the code says now. The former state is left where it is.', wish: { reconfigure: true } },
  ];
  return (await pick(ways, { title: 'Terraform Init', placeHolder: 'How?' }))?.wish;
}

/**
 * Asks which resources and modules of a folder are to be planned.
 * @param current the one that is ticked at first
 * @returns their addresses as seen from the folder
 */
export async function chooseTargets(folder: string, documents: HclDocuments, current: string | undefined): Promise<readonly string[] | undefined> {
  const items = [...(await documents.inFolder(folder))].flatMap(([file, document]) => lensTargets(document).flatMap(({ address, line }) =>
    (address === undefined ? [] : [{ label: labelText(address), description: `${labelText(file)}:${line + 1}`, address, picked: address === current }])));
  if (items.length === 0) return void showInformationMessage('There are no resources and no modules in the folder.');
  const chosen = await pickMany(items, { title: 'Terraform Plan Selected Resources', placeHolder: 'What else they need is planned too', matchOnDescription: true });
  return chosen?.map(({ address }) => address);
}
