import * as vscode from 'vscode';
import { type Decision, type Door, type Journal, type Proposal, Refusal, type Running, withSafeguards } from '../../changes/index.ts';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Runs } from '../runs/index.ts';
import { visible } from '../text/index.ts';
import type { FromPage, RehearsedView, RunOffer, StepStatus, ToPage } from './messages.ts';
import { pageHtml } from './page-html.ts';
import { attributesOf } from './part-view.ts';
import { requestViews } from './requests.ts';
import { reviewView, stepGroups, type Wholes } from './review-view.ts';
import { confirmsRollBack } from '../runs/confirm-roll-back.ts';
import { changedSteps, hasEnded, keptLogs, runView } from '../runs/run-view.ts';

export interface ReviewSurroundings {
  readonly door: Door;
  readonly runs: Runs;
  readonly extensionUri: vscode.Uri;
  /** What the connection is called. */
  readonly connectionName: string;
  readonly wholes?: Wholes;
  /** Plays the proposal on a simulator; absent where that cannot be done. Rejects with what hindered it. */
  readonly rehearse?: (proposal: Proposal) => Promise<RehearsedView>;
}

/** Milliseconds between updates of the page while a run goes on. */
const PAUSE = 100;

/** One proposal's review in an editor tab: before it runs, while it runs and afterwards. */
export class ReviewPanel implements Disposable {
  readonly #surroundings: ReviewSurroundings;
  readonly #proposal: Proposal;
  readonly #decision: Decision;
  readonly #store = new DisposableStore();
  readonly #panel: vscode.WebviewPanel;
  readonly #logs = new Map<string, string[]>();
  #journal: Journal | undefined;
  #running: Running | undefined;
  /** What the page has been told of the run. */
  #told: Journal | undefined;
  #due: NodeJS.Timeout | undefined;
  #starting = false;
  #closed = false;
  #settle: ((journal: Journal | undefined) => void) | undefined;

  /** Resolves when the first run has come to a halt, with undefined when the review was closed without one. */
  readonly result: Promise<Journal | undefined>;

