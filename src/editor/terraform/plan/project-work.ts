import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { type Diagnostic, init, type InitWish, type Message, type RunSettings, TerraformFailed } from '../../../terraform/index.ts';
import { showErrorMessage, showInformationMessage, withProgress } from '../../notices/index.ts';
import { labelText, visible } from '../../text/index.ts';
import { askFolder, connectFolder } from '../connect-folder.ts';
import { folderName } from '../folder-name.ts';
import { type ProjectEnvironment, TerraformTrouble } from '../projects/index.ts';
import type { TerraformServices } from '../services.ts';
import { showTrouble } from '../show-trouble.ts';
import { addressFrom, type ProjectPlace } from './module-calls.ts';
import type { LensArgument } from './plan-lenses.ts';
import { PlanProgress } from './plan-progress.ts';
import { projectPlace } from './project-place.ts';
import { showFailure, showProblems } from './show-failure.ts';

/** What a command does in a project; `target` is what of it the command is about, as Terraform calls it there. */
export interface Work<T> {
  readonly about: LensArgument | undefined;
  readonly title: string;
  readonly run: (project: ProjectEnvironment, target: string | undefined) => Promise<T>;
  /** The whole command once more. */
  readonly again: () => Promise<void>;
}

/** Runs Terraform in projects: one command at a time in each, with progress, with a log, and with whatever hinders it told. */
export class ProjectWork implements Disposable {
  readonly #services: TerraformServices;
  readonly #store = new DisposableStore();
  readonly #problems = this.#store.add(vscode.languages.createDiagnosticCollection('proxmox-terraform-plan'));
  readonly #log = this.#store.add(vscode.window.createOutputChannel('Proxmox Workbench: Terraform', { log: true }));
  /** Folders that Terraform works in: it would make the second one wait for the state's lock. */
  readonly #busy = new Set<string>();

  constructor(services: TerraformServices) {
    this.#services = services;
    // What was said about a line holds until the file is another one.
    this.#store.add(vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.#problems.delete(document.uri);
    }));
  }

  /** Undefined when it was not done, which the person has been told or has decided. */
  async inProject<T>({ about, title, run, again }: Work<T>): Promise<T | undefined> {
    const place = await this.place(about, title);
    if (place === undefined) return undefined;
    const { root } = place;
    if (this.#busy.has(root)) return void showInformationMessage(`Terraform is at work in ${nameOf(root)} already.`);
    this.#busy.add(root);
    let project: ProjectEnvironment | undefined;
    try {
      await saveAll(root);
      project = await this.#environment(root);
      return project === undefined ? undefined : await run(project, addressFrom(place, about?.address));
    } catch (error) {
      // What it offers may run Terraform again, so nobody waits for the answer here.
      if (error instanceof TerraformFailed && project !== undefined) void this.#showFailure(error, project, again);
      else this.showError(title, error);
      return undefined;
    } finally {
      this.#busy.delete(root);
    }
  }

  /** The project that a command is about, and what the command's folder is called from there. Asks where that is not clear. */
  async place(about: LensArgument | undefined, title: string): Promise<ProjectPlace | undefined> {
    const { projects, documents } = this.#services;
    const folder = about === undefined ? await askFolder(projects, title) : projects.folderOf(about.uri);
    return folder === undefined ? undefined : await projectPlace(folder, projects, documents);
  }

  /** Runs Terraform with progress that can be cancelled. Undefined when it was. */
  async working<T>({ folder, environment }: ProjectEnvironment, title: string, run: (settings: RunSettings) => Promise<T>): Promise<T | undefined> {
    const abort = new AbortController();
    const told = new PlanProgress();
    this.#log.info(`${title} (${folder})`);
    try {
      return await withProgress({ location: vscode.ProgressLocation.Notification, title: labelText(title), cancellable: true }, async (progress, token) => {
        token.onCancellationRequested(() => abort.abort());
        return await run({
          folder, environment, signal: abort.signal,
          onMessage: (message: Message) => {
            this.#note(message);
            const words = told.take(message);
            if (words !== undefined) progress.report({ message: words });
          },
        });
      });
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      this.#log.info('Cancelled.');
      return undefined;
    }
  }

  /** @returns whether it was done */
  async init(project: ProjectEnvironment, wish: InitWish = {}): Promise<boolean> {
    const done = await this.working(project, `Initialising ${nameOf(project.folder)}`, async (settings) => {
      await init(project.terraform.path, settings, wish);
      return true;
    });
    return done === true;
  }

  showProblems(folder: string, diagnostics: readonly Diagnostic[]): void {
    showProblems(this.#problems, folder, diagnostics);
  }

  showError(title: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#services.logger.error(`${title}: ${reason}`);
    void showErrorMessage(`${title}: ${visible(reason, 700)}`);
  }

  showLog(): void {
    this.#log.show();
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #showFailure(failed: TerraformFailed, project: ProjectEnvironment, again: () => Promise<void>): Promise<void> {
    this.#log.error(failed.message);
    this.showProblems(project.folder, failed.diagnostics);
    try {
      await showFailure(failed, project, { again, showLog: () => this.showLog(), init: async () => {
        if (await this.init(project)) await again();
      } });
    } catch (error) {
      if (error instanceof TerraformFailed) await this.#showFailure(error, project, again);
      else this.showError('Terraform', error);
    }
  }

  #note(message: Message): void {
    if (message.kind === 'diagnostic') {
      const { severity, summary, detail } = message.diagnostic;
      this.#log[severity === 'error' ? 'error' : 'warn']([summary, detail].filter((part) => part !== '').join(': '));
    } else if (message.kind !== 'summary' && message.text.trim() !== '') this.#log.info(message.text);
  }

  /** Undefined when something is missing, which the person is told, or declined to say. */
  async #environment(folder: string): Promise<ProjectEnvironment | undefined> {
    const { projects, clusters } = this.#services;
    try {
      await clusters.connections.load();
      if (projects.connectionOf(folder) === undefined && !(await connectFolder(projects, clusters, folder))) return undefined;
      return await projects.environment(folder);
    } catch (error) {
      if (!(error instanceof TerraformTrouble)) throw error;
      void showTrouble(error);
      return undefined;
    }
  }
}

export function nameOf(folder: string): string {
  return visible(folderName(folder), 80);
}

/** Terraform reads what is on disk. */
async function saveAll(folder: string): Promise<void> {
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file' && uri.fsPath.startsWith(folder) && /\.(tf|tofu|tfvars)(\.json)?$/.test(uri.fsPath));
  await Promise.all(unsaved.map((document) => document.save()));
}
