import * as vscode from 'vscode';
import { gather, offered, operationByName, Refusal, type Proposal, type Wish } from '../../changes/index.ts';
import { PveError } from '../../pve/index.ts';
import type { Request } from '../door/index.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage, withProgress } from '../notices/index.ts';
import { errorTitle, visible } from '../text/index.ts';
import type { OperationServices } from './services.ts';

/**
 * Proposes what is wished, has it decided about, and runs it. When some of several wishes cannot be granted, asks whether to go on with the
 * others. What goes wrong is told here.
 */
export async function perform(services: OperationServices, title: string, request: Request): Promise<void> {
  if (request.wishes.length === 0) return void showInformationMessage(`${title}: nothing would change.`);
  try {
    const proposal = await withoutWhatCannotBe(services, title, request);
    if (proposal !== undefined) await services.door.review(proposal);
  } catch (error) {
    tell(title, error);
  }
}

/** Shows what went wrong, with what can be done about it. */
export function tell(title: string, error: unknown): void {
  const text = error instanceof Refusal ? error.reasons.join(' ') : error instanceof PveError ? [`${errorTitle(error)}.`, error.message, error.details.advice ?? ''].filter(Boolean).join(' ') : error instanceof Error ? error.message : String(error);
  void showErrorMessage(`${title}: ${visible(text, 1000)}`);
}

async function withoutWhatCannotBe(services: OperationServices, title: string, request: Request): Promise<Proposal | undefined> {
  try {
    return await propose(services, title, request);
  } catch (error) {
    if (!(error instanceof Refusal) || request.wishes.length < 2) throw error;
    const { possible, refused } = await sort(services, request);
    if (possible.length === 0 || refused.length === 0) throw error;
    const others = { title: possible.length === 1 ? 'Go On with the Other' : `Go On with the Other ${possible.length}` };
    const chosen = await showWarningMessage(`${title}: ${refused.length} of ${request.wishes.length} cannot be done.`, { modal: true, detail: visibleLines(refused) }, others);
    return chosen === undefined ? undefined : await propose(services, title, { ...request, wishes: possible });
  }
}

/** Told in the status bar, because reading much of a cluster takes its time. */
async function propose({ door }: OperationServices, title: string, request: Request): Promise<Proposal> {
  return await withProgress({ location: vscode.ProgressLocation.Window, title: `Proxmox: ${title}` }, () => door.propose(request));
}

/** Steps on one guest stand or fall together. */
async function sort({ clusters }: OperationServices, { connectionId, wishes }: Request): Promise<{ readonly possible: readonly Wish[]; readonly refused: readonly string[] }> {
  const connection = clusters.connections.find(connectionId);
  if (connection === undefined) return { possible: [], refused: [] };
  const [client, inventory] = await Promise.all([clusters.client(connection), clusters.inventory()]);
  const circumstances = await gather({ client, inventory, now: Date.now() }, wishes);
  const possible: Wish[] = [];
  const refused: string[] = [];
  for (const [, together] of Map.groupBy(wishes, ({ target }) => JSON.stringify(target))) {
    const [first] = together;
    if (first === undefined) continue;
    const operation = operationByName(first.operation);
    const offer = operation === undefined ? undefined : offered(operation, first.target, circumstances, operation.complete?.(first.target, first.parameters ?? {}, circumstances) ?? first.parameters);
    if (offer?.possible === true) possible.push(...together);
    else if (offer !== undefined) refused.push(offer.text);
  }
  return { possible, refused };
}

function visibleLines(lines: readonly string[]): string {
  const shown = lines.slice(0, 15).map((line) => visible(line, 300));
  return [...shown, ...(lines.length > shown.length ? [`And ${lines.length - shown.length} more.`] : [])].join('\n');
}
