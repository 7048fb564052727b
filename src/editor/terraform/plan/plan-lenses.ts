import * as vscode from 'vscode';
import { type CommandId, commandIds } from '../../ids.ts';
import { labelText } from '../../text/index.ts';
import { folderName } from '../folder-name.ts';
import type { TerraformServices } from '../services.ts';
import { type LensTarget, lensTargets } from './lens-targets.ts';
import { projectActions } from './project-actions.ts';

/** What a lens is about: a file's whole project, or one of its resources and modules. */
export interface LensArgument {
  readonly uri: vscode.Uri;
  readonly address?: string;
}

/** Plan, apply and destroy above the file, each resource and each module; the guest that a resource is; and above the file, of which cluster and workspace it is. */
export async function planLenses(services: TerraformServices, document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const { documents, projects, clusters } = services;
  const { uri } = document;
  const [parsed] = await Promise.all([documents.of(document), clusters.connections.load()]);
  const targets = lensTargets(parsed);
  const lens = (line: number, title: string, command: CommandId, address?: string): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [{ uri, ...(address !== undefined && { address }) } satisfies LensArgument] });
  const own = targets.flatMap(({ line, address, guest }) => (address === undefined ? [] : [
    lens(line, '$(telescope) Plan', commandIds.terraformPlan, address),
    lens(line, 'Apply', commandIds.terraformApply, address),
    lens(line, 'Destroy', commandIds.terraformDestroy, address),
    ...(guest === undefined ? [] : [lens(line, 'Open Guest', commandIds.openTerraformGuest, address)]),
  ]));
  const whole = targets.find(({ address }) => address === undefined);
  if (whole === undefined) return own;
  // VS Code puts all lenses of a line in one row: where a resource stands in the first line, it would not be clear which “Destroy” is about what.
  const folder = projects.folderOf(uri);
  if (isShared(targets, whole)) return [...own, lens(whole.line, `$(folder) Project ${labelText(folder === undefined ? '' : folderName(folder), 40)}…`, commandIds.terraformProject)];
  return [...(await projectActions(services, uri)).map(({ title, command }) => lens(whole.line, title, command)), ...own];
}

const isShared = (targets: readonly LensTarget[], { line }: LensTarget): boolean => targets.some((target) => target.address !== undefined && target.line === line);