  constructor(proposal: Proposal, decision: Decision, surroundings: ReviewSurroundings) {
    this.#surroundings = surroundings;
    this.#proposal = proposal;
    this.#decision = decision;
    this.result = new Promise((resolve) => (this.#settle = resolve));
    const root = vscode.Uri.joinPath(surroundings.extensionUri, 'webview');
    this.#panel = this.#store.add(vscode.window.createWebviewPanel('proxmox.review', `Review: ${visible(proposal.summary, 40)}`, vscode.ViewColumn.Active, {
      enableScripts: true, localResourceRoots: [root], enableFindWidget: true,
    }));
    this.#panel.iconPath = vscode.Uri.joinPath(surroundings.extensionUri, 'media/icon.svg');
    const { webview } = this.#panel;
    this.#store.add(webview.onDidReceiveMessage((message: FromPage) => void this.#receive(message)));
    this.#store.add(this.#panel.onDidDispose(() => void this.#onClosed()));
    webview.html = pageHtml({
      title: 'Review',
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'review.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'review.css')).toString(),
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    clearTimeout(this.#due);
    this.#store.dispose();
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready': return this.#showAll();
      case 'close': {
        this.#panel.dispose();
        return;
      }
      case 'attributes': return this.#post({ ...message, attributes: attributesOf(this.#proposal, message.step, message.part) });
      case 'dry-run': return this.#post({ type: 'requests', requests: requestViews(this.#proposal, message.safeguards) });
      case 'rehearse': return await this.#rehearse(message.safeguards);
      case 'run': return await this.#run(message.safeguards, message.typed);
      case 'offer': return await this.#take(message.offer);
    }
  }

  /** The page is new, or was hidden and has forgotten everything. */
  #showAll(): void {
    const { connectionName, rehearse, wholes } = this.#surroundings;
    this.#post({ type: 'review', review: reviewView(this.#proposal, this.#decision, { connection: connectionName, canRehearse: rehearse !== undefined, ...(wholes !== undefined && { wholes }) }) });
    this.#told = undefined;
    if (this.#journal === undefined) return;
    this.#tell();
    for (const { step, lines } of this.#logs.size > 0 ? [...this.#logs].map(([step, lines]) => ({ step, lines })) : keptLogs(this.#journal)) this.#post({ type: 'log', step, lines });
  }

  async #rehearse(safeguards: readonly string[]): Promise<void> {
    const { rehearse } = this.#surroundings;
    if (rehearse === undefined) return;
    try {
      this.#post({ type: 'rehearsed', rehearsal: await rehearse(withSafeguards(this.#proposal, safeguards)) });
    } catch (error) {
      this.#problem('The rehearsal could not be carried out', error);
    }
  }

  async #run(safeguards: readonly string[], typed: string): Promise<void> {
    if (this.#starting || this.#journal !== undefined) return;
    this.#starting = true;
    try {
      const running = await this.#surroundings.door.run(this.#proposal, { safeguards, ...(typed !== '' && { typed }) });
      await this.#follow(running);
    } catch (error) {
      this.#problem('It was not begun', error);
    } finally {
      this.#starting = false;
    }
  }

  async #take(offer: RunOffer): Promise<void> {
    const { door, runs } = this.#surroundings;
    const journal = this.#journal;
    if (journal === undefined) return;
    try {
      switch (offer) {
        case 'show-log': return await runs.showLog(journal);
        case 'cancel': return await this.#running?.cancel();
        case 'retry': return await this.#follow(await door.resume(journal.id));
        case 'roll-back': return void ((await confirmsRollBack(journal)) && await this.#follow(await door.rollBack(journal.id)));
        case 'leave': {
          await door.leave(journal.id);
          this.#journal = { ...journal, state: 'left' };
          return this.#tell();
        }
      }
    } catch (error) {
      this.#problem('That could not be done', error);
    }
  }

  async #follow(running: Running): Promise<void> {
    this.#running = running;
    this.#journal = running.journal;
    this.#tell();
    const store = new DisposableStore();
    store.add(running.onDidChange((journal) => {
      this.#journal = journal;
      this.#due ??= setTimeout(() => this.#tell(), PAUSE);
    }));
    store.add(running.onDidLog(({ step, lines }) => {
      const id = step.replace(/~$/, '');
      this.#logs.set(id, [...(this.#logs.get(id) ?? []), ...lines.map((line) => visible(line, 2_000))].slice(-1_000));
      this.#post({ type: 'log', step: id, lines: lines.map((line) => visible(line, 2_000)) });
    }));
    try {
      this.#journal = await this.#surroundings.runs.follow(running, () => !this.#closed && this.#panel.visible);
      this.#tell();
      this.#settle?.(this.#journal);
    } finally {
      store.dispose();
      this.#running = undefined;
    }
  }

  #tell(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    const journal = this.#journal;
    if (journal === undefined) return;
    const steps: readonly StepStatus[] = changedSteps(this.#told, journal);
    const added = this.#told === undefined && journal.proposal.steps.length !== this.#proposal.steps.length;
    this.#told = journal;
    const run = runView(journal);
    const stuck = !hasEnded(journal.state) && this.#running === undefined;
    this.#post({ type: 'run', run: stuck ? { ...run, offers: ['show-log'] } : run, steps, ...(added && { groups: stepGroups(journal.proposal.steps) }) });
  }

  #problem(title: string, error: unknown): void {
    const reasons = error instanceof Refusal ? error.reasons : [error instanceof Error ? error.message : String(error)];
    this.#post({ type: 'problem', title, reasons: reasons.map((reason) => visible(reason, 1_000)) });
  }

  #post(message: ToPage): void {
    if (!this.#closed) void this.#panel.webview.postMessage(message);
  }

  async #onClosed(): Promise<void> {
    this.#closed = true;
    this.dispose();
    // A run goes on without its review; the status bar and a notification tell of it.
    if (this.#journal !== undefined || this.#starting) return;
    this.#settle?.(undefined);
    await this.#surroundings.door.decline(this.#proposal);
  }
}
