import type { FromPage, ReviewView } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';
import type { Remembered } from './page.ts';

type Field = HTMLElementTagNameMap['vscode-textfield'];
type Tick = HTMLElementTagNameMap['vscode-checkbox'];
type Button = HTMLElementTagNameMap['vscode-button'];

/** How far a review is: what can be asked and done depends on it. */
export type Phase = 'asking' | 'starting' | 'running' | 'ended';

/** What a person decides: the safeguards to tick, the name to type, and what to do. */
export class Answers {
  /** Stays in sight while the rest is scrolled. */
  readonly element: HTMLElement;
  readonly #review: ReviewView;
  readonly #ticks = new Map<string, Tick>();
  readonly #name: Field | undefined;
  readonly #run: Button;
  readonly #all: readonly Button[];

  constructor(review: ReviewView, remembered: Remembered | undefined, { changed, send }: { readonly changed: (now: Remembered) => void; readonly send: (message: FromPage) => void }) {
    this.#review = review;
    const { safeguards, confirmation, canRehearse } = review;
    const update = (): void => {
      this.#run.disabled = !this.#complete;
      changed({ ticked: this.#ticked, typed: this.#typed });
    };
    for (const { id, label, recommended, required } of safeguards) {
      const checked = required || (remembered === undefined ? recommended : remembered.ticked.includes(id));
      const tick = element('vscode-checkbox', { label: required ? `${label} (the policy requires it)` : label, checked, disabled: required, 'data-safeguard': id });
      tick.addEventListener('change', update);
      this.#ticks.set(id, tick);
    }
    if (confirmation !== undefined) {
      this.#name = element('vscode-textfield', { id: 'confirmation' });
      this.#name.label = `Type ${confirmation} to go on`;
      this.#name.value = remembered?.typed ?? '';
      this.#name.addEventListener('input', update);
      this.#name.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && this.#complete) submit();
      });
    }
    const submit = (): void => send({ type: 'run', safeguards: this.#ticked, typed: this.#typed });
    const button = (text: string, message: () => void, secondary = true): Button => {
      const made = element('vscode-button', { secondary, 'data-action': text }, text);
      made.addEventListener('click', () => {
        if (!made.disabled) message();
      });
      return made;
    };
    this.#run = button('Run', submit, false);
    this.#all = [
      this.#run,
      button('Dry run', () => send({ type: 'dry-run', safeguards: this.#ticked })),
      ...(canRehearse ? [button('Rehearse', () => send({ type: 'rehearse', safeguards: this.#ticked }))] : []),
      button('Cancel', () => send({ type: 'close' })),
    ];
    this.#run.disabled = !this.#complete;
    this.element = element('section', { class: 'decision', 'aria-label': 'Your decision' },
      safeguards.length > 0 && element('div', { class: 'safeguards', role: 'group', 'aria-labelledby': 'safeguards' },
        element('h2', { id: 'safeguards' }, 'Safeguards'), ...[...this.#ticks.values()].map((tick) => element('div', {}, tick))),
      this.#name !== undefined && element('div', { class: 'name' }, element('p', { 'aria-hidden': 'true' }, 'Type ', element('code', {}, confirmation), ' to go on:'), this.#name),
      element('div', { class: 'buttons' }, ...this.#all),
    );
  }

  /** Only before a run is there something to decide. */
  setPhase(phase: Phase): void {
    this.element.hidden = phase === 'running' || phase === 'ended';
    for (const button of this.#all) button.disabled = phase === 'starting' || (button === this.#run && !this.#complete);
  }

  get #ticked(): readonly string[] {
    return [...this.#ticks].filter(([, { checked }]) => checked).map(([id]) => id);
  }

  get #typed(): string {
    return this.#name?.value ?? '';
  }

  get #complete(): boolean {
    return this.#review.confirmation === undefined || this.#typed === this.#review.confirmation;
  }
}
