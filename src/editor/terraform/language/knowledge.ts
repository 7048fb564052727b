import * as vscode from 'vscode';
import { complete, type Completion, hover } from '../../../terraform/language/index.ts';
import type { StandingDocument } from '../../text/index.ts';
import type { Extent } from './extent.ts';
import type { OpenModules } from './open-modules.ts';
import { toRange } from './ranges.ts';

const KINDS: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  block: vscode.CompletionItemKind.Struct,
  attribute: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  live: vscode.CompletionItemKind.Constant,
  reference: vscode.CompletionItemKind.Reference,
  function: vscode.CompletionItemKind.Function,
  type: vscode.CompletionItemKind.Class,
};

/** Milliseconds that a first completion waits for the cluster, when nothing is known of it yet. */
const PATIENCE = 1500;

/** An item whose description is made once somebody looks at it. */
export class TerraformItem extends vscode.CompletionItem {
  readonly description: string | undefined;

  constructor({ label, kind, detail, documentation, range, text, snippet, again, deprecated }: Completion, place: number) {
    super(detail === undefined ? label : { label, description: detail }, KINDS[kind]);
    this.description = documentation;
    this.range = toRange(range);
    this.insertText = snippet ? new vscode.SnippetString(text) : text;
    this.filterText = label;
    // The likeliest stays first.
    this.sortText = String(place).padStart(6, '0');
    if (deprecated) this.tags = [vscode.CompletionItemTag.Deprecated];
    if (again) this.command = { command: 'editor.action.triggerSuggest', title: 'Suggest' };
  }
}

/** What can be put at a position; with `cluster`, only what is there on the cluster. */
export async function completionsAt(modules: OpenModules, extent: Extent, document: StandingDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<TerraformItem[]> {
  const offers = async (): Promise<Completion[]> => {
    const { opened, terraform } = await modules.of(document);
    return token.isCancellationRequested ? [] : complete(terraform, opened.file, position).filter(({ kind }) => extent === 'all' || kind === 'live');
  };
  let found = await offers();
  // What the cluster has may be on its way: it is worth a moment, once.
  if (!found.some(({ kind }) => kind === 'live') && (await modules.settled(PATIENCE))) found = await offers();
  return found.map((one, place) => new TerraformItem(one, place));
}

/** The item with its description. */
export function described(item: TerraformItem): TerraformItem {
  if (item.description !== undefined) item.documentation = new vscode.MarkdownString(item.description);
  return item;
}

/** What is known of what stands at a position; with `cluster`, only what the cluster knows. */
export async function hoverAt(modules: OpenModules, extent: Extent, document: StandingDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
  const { opened, terraform } = await modules.of(document);
  const told = hover(terraform, opened.file, position);
  if (told === undefined || (extent !== 'all' && hover({ ...terraform, cluster: undefined }, opened.file, position) !== undefined)) return undefined;
  return new vscode.Hover(new vscode.MarkdownString(told.markdown), toRange(told.range));
}
