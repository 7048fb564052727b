import type { ChoiceView, FieldView } from '../../src/editor/create/messages.ts';
import { element } from '../shared/element.ts';

export interface FieldEvents {
  readonly answered: (field: string, value: string | boolean) => void;
  readonly left: (field: string) => void;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/**
 * One question. The controls are the browser's own, so that label, hint and message are tied to them for screen readers, which is not
 * possible across the border of a custom element.
 */
export class Field {
  readonly element: HTMLElement;
  readonly kind: FieldView['kind'];
  readonly #control: Control;
  readonly #hint: HTMLElement;
  readonly #message: HTMLElement;
  #choices = '';

  constructor(view: FieldView, { answered, left }: FieldEvents) {
    const { id, label, kind } = view;
    this.kind = kind;
    this.#control = controlFor(view);
    const control = this.#control;
    control.id = id;
    control.setAttribute('aria-describedby', `${id}-hint ${id}-message`);
    this.#hint = element('p', { class: 'hint', id: `${id}-hint` });
    this.#message = element('p', { class: 'message', id: `${id}-message`, 'aria-live': 'polite' });
    const unit = view.kind === 'text' && view.unit !== undefined && element('span', { class: 'unit' }, view.unit);
    const name = element('label', { for: id }, label, unit && element('span', { class: 'only-heard' }, ` in ${view.kind === 'text' ? (view.unit ?? '') : ''}`));
    this.element = element('div', { class: `field ${kind}`, 'data-field': id },
      kind === 'flag' ? element('div', { class: 'tick' }, control, name) : name,
      kind !== 'flag' && element('div', { class: 'control' }, control, unit),
      this.#hint, this.#message);
    const answer = (): void => answered(id, control instanceof HTMLInputElement && control.type === 'checkbox' ? control.checked : control.value);
    control.addEventListener(kind === 'choice' || kind === 'flag' ? 'change' : 'input', answer);
    control.addEventListener('blur', (event) => {
      // Who goes to another part of the window has not left the question.
      if (event instanceof FocusEvent && event.relatedTarget !== null) left(id);
    });
  }

  /** @param mine whether the person has changed it meanwhile: then what stands in it stays */
  update(view: FieldView, mine: boolean): void {
    const control = this.#control;
    this.#hint.textContent = view.hint ?? '';
    this.#message.textContent = view.message?.text ?? '';
    this.element.classList.toggle('error', view.message?.level === 'error');
    this.element.classList.toggle('warning', view.message?.level === 'warning');
    control.setAttribute('aria-invalid', String(view.message?.level === 'error'));
    if (view.kind === 'choice') this.#updateChoices(view.choices);
    if (mine) return;
    if (view.kind === 'flag') {
      if (control instanceof HTMLInputElement) control.checked = view.value;
    } else if (view.kind === 'password') {
      // The page has been shown anew and has forgotten it; the host has not.
      if (control instanceof HTMLInputElement) control.placeholder = view.present && control.value === '' ? '(kept)' : '';
    } else if (control.value !== view.value) control.value = view.value;
  }

  focus(): void {
    this.#control.focus();
  }

  #updateChoices(choices: readonly ChoiceView[]): void {
    const now = JSON.stringify(choices);
    if (now === this.#choices) return;
    this.#choices = now;
    const { value } = this.#control;
    const option = (choice: ChoiceView): HTMLElement => element('option', { value: choice.value }, choice.label);
    this.#control.replaceChildren(...[...Map.groupBy(choices, ({ group }) => group)].flatMap(([group, members]) => (group === undefined ? members.map(option) : [element('optgroup', { label: group }, ...members.map(option))])));
    this.#control.value = value;
  }
}

function controlFor(view: FieldView): Control {
  switch (view.kind) {
    case 'choice': return element('select');
    case 'lines': return element('textarea', { rows: 3, spellcheck: 'false' });
    case 'flag': return element('input', { type: 'checkbox' });
    case 'password': return element('input', { type: 'password', autocomplete: 'new-password' });
    case 'text': return element('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-required': view.required === true ? 'true' : undefined, inputmode: view.numeric === true ? 'decimal' : undefined });
  }
}
