import * as vscode from 'vscode';
import type { Door, Journal, Running } from '../../changes/index.ts';
import { type Disposable, DisposableStore, type Event } from '../../base/index.ts';
import { commandIds } from '../ids.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage, withProgress } from '../notices/index.ts';
import { formatBytes, labelText, visible } from '../text/index.ts';
import type { RunOffer } from '../review/messages.ts';
import { pick } from '../questions/index.ts';
import { confirmsRollBack } from './confirm-roll-back.ts';
import { RunDocuments } from './run-documents.ts';
import { outcomeText, unfinishedText } from './run-text.ts';
import { hasEnded, offersOf, runView } from './run-view.ts';

interface Followed {
  readonly running: Running;
  /** Whether something else shows how it ends. */
  readonly shownElsewhere: () => boolean;
}

/** A file on its way to a cluster; bytes. */
export interface Transfer {
  readonly name: string;
  readonly sent: number;
  readonly total: number;
}

export interface RunsServices {
  readonly onDidTransfer?: Event<Transfer>;
  /** Opened on first use. */
  readonly door: () => Promise<Door>;
  /** Told when something on a connection's cluster has changed. */
  readonly refresh: (connectionId: string) => void;
}

/** The editor's side of runs: their progress in the status bar and in notifications, how they end, and those a former session left. */
export class Runs implements Disposable {
  readonly #services: RunsServices;
  readonly #store = new DisposableStore();
  readonly #documents = this.#store.add(new RunDocuments());
  readonly #item = this.#store.add(vscode.window.createStatusBarItem('proxmox.runs', vscode.StatusBarAlignment.Left, 9));
  readonly #active = new Map<string, Followed>();
  #disposed = false;

  constructor(services: RunsServices) {
    this.#services = services;
    this.#item.name = 'Proxmox Runs';
    this.#item.command = commandIds.showRuns;
  }

