import * as vscode from 'vscode';
import type { AuditLog } from '../../changes/index.ts';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { auditScheme, commandIds } from '../ids.ts';
import { auditTree, type Day, entryLabel, type ProposalStory, timeOf, type Told } from './audit-tree.ts';
import { entryText, storyText } from './entry-text.ts';

interface EntryItem {
  readonly kind: 'entry';
  readonly entry: Told;
}
export type AuditItem = Day | ProposalStory | EntryItem;

/** Entries that the view reads, newest first. */
const READ = 5_000;

/** What the *Audit* view shows, and its entries as read-only documents: `proxmox-audit:/<proposal>/<title>.txt?<hash before the entry>`. */
export class AuditView implements vscode.TextDocumentContentProvider, Disposable {
  readonly #log: AuditLog;
  readonly #store = new DisposableStore();
  #filter = '';

  constructor(log: AuditLog) {
    this.#log = log;
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(auditScheme, this));
  }

  set filter(text: string) {
    this.#filter = text;
  }

  get filter(): string {
    return this.#filter;
  }

  async children(item: AuditItem | undefined): Promise<readonly AuditItem[]> {
    switch (item?.kind) {
      case undefined: return auditTree(await this.#log.entries(READ), this.#filter);
      case 'day': return item.stories;
      case 'proposal': return item.entries.map((entry) => ({ kind: 'entry', entry }));
      case 'entry': return [];
    }
  }

  treeItem(item: AuditItem): vscode.TreeItem {
    const open = { command: commandIds.openAuditEntry, title: 'Open', arguments: [item] };
    switch (item.kind) {
      case 'day': return Object.assign(new vscode.TreeItem(item.day, vscode.TreeItemCollapsibleState.Expanded), { id: `day/${item.day}`, iconPath: new vscode.ThemeIcon('calendar') });
      case 'proposal': return Object.assign(new vscode.TreeItem(item.summary, vscode.TreeItemCollapsibleState.Collapsed), {
        id: item.id, description: `${item.outcome} · ${timeOf(item.entries.at(-1)?.at ?? '')} · ${item.user}`, iconPath: outcomeIcon(item.outcome), command: open,
        tooltip: `${item.summary}\n${item.outcome}\n${item.user} on ${item.connection}`,
      });
      case 'entry': {
        const { label, icon } = entryLabel(item.entry);
        return Object.assign(new vscode.TreeItem(label), { id: `entry/${item.entry.previous}`, description: timeOf(item.entry.at), iconPath: new vscode.ThemeIcon(icon), command: open });
      }
    }
  }

  async open(item: AuditItem): Promise<void> {
    if (item.kind === 'day') return;
    const [proposal, title, query] = item.kind === 'proposal' ? [item.id, item.summary, ''] : [item.entry.proposal, `${item.entry.event} ${timeOf(item.entry.at).replaceAll(':', '.')}`, item.entry.previous];
    const name = title.slice(0, 60).replace(/[^\p{L}\p{N} ._-]/gu, '_');
    await vscode.window.showTextDocument(vscode.Uri.from({ scheme: auditScheme, path: `/${proposal}/${name}.txt`, query }), { preview: true, preserveFocus: true });
  }

  async provideTextDocumentContent({ path, query }: vscode.Uri): Promise<string> {
    const id = path.split('/')[1] ?? '';
    const story = auditTree(await this.#log.entries(READ), '').flatMap(({ stories }) => stories).find((each) => each.id === id);
    if (story === undefined) return 'This entry is not in the audit log any more.\n';
    const entry = story.entries.find(({ previous }) => previous === query);
    return entry === undefined ? storyText(story) : entryText(entry);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function outcomeIcon(outcome: string): vscode.ThemeIcon {
  switch (outcome) {
    case 'succeeded': return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed': return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'running':
    case 'approved': return new vscode.ThemeIcon('sync');
    case 'rolled-back': return new vscode.ThemeIcon('discard');
    case 'proposed': return new vscode.ThemeIcon('lightbulb');
    default: return new vscode.ThemeIcon('circle-slash');
  }
}
