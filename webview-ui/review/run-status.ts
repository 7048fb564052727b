import type { FromPage, RunOffer, RunView } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';

const titles: Record<RunOffer, string> = { cancel: 'Cancel run', retry: 'Retry from here', 'roll-back': 'Roll back', leave: 'Leave', 'show-log': 'Show log' };
/** Milliseconds between what a screen reader is told while a run goes on. */
const ANNOUNCE_EVERY = 5_000;

/** How the run goes as a whole, and what can be done about it. */
export class RunStatus {
  readonly element: HTMLElement;
  readonly #send: (message: FromPage) => void;
  readonly #text = element('p', { class: 'run-text', tabindex: '-1' });
  readonly #announced = element('p', { class: 'only-heard', role: 'status' });
  readonly #bar = element('vscode-progress-bar', { 'aria-label': 'Steps done' });
  readonly #buttons = element('div', { class: 'buttons' });
  #shown: RunView | undefined;
  #announcedAt = 0;

  constructor(send: (message: FromPage) => void) {
    this.#send = send;
    this.element = element('section', { class: 'run', 'aria-label': 'Run', hidden: true }, this.#text, this.#bar, this.#buttons, this.#announced);
  }

  show(run: RunView): void {
    this.element.hidden = false;
    this.element.dataset['state'] = run.state;
    this.#text.textContent = run.text;
    this.#bar.value = run.progress * 100;
    this.#bar.hidden = run.state !== 'running' && run.state !== 'rolling-back';
    if (this.#shown?.offers.join() !== run.offers.join() || this.#shown.state !== run.state) this.#offer(run);
    if (this.#shown?.state !== run.state || Date.now() - this.#announcedAt > ANNOUNCE_EVERY) {
      this.#announced.textContent = run.text;
      this.#announcedAt = Date.now();
    }
    this.#shown = run;
  }

  hide(): void {
    this.element.hidden = true;
    this.#shown = undefined;
  }

  focus(): void {
    this.#text.focus();
  }

  #offer({ offers, state }: RunView): void {
    const ended = state !== 'running' && state !== 'rolling-back';
    const buttons = offers.map((offer) => {
      const title = offer === 'roll-back' && state === 'succeeded' ? 'Undo' : titles[offer];
      const made = element('vscode-button', { secondary: offer !== 'retry', 'data-action': title }, title);
      made.addEventListener('click', () => this.#send({ type: 'offer', offer }));
      return made;
    });
    if (ended) {
      const close = element('vscode-button', { secondary: true, 'data-action': 'Close' }, 'Close');
      close.addEventListener('click', () => this.#send({ type: 'close' }));
      buttons.push(close);
    }
    this.#buttons.replaceChildren(...buttons);
  }
}
