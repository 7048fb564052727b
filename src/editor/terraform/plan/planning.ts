import * as vscode from 'vscode';
import type { Disposable } from '../../../base/index.ts';
import { isInitialised, type MadePlan, makePlan, stateLock } from '../../../terraform/index.ts';
import { showInformationMessage, showWarningMessage } from '../../notices/index.ts';
import { labelText, visible } from '../../text/index.ts';
import type { ProjectEnvironment } from '../projects/index.ts';
import type { TerraformServices } from '../services.ts';
import { chooseInit, chooseTargets, chooseVariablesFiles, chooseWorkspace } from './choose.ts';
import { chooseProjectAction } from './choose-project-action.ts';
import { addressFrom } from './module-calls.ts';
import { openGuest } from './open-guest.ts';
import { wasCutShort, wentStale } from './outcome.ts';
import type { LensArgument } from './plan-lenses.ts';
import { ProjectChoices } from './project-choices.ts';
import { nameOf, ProjectWork } from './project-work.ts';
import { takeLock } from './take-lock.ts';

/** What is planned in a project. */
export interface PlanWish {
  /** Everything of it is to go. */
  readonly destroy?: boolean;
  /** Addresses of resources and modules as seen from the project that it is confined to, instead of what the command is about. */
  readonly targets?: readonly string[];
}

interface Planned {
  readonly project: ProjectEnvironment;
  readonly made: MadePlan;
}

/** Plans projects, has the plan reviewed and applied, and what belongs to it. */
export class Planning implements Disposable {
  readonly #services: TerraformServices;
  readonly #choices: ProjectChoices;
  readonly #work: ProjectWork;

  constructor(services: TerraformServices) {
    this.#services = services;
    this.#choices = new ProjectChoices(services.memory);
    this.#work = new ProjectWork(services);
  }

  /** Plans, and has what is planned reviewed and applied. */
  async plan(about: LensArgument | undefined, title: string, wish: PlanWish = {}): Promise<void> {
    const again = (): Promise<void> => this.plan(about, title, wish);
    const planned = await this.#work.inProject({ about, title, again, run: (project, target) => this.#make(project, { targets: target === undefined ? [] : [target], ...wish }) });
    if (planned !== undefined) await this.#review(planned, title, again);
  }

  /** Plans some resources and modules of a project. */
  async planSelected(about: LensArgument | undefined): Promise<void> {
    const title = 'Terraform Plan Selected Resources';
    const place = await this.#work.place(about, title);
    if (place === undefined) return;
    const folder = about === undefined ? undefined : this.#services.projects.folderOf(about.uri);
    const chosen = await chooseTargets(folder ?? place.root, this.#services.documents, about?.address);
    if (chosen === undefined || chosen.length === 0) return;
    const targets = chosen.flatMap((address) => addressFrom(folder === undefined ? { ...place, prefix: '' } : place, address) ?? []);
    await this.plan({ uri: vscode.Uri.file(place.root) }, title, { targets });
  }

  async init(about: LensArgument | undefined): Promise<void> {
    const wish = await chooseInit();
    if (wish === undefined) return;
    const again = (): Promise<void> => this.init(about);
    await this.#work.inProject({ about, title: 'Terraform Init', again, run: async (project) => {
      if (await this.#work.init(project, wish)) void showInformationMessage(`${nameOf(project.folder)} is initialised.`);
    } });
  }

  async selectWorkspace(about: LensArgument | undefined): Promise<void> {
    await this.#work.inProject({ about, title: 'Select Terraform Workspace', again: () => this.selectWorkspace(about), run: (project) => chooseWorkspace(project) });
  }

  async chooseVariables(about: LensArgument | undefined): Promise<void> {
    const place = await this.#work.place(about, 'Choose Terraform Variables Files');
    if (place !== undefined) await chooseVariablesFiles(place.root, this.#choices);
  }

  /** Shows who holds the lock of a project's state, and takes it away when that is confirmed. */
  async forceUnlock(about: LensArgument | undefined): Promise<void> {
    await this.#work.inProject({ about, title: 'Force Unlock Terraform State', again: () => this.forceUnlock(about), run: async (project) => {
      const locked = await this.#work.working(project, `Looking for a lock on the state of ${nameOf(project.folder)}`, async (settings) => ({ by: await stateLock(project.terraform.path, settings, this.#choices.variablesFiles(project.folder)) }));
      if (locked === undefined) return;
      if (locked.by === undefined) return void showInformationMessage(`Nobody holds a lock on the state of ${nameOf(project.folder)}.`);
      if (await takeLock(project, locked.by)) void showInformationMessage(`The state of ${nameOf(project.folder)} is not locked any more.`);
    } });
  }

  async chooseAction(about: LensArgument | undefined): Promise<void> {
    if (about !== undefined) await chooseProjectAction(this.#services, about);
  }

  async openGuest(about: LensArgument | undefined): Promise<void> {
    if (about !== undefined) await openGuest(this.#services, about);
  }

  showLog(): void {
    this.#work.showLog();
  }

  dispose(): void {
    this.#work.dispose();
  }

  /** Undefined when there is nothing to review. */
  async #make(project: ProjectEnvironment, { targets = [], destroy = false }: PlanWish): Promise<Planned | undefined> {
    const { folder, connection } = project;
    const { plans, logger } = this.#services;
    const what = targets.length === 1 ? String(targets[0]) : targets.length > 1 ? `${targets.length} resources of ${nameOf(folder)}` : nameOf(folder);
    const kept = await plans();
    // What has never been set up cannot be planned, and whoever asks for its plan wants that done.
    if (!(await isInitialised(project)) && !(await this.#work.init(project))) return undefined;
    const made = await this.#work.working(project, `${destroy ? 'Planning to destroy' : 'Planning'} ${what}`, (settings) =>
      makePlan({ ...project, ...settings, targets, variableFiles: this.#choices.variablesFiles(folder), destroy }, kept));
    if (made === undefined) return undefined;
    this.#work.showProblems(folder, made.warnings);
    logger.info(`Planned ${folder}: ${JSON.stringify(made.summary)}`);
    if (made.wish !== undefined) return { project, made };
    const words = destroy ? 'There is nothing to destroy.' : `${labelText(what)} is on ${visible(connection.name, 60)} as the code says.`;
    void showInformationMessage(`No changes. ${words}`);
    return undefined;
  }

  async #review({ project, made: { id, wish } }: Planned, title: string, planAgain: () => Promise<void>): Promise<void> {
    if (wish === undefined) return;
    const { door, plans } = this.#services;
    let stale: boolean;
    try {
      const proposal = await door.propose({ connectionId: project.connection.id, surface: 'terraform', wishes: [wish] });
      const journal = await door.review(proposal, { wanted: true });
      stale = wentStale(journal);
      if (!stale && !wasCutShort(journal)) return;
    } catch (error) {
      // A plan that is not proposed is declined by nobody.
      await (await plans()).discard(id);
      return this.#work.showError(title, error);
    }
    const again = 'Plan Again';
    const name = nameOf(project.folder);
    const words = stale ? `${name} was not applied: code or state have changed since it was planned.` : `${name} was applied in part only. What is left needs a new plan.`;
    if ((await showWarningMessage(words, again)) === again) await planAgain();
  }
}
