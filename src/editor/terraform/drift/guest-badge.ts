import * as vscode from 'vscode';
import { rowIdOf } from '../../../terraform/index.ts';
import { visible } from '../../text/index.ts';
import type { TerraformProjects } from '../projects/index.ts';
import type { ProjectDrift } from './project-drift.ts';

/** What is shown beside a guest's name: which project manages it, and whether it is as that says. */
export function guestBadge(uri: vscode.Uri, followed: readonly ProjectDrift[], projects: Pick<TerraformProjects, 'connectionOf'>): vscode.FileDecoration | undefined {
  const [, connectionId, ...rest] = uri.path.split('/');
  const rowId = rest.join('/');
  const here = followed.filter(({ folder }) => projects.connectionOf(folder)?.id === connectionId);
  const about = here.filter(({ resources }) => resources.length > 0);
  for (const { folder, drifts, resources } of about) {
    const resource = resources.find((each) => rowIdOf(each) === rowId);
    if (resource === undefined) continue;
    const where = `${visible(resource.address, 120)} in ${visible(vscode.workspace.asRelativePath(folder, true), 80)}`;
    const kind = drifts.find((drift) => drift.resource === resource)?.standing.kind;
    if (kind === 'drifted') return new vscode.FileDecoration('≠', `Not as Terraform left it: ${where}`, new vscode.ThemeColor('gitDecoration.modifiedResourceForeground'));
    return new vscode.FileDecoration('T', kind === 'in-sync' ? `As Terraform left it: ${where}` : `Managed by Terraform: ${where}`);
  }
  // What manages it may stand in a state that nobody has read.
  const unread = here.some(({ hindrance }) => hindrance?.kind === 'backend' || hindrance?.kind === 'unreadable');
  return about.length === 0 || unread ? undefined : new vscode.FileDecoration('U', 'No Terraform project of this window manages it');
}