  /** Shows a run until it comes to a halt and tells how. @param shownElsewhere asked at the end: then no notification is needed */
  async follow(running: Running, shownElsewhere: () => boolean = () => false): Promise<Journal> {
    const { id } = running.journal;
    const store = new DisposableStore();
    this.#active.set(id, { running, shownElsewhere });
    this.#documents.keep(running.journal);
    store.add(running.onDidChange((journal) => {
      this.#documents.keep(journal);
      this.#show();
    }));
    store.add(running.onDidLog(({ step, lines }) => this.#documents.log(id, step, lines)));
    this.#show();
    try {
      const journal = await running.ended;
      this.#documents.keep(journal);
      if (!this.#disposed) {
        this.#services.refresh(journal.proposal.connection);
        if (!shownElsewhere()) void this.#tell(journal);
      }
      return journal;
    } finally {
      store.dispose();
      this.#active.delete(id);
      this.#show();
    }
  }

  /** {@link follow} with a progress notification that can cancel the run. */
  async followWithProgress(running: Running): Promise<Journal> {
    const title = labelText(running.journal.proposal.summary);
    return await withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
      let shown = 0;
      const report = (journal: Journal): void => {
        const { text, progress: part } = runView(journal);
        progress.report({ message: text, increment: Math.max(0, part - shown) * 100 });
        shown = Math.max(shown, part);
      };
      const store = new DisposableStore();
      store.add(running.onDidChange(report));
      if (this.#services.onDidTransfer !== undefined && running.journal.proposal.steps.some(({ operation }) => operation === 'storage.upload')) store.add(this.#services.onDidTransfer(transferred(progress)));
      store.add(token.onCancellationRequested(() => void running.cancel()));
      report(running.journal);
      try {
        return await this.follow(running);
      } finally {
        store.dispose();
      }
    });
  }

  /** Does what was chosen about a run and follows what begins by it. Resolves when that has ended. */
  async take(offer: RunOffer, journal: Journal): Promise<void> {
    const { id } = journal;
    try {
      switch (offer) {
        case 'cancel': return await this.#active.get(id)?.running.cancel();
        case 'show-log': return await this.#documents.open(journal);
        case 'leave': return await (await this.#services.door()).leave(id);
        case 'retry': return void (await this.followWithProgress(await (await this.#services.door()).resume(id)));
        case 'roll-back': return void ((await confirmsRollBack(journal)) && await this.followWithProgress(await (await this.#services.door()).rollBack(id)));
      }
    } catch (error) {
      void showErrorMessage(`${labelText(journal.proposal.summary)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  showLog(journal: Journal): Promise<void> {
    return this.#documents.open(journal);
  }

  /** Offers what can be done about runs that a former session left. */
  async offerUnfinished(): Promise<void> {
    const journals = await (await this.#services.door()).unfinished();
    if (journals.length <= 3) for (const journal of journals) void this.#offer(journal);
    else if ((await showWarningMessage(`${journals.length} runs have not been brought to an end.`, 'Show Runs')) !== undefined) await this.list();
  }

  /** Lists what runs and what has not been brought to an end; choosing one offers what can be done about it. */
  async list(): Promise<void> {
    const unfinished = await (await this.#services.door()).unfinished();
    const journals = [...[...this.#active.values()].map(({ running }) => running.journal), ...unfinished];
    if (journals.length === 0) return void showInformationMessage('Nothing runs, and no run waits to be brought to an end.');
    const chosen = await pick(
      journals.map((journal) => ({ label: labelText(journal.proposal.summary), description: runView(journal).text, journal })),
      { title: 'Proxmox Runs', placeHolder: 'Choose a run to see what can be done about it' },
    );
    if (chosen === undefined) return;
    const { journal } = chosen;
    const offers = this.#active.has(journal.id) ? offersOf(journal) : unfinishedOffers(journal);
    const action = await pick(offers.map((offer) => ({ label: titles[offer], offer })), { title: chosen.label });
    if (action !== undefined) await this.take(action.offer, journal);
  }

  dispose(): void {
    this.#disposed = true;
    this.#store.dispose();
  }

  async #offer(journal: Journal): Promise<void> {
    const chosen = await choose('warning', unfinishedText(journal), unfinishedOffers(journal), journal.state === 'running' ? { retry: 'Resume' } : {});
    if (chosen !== undefined) await this.take(chosen, journal);
  }

  async #tell(journal: Journal): Promise<void> {
    const { level, text } = outcomeText(journal);
    const offers = hasEnded(journal.state) ? offersOf(journal) : ['show-log' as const];
    const chosen = await choose(level, text, offers, journal.state === 'succeeded' ? { 'roll-back': 'Undo' } : {});
    if (chosen !== undefined) await this.take(chosen, journal);
  }

  #show(): void {
    const runs = [...this.#active.values()].map(({ running }) => running.journal);
    const [first] = runs;
    if (first === undefined || this.#disposed) return this.#item.hide();
    const { text, progress } = runView(first);
    const percent = `${Math.round(progress * 100)} %`;
    this.#item.text = runs.length === 1 ? `$(sync~spin) ${labelText(first.proposal.summary, 40)} ${percent}` : `$(sync~spin) ${runs.length} runs`;
    this.#item.tooltip = runs.map((journal) => `${labelText(journal.proposal.summary)}: ${runView(journal).text}`).join('\n');
    this.#item.accessibilityInformation = { label: runs.length === 1 ? `${first.proposal.summary}: ${text}` : `${runs.length} runs on Proxmox clusters` };
    this.#item.show();
  }
}

/** Tells how far a file is, a few times a second at most. */
function transferred(progress: vscode.Progress<{ readonly message: string }>): (transfer: Transfer) => void {
  let last = 0;
  return ({ name, sent, total }) => {
    if (sent < total && Date.now() - last < 250) return;
    last = Date.now();
    progress.report({ message: `${visible(name, 60)}: ${formatBytes(sent)} of ${formatBytes(total)}` });
  };
}

const titles: Record<RunOffer, string> = { cancel: 'Cancel', retry: 'Retry from Here', 'roll-back': 'Roll Back', leave: 'Leave', 'show-log': 'Show Log' };

/** What can be done about a run that nobody follows. */
function unfinishedOffers(journal: Journal): readonly RunOffer[] {
  if (journal.state === 'rolling-back') return ['roll-back', 'leave', 'show-log'];
  return offersOf({ ...journal, state: 'failed' });
}

async function choose(level: 'information' | 'warning' | 'error', text: string, offers: readonly RunOffer[], other: Partial<Record<RunOffer, string>>): Promise<RunOffer | undefined> {
  const items = offers.map((offer) => ({ title: other[offer] ?? titles[offer], offer }));
  const show = { information: showInformationMessage, warning: showWarningMessage, error: showErrorMessage }[level];
  return (await show<(typeof items)[number]>(text, ...items))?.offer;
}
