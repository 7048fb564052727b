import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { HclExpression, HclPosition, HclRange } from '../../../terraform/index.ts';
import { declarationsMatching, folderOfCall, folds, inRegistry, outline, type OutlineSymbol, tokens } from '../../../terraform/language/index.ts';
import type { StandingDocument } from '../../text/index.ts';
import type { OpenFolders } from './open-folders.ts';
import { toRange } from './ranges.ts';
import { tokenModifiers, tokenTypes } from './token-legend.ts';

const KINDS: Readonly<Record<OutlineSymbol['kind'], vscode.SymbolKind>> = {
  resource: vscode.SymbolKind.Class,
  data: vscode.SymbolKind.Struct,
  ephemeral: vscode.SymbolKind.Struct,
  module: vscode.SymbolKind.Module,
  variable: vscode.SymbolKind.Variable,
  local: vscode.SymbolKind.Constant,
  output: vscode.SymbolKind.Event,
  block: vscode.SymbolKind.Object,
  attribute: vscode.SymbolKind.Property,
};

export async function outlineOf(folders: OpenFolders, document: StandingDocument): Promise<vscode.DocumentSymbol[]> {
  const symbol = ({ name, detail, kind, range, selection, children }: OutlineSymbol): vscode.DocumentSymbol => {
    const made = new vscode.DocumentSymbol(name, detail, KINDS[kind], toRange(range), toRange(selection));
    made.children = children.map(symbol);
    return made;
  };
  return outline(await folders.document(document)).map(symbol);
}

/** So many answers at most to a search for symbols. */
const MANY = 500;

export async function symbolsMatching(folders: OpenFolders, query: string): Promise<vscode.SymbolInformation[]> {
  return declarationsMatching(await folders.workspace(), query, MANY).map(({ address, kind, file, range }) => new vscode.SymbolInformation(address, KINDS[kind], vscode.workspace.asRelativePath(file), new vscode.Location(vscode.Uri.file(file), toRange(range))));
}

export async function foldsOf(folders: OpenFolders, document: StandingDocument): Promise<vscode.FoldingRange[]> {
  const kinds = { code: undefined, comment: vscode.FoldingRangeKind.Comment, region: vscode.FoldingRangeKind.Region };
  return folds(await folders.document(document)).map(({ start, end, kind }) => new vscode.FoldingRange(start, end, kinds[kind]));
}

/** @param range only what is in it */
export async function tokensOf(folders: OpenFolders, document: StandingDocument, range?: vscode.Range): Promise<vscode.SemanticTokens> {
  const builder = new vscode.SemanticTokensBuilder();
  for (const token of tokens(await folders.document(document))) {
    const { start, end } = token.range;
    if (range !== undefined && (start.line < range.start.line || start.line > range.end.line)) continue;
    builder.push(start.line, start.character, end.character - start.character, tokenTypes.indexOf(token.type), token.modifiers.reduce((bits, modifier) => bits | (1 << tokenModifiers.indexOf(modifier)), 0));
  }
  return builder.build();
}

/** What is around each position, step by step: parts of a value, the value, the attribute, the blocks. */
export async function selectionsAt(folders: OpenFolders, document: StandingDocument, positions: readonly vscode.Position[]): Promise<vscode.SelectionRange[]> {
  const parsed = await folders.document(document);
  const lines = document.getText().split('\n');
  const everything = new vscode.Range(0, 0, lines.length - 1, lines.at(-1)?.length ?? 0);
  return positions.map((position) => {
    const { blocks, attribute, expressions } = parsed.at(position);
    const around = [...blocks.map(({ range }) => range), ...(attribute === undefined ? [] : [attribute.range, ...expressions.flatMap(partsAt(position))])];
    const whole = new vscode.SelectionRange(everything);
    return around.map(toRange).reduce((outer, range) => (outer.range.contains(range) && !outer.range.isEqual(range) ? new vscode.SelectionRange(range, outer) : outer), whole);
  });
}

/** A text is first selected without its quotes. */
function partsAt(position: HclPosition): (expression: HclExpression) => HclRange[] {
  return ({ kind, range }) => {
    const { start, end } = range;
    const inside = { start: { line: start.line, character: start.character + 1 }, end: { line: end.line, character: end.character - 1 } };
    return kind === 'string' && start.line === end.line && position.character > start.character && position.character < end.character ? [range, inside] : [range];
  };
}

/** From where modules come from to where they are: a file of the module, or while it is not here, its page in the registry. */
export async function linksOf(folders: OpenFolders, document: StandingDocument): Promise<vscode.DocumentLink[]> {
  const opened = await folders.open(document);
  const home = opened.modules.of(opened.folder);
  return opened.document.blocks.flatMap((block) => {
    const source = block.type === 'module' ? block.body.attributes.find(({ name }) => name === 'source')?.value : undefined;
    if (source?.kind !== 'string') return [];
    const folder = home === undefined ? undefined : folderOfCall(home, block);
    const target = folder === undefined ? registryPage(source.value) : firstFile(folder);
    if (target === undefined) return [];
    const { start, end } = source.range;
    const link = new vscode.DocumentLink(new vscode.Range(start.line, start.character + 1, end.line, end.character - 1), target);
    link.tooltip = folder === undefined ? 'Open in the registry' : 'Open the module';
    return [link];
  });
}

function registryPage(source: string): vscode.Uri | undefined {
  const name = inRegistry(source);
  return name === undefined ? undefined : vscode.Uri.parse(`https://registry.terraform.io/modules/${name}`);
}

function firstFile(folder: string): vscode.Uri | undefined {
  const file = ['main.tf', 'variables.tf', 'outputs.tf'].map((name) => join(folder, name)).find((path) => existsSync(path));
  return file === undefined ? undefined : vscode.Uri.file(file);
}
