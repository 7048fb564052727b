import * as vscode from 'vscode';
import { type CommandId, commandIds } from '../../ids.ts';
import { labelText, visible } from '../../text/index.ts';
import type { TerraformServices } from '../services.ts';
import type { LensArgument } from '../plan/plan-lenses.ts';
import type { DriftWatch } from './drift-watch.ts';
import { type CodeStanding, standingsIn } from './standings.ts';

const icons = { 'in-sync': 'check', 'drifted': 'warning', 'missing': 'circle-slash', 'unknown': 'question', 'not-applied': 'circle-outline' } as const;

/** How each resource of a file stands to the cluster, and what can be done about it. */
export async function driftLenses({ documents, projects }: TerraformServices, watch: DriftWatch, document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const folder = projects.folderOf(document.uri);
  if (folder === undefined) return [];
  const project = watch.project(folder);
  // The first comparison makes the lenses be asked for again.
  if (!project.isKnown) return [];
  const parsed = await documents.of(document);
  const standings = standingsIn(parsed, project.drifts);
  const lens = (line: number, title: string, command: CommandId, argument: LensArgument, tooltip = ''): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, tooltip, command, arguments: [argument] });
  const { hindrance } = project;
  if (hindrance !== undefined) {
    if (!parsed.blocks.some(({ labels }) => labels[0]?.startsWith('proxmox_'))) return [];
    switch (hindrance.kind) {
      // Above the file stands already that it is connected to nothing.
      case 'not-connected': return [];
      case 'backend': return [lens(0, '$(cloud-download) Read the state to see drift', commandIds.refreshTerraformState, { uri: document.uri }, hindrance.message)];
      case 'unreadable': return [lens(0, `$(error) ${labelText(hindrance.message, 100)}`, commandIds.refreshTerraformState, { uri: document.uri }, 'Read it again')];
    }
  }
  return standings.flatMap((standing) => {
    const { line, address, kind, text } = standing;
    const argument: LensArgument = { uri: document.uri, address };
    const badge = lens(line, `$(${icons[kind]}) ${labelText(text, 120)}`, kind === 'drifted' ? commandIds.compareTerraformDrift : commandIds.refreshTerraformState, argument, tooltipOf(standing));
    if (kind === 'drifted' && !address.startsWith('module.')) return [badge, lens(line, 'Update Code', commandIds.updateTerraformCode, argument), lens(line, 'Restore Cluster', commandIds.restoreTerraformCluster, argument)];
    return kind === 'missing' || kind === 'drifted' ? [badge, lens(line, 'Restore Cluster', commandIds.restoreTerraformCluster, argument)] : [badge];
  });
}

function tooltipOf({ kind, details }: CodeStanding): string {
  const next = kind === 'drifted' ? 'Compare the code with the cluster' : 'Look again';
  return [...details.slice(0, 20).map((line) => visible(line, 200)), next].join('\n');
}
