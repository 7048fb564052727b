import type { FormView, FromPage, SectionView, ToPage } from '../../src/editor/create/messages.ts';
import { element } from '../shared/element.ts';
import { Field } from './field.ts';

/** One section: its frame stays, its fields come and go. */
interface Section {
  readonly element: HTMLElement;
  readonly body: HTMLElement;
}

/** The whole form. What stands in it is decided by the host; the page only keeps what is being typed. */
export class FormPage {
  readonly #send: (message: FromPage) => void;
  readonly #heading = element('h1', { tabindex: '-1' });
  readonly #context = element('p', { class: 'context' });
  readonly #problems = element('div', { class: 'problem', role: 'alert', hidden: true });
  readonly #sections = new Map<string, Section>();
  readonly #places = element('div', { class: 'sections' });
  readonly #fields = new Map<string, Field>();
  /** Which answer of the person changed a field last. */
  readonly #changed = new Map<string, number>();
  readonly #status = element('p', { class: 'status', role: 'status' });
  readonly #review: HTMLElementTagNameMap['vscode-button'];
  readonly #write: HTMLElementTagNameMap['vscode-button'];
  #revision = 0;
  #begun = false;

  constructor(root: HTMLElement, send: (message: FromPage) => void) {
    this.#send = send;
    this.#review = element('vscode-button', { 'data-action': 'Review' }, 'Review…');
    this.#write = element('vscode-button', { secondary: true, 'data-action': 'Create as Terraform' }, 'Create as Terraform…');
    const cancel = element('vscode-button', { secondary: true, 'data-action': 'Cancel' }, 'Cancel');
    const review = (): void => {
      if (!this.#review.disabled) send({ type: 'review' });
    };
    this.#review.addEventListener('click', review);
    this.#write.addEventListener('click', () => {
      if (!this.#write.disabled) send({ type: 'write' });
    });
    cancel.addEventListener('click', () => send({ type: 'close' }));
    root.append(
      element('header', {}, this.#heading, this.#context),
      this.#problems,
      this.#places,
      element('footer', {}, element('div', { class: 'buttons' }, this.#review, this.#write, cancel), this.#status),
    );
    root.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.defaultPrevented || event.isComposing) return;
      // Enter sends the form off from a line of text; elsewhere it has a meaning of its own.
      if (event.ctrlKey || event.metaKey || (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox')) review();
    });
  }

  receive(message: ToPage): void {
    if (message.type === 'form') this.#show(message.form);
    else this.#focus(message.field);
  }

  #show(form: FormView): void {
    this.#heading.textContent = form.title;
    this.#context.textContent = form.context;
    this.#revision = Math.max(this.#revision, form.revision);
    const wanted = new Set<string>();
    for (const section of form.sections) for (const { id } of section.fields) wanted.add(id);
    for (const section of form.sections) this.#showSection(section, form.revision);
    for (const [id, field] of this.#fields) {
      if (wanted.has(id)) continue;
      field.element.remove();
      this.#fields.delete(id);
    }
    this.#showProblems(form);
    this.#review.disabled = this.#write.disabled = form.busy !== undefined;
    this.#status.textContent = form.busy ?? form.missing;
    this.#begin();
  }

  #showSection(view: SectionView, revision: number): void {
    const section = this.#sections.get(view.id) ?? this.#addSection(view);
    const fields = view.fields.map((each) => {
      const known = this.#fields.get(each.id);
      const field = known?.kind === each.kind ? known : new Field(each, {
        answered: (id, value) => {
          this.#changed.set(id, ++this.#revision);
          this.#send({ type: 'answer', revision: this.#revision, field: id, value });
        },
        left: (id) => this.#send({ type: 'left', field: id }),
      });
      if (known !== undefined && known !== field) known.element.remove();
      this.#fields.set(each.id, field);
      field.update(each, (this.#changed.get(each.id) ?? 0) > revision);
      return field.element;
    });
    // Moving the focused control would take the focus from it.
    fields.forEach((field, place) => {
      if (section.body.children[place] !== field) section.body.insertBefore(field, section.body.children[place] ?? null);
    });
    section.element.hidden = fields.length === 0;
    if (section.element instanceof HTMLDetailsElement && view.fields.some(({ message }) => message !== undefined)) section.element.open = true;
  }

  #addSection({ id, title, folded }: SectionView): Section {
    const body = element('div', { class: 'fields' });
    const section = folded
      ? element('details', { 'data-section': id }, element('summary', {}, title), body)
      : element('section', { 'aria-labelledby': `${id}-title`, 'data-section': id }, element('h2', { id: `${id}-title` }, title), body);
    this.#sections.set(id, { element: section, body });
    this.#places.append(section);
    return { element: section, body };
  }

  #showProblems({ problems, retry }: FormView): void {
    this.#problems.hidden = problems.length === 0;
    const again = retry && element('vscode-button', { secondary: true, 'data-action': 'Try again' }, 'Try again');
    if (again) again.addEventListener('click', () => this.#send({ type: 'retry' }));
    this.#problems.replaceChildren(...problems.map((problem) => element('p', {}, problem)), ...(again ? [again] : []));
  }

  /** The first question has the focus when the form opens. */
  #begin(): void {
    const first = this.#fields.values().next().value;
    if (this.#begun || first === undefined) return;
    this.#begun = true;
    first.focus();
  }

  #focus(id: string): void {
    const field = this.#fields.get(id);
    const folded = field?.element.closest('details');
    if (folded) folded.open = true;
    field?.focus();
    field?.element.scrollIntoView({ block: 'nearest' });
  }
}
