import * as vscode from 'vscode';
import { rowIdOf } from '../../../terraform/index.ts';
import { visible } from '../../text/index.ts';
import type { TerraformProjects } from '../projects/index.ts';
import type { ProjectDrift } from './project-drift.ts';

/** What is shown beside a guest's name: which project manages it, and whether it is as that says. */
export function guestBadge(uri: vscode.Uri, followed: readonly ProjectDrift[], projects: TerraformProjects): vscode.FileDecoration | undefined {
  const [, connectionId, ...rest] = uri.path.split('/');
  const rowId = rest.join('/');
  const about = followed.filter(({ folder, resources }) => resources.length > 0 && projects.connectionOf(folder)?.id === connectionId);
  for (const { folder, drifts, resources } of about) {
    const resource = resources.find((each) => rowIdOf(each) === rowId);
    if (resource === undefined) continue;
    const where = `${visible(resource.address, 120)} in ${visible(vscode.workspace.asRelativePath(folder, true), 80)}`;
    const kind = drifts.find((drift) => drift.resource === resource)?.standing.kind;
    if (kind === 'drifted') return new vscode.FileDecoration('≠', `Not as Terraform left it: ${where}`, new vscode.ThemeColor('gitDecoration.modifiedResourceForeground'));
    return new vscode.FileDecoration('T', kind === 'in-sync' ? `As Terraform left it: ${where}` : `Managed by Terraform: ${where}`);
  }
  return about.length === 0 ? undefined : new vscode.FileDecoration('U', 'No Terraform project of this window manages it');
}
