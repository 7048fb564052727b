import { Emitter } from '../../../base/index.ts';
import { type Fix, ignoreChanges, removeAttribute, removeImportBlocks, setAttribute } from '../../../terraform/index.ts';
import type { Offer } from '../trouble-offers.ts';
import type { FromPage, ReportAction, ToPage } from './messages.ts';
import type { ImportOutcome, Proof } from './outcome.ts';
import type { EditOf } from './project-code.ts';
import type { Proven } from './prove-import.ts';
import { reportView } from './report-view.ts';

export interface ReportOptions {
  readonly post: (message: ToPage) => void;
  readonly prove: (tell: (doing: string) => void) => Promise<Proven>;
  readonly code: {
    show(place: { readonly address?: string; readonly file?: string }): Promise<boolean>;
    edit(...edits: readonly EditOf[]): Promise<boolean>;
    editAll(editOf: EditOf): Promise<ReadonlyMap<string, string>>;
    putBack(before: ReadonlyMap<string, string>): Promise<void>;
  };
  /** Plans once more at the door, where it is reviewed and applied. */
  readonly apply: () => Promise<void>;
  /** Does what helps against what went wrong. */
  readonly carryOut: (offer: Offer) => Promise<void>;
  /** Tells the person something that the page has no place for. */
  readonly tell: (text: string) => void;
  /** Tells what was done, and undoes it if the person wants that. */
  readonly offerUndo: (text: string, undo: () => Promise<void>) => void;
}

/** What became of an import, and what can be done about it. */
export class ImportReportModel {
  readonly #options: ReportOptions;
  readonly #changes = new Emitter<ImportOutcome>();
  #outcome: ImportOutcome;
  #busy = false;
  #planning: Promise<void> = Promise.resolve();

  readonly onDidChange = this.#changes.event;

  constructor(outcome: ImportOutcome, options: ReportOptions) {
    this.#outcome = outcome;
    this.#options = options;
  }

  get outcome(): ImportOutcome {
    return this.#outcome;
  }

  async receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready': return this.#show();
      case 'action': return await this.#act(message.action);
      case 'file': return void (await this.#options.code.show({ file: message.file }));
      case 'show': {
        if (!(await this.#options.code.show({ address: message.address }))) this.#options.tell(`There is no resource ${message.address} in the project’s files any more.`);
        return;
      }
      case 'fix':
      case 'ignore': {
        const fix = this.#fixes(message.address, message.path).find(({ kind }) => (kind === 'ignore') === (message.type === 'ignore'));
        if (fix !== undefined) await this.#mend([fix]);
      }
    }
  }

  async #act(action: ReportAction): Promise<void> {
    switch (action) {
      case 'plan': return await this.plan();
      case 'apply': return await this.#options.apply();
      case 'open': return void (await this.#options.code.show({ ...(this.#outcome.files[0] !== undefined && { file: this.#outcome.files[0] }) }));
      case 'ignore-all': return await this.#mend(this.#fixes().filter(({ kind }) => kind === 'ignore'));
      case 'remove-imports': {
        const addresses = new Set(this.#outcome.things.map(({ address }) => address));
        const edited = await this.#options.code.editAll((document) => removeImportBlocks(document, addresses));
        if (edited.size === 0) this.#options.tell('There are no import blocks left.');
        else {
          this.#options.offerUndo(`The import blocks are gone from ${[...edited.keys()].join(', ')}.`, async () => {
            // The plan that was begun when they were taken out is about the code without them.
            await this.#planning;
            await this.#options.code.putBack(edited);
            await this.plan();
          });
        }
        return await this.plan();
      }
      default: {
        const { proof } = this.#outcome;
        const offer = proof.kind === 'failed' ? proof.offers[Number(action.slice('offer-'.length))] : undefined;
        if (offer !== undefined) await this.#options.carryOut(offer);
      }
    }
  }

  /** Plans, and shows how it comes out. @param prove in place of the usual way, as within what tells of its progress already */
  async plan(prove = this.#options.prove): Promise<void> {
    if (this.#busy) return;
    await (this.#planning = this.#plan(prove));
  }

  async #plan(prove: ReportOptions['prove']): Promise<void> {
    this.#busy = true;
    try {
      this.#put({ kind: 'running', doing: 'Looking for Terraform…' });
      const { proof, program } = await prove((doing) => this.#put({ kind: 'running', doing }));
      if (program !== undefined) this.#outcome = { ...this.#outcome, program };
      this.#put(proof);
    } finally {
      this.#busy = false;
    }
  }

  async #mend(fixes: readonly Fix[]): Promise<void> {
    if (this.#busy) return;
    const done = await this.#options.code.edit(...fixes.map(editOf));
    if (!done) this.#options.tell('Some of it does not stand literally in the project’s code, and has to be changed by hand.');
    await this.plan();
  }

  /** What can be done about the residue: all of it, or of one attribute. */
  #fixes(address?: string, path?: string): readonly Fix[] {
    const { proof } = this.#outcome;
    if (proof.kind !== 'planned') return [];
    return proof.report.residue
      .filter((residue) => residue.actions.includes('update') && (address === undefined || residue.address === address))
      .flatMap(({ attributes }) => attributes.filter((attribute) => path === undefined || attribute.path === path).flatMap(({ fixes }) => fixes));
  }

  #put(proof: Proof): void {
    this.#outcome = { ...this.#outcome, proof };
    this.#show();
    this.#changes.fire(this.#outcome);
  }

  #show(): void {
    this.#options.post({ type: 'report', report: reportView(this.#outcome) });
  }
}

function editOf(fix: Fix): EditOf {
  switch (fix.kind) {
    case 'set': return (document) => setAttribute(document, fix.address, fix.path, fix.value);
    case 'remove': return (document) => removeAttribute(document, fix.address, fix.path);
    case 'ignore': return (document) => ignoreChanges(document, fix.address, fix.attribute);
  }
}
