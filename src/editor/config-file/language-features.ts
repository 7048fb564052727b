import * as vscode from 'vscode';
import { complete, type Completion, hover, noLiveNames } from '../../pve/config/language/index.ts';
import { configScheme } from '../ids.ts';
import type { StandingDocument } from '../text/index.ts';
import type { ConfigFiles } from './config-files.ts';
import { kindOfPath, parseConfigPath } from './config-place.ts';

const KINDS: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  option: vscode.CompletionItemKind.Property,
  property: vscode.CompletionItemKind.Field,
  value: vscode.CompletionItemKind.EnumMember,
  live: vscode.CompletionItemKind.Reference,
};

export async function completionsAt(files: ConfigFiles, document: StandingDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
  const names = await files.namesFor(document.uri).catch(() => undefined);
  const found = await complete(kindOfPath(document.uri.path), document.getText(), position.line, position.character, names ?? noLiveNames);
  return found.map((one, index) => {
    const item = new vscode.CompletionItem({ label: one.label, ...(one.detail !== undefined && one.kind !== 'option' && { description: one.detail }) }, KINDS[one.kind]);
    item.insertText = one.insert;
    item.range = new vscode.Range(position.line, one.span.start, position.line, one.span.end);
    item.filterText = one.insert;
    if (one.kind === 'option' && one.detail !== undefined) item.detail = one.detail;
    if (one.documentation !== undefined) item.documentation = new vscode.MarkdownString(one.documentation);
    // Options by name; values in the order of the language, where the likely ones stand first.
    if (one.kind !== 'option') item.sortText = `${one.kind === 'property' ? 'b' : 'a'}${String(index).padStart(4, '0')}`;
    if (one.goesOn) item.command = { command: 'editor.action.triggerSuggest', title: 'Suggest' };
    return item;
  });
}

export function hoverAt(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const found = hover(kindOfPath(document.uri.path), document.getText(), position.line, position.character);
  if (found === undefined) return undefined;
  return new vscode.Hover(new vscode.MarkdownString(found.text), new vscode.Range(position.line, found.span.start, position.line, found.span.end));
}

/** Whether a document is a guest's configuration on a cluster, in the version that is edited. */
export function isEdited({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === configScheme && parseConfigPath(uri.path)?.version.type === 'configuration';
}
