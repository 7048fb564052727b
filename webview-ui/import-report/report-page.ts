import type { AttributeView, FromPage, ListView, ReportView, ResidueView } from '../../src/editor/terraform/import/messages.ts';
import { element } from '../shared/element.ts';

/** The whole report. It is made anew with every message; what is open and what has the focus stays so. */
export class ReportPage {
  readonly #send: (message: FromPage) => void;
  readonly #heading = element('h1', {});
  readonly #context = element('p', { class: 'context' });
  readonly #status = element('div', { class: 'status', role: 'status' });
  readonly #busy = element('vscode-progress-bar', { hidden: true });
  readonly #problems = element('div', { class: 'problem', role: 'alert', hidden: true });
  readonly #actions = element('div', { class: 'buttons' });
  readonly #residue = element('section', { 'aria-labelledby': 'residue', hidden: true });
  readonly #lists = element('div', {});
  readonly #open = new Map<string, boolean>();

  constructor(root: HTMLElement, send: (message: FromPage) => void) {
    this.#send = send;
    root.append(this.#heading, this.#context, this.#status, this.#busy, this.#problems, this.#actions, this.#residue, this.#lists);
  }

  show(report: ReportView): void {
    const focused = document.activeElement?.getAttribute('data-key');
    this.#heading.textContent = report.title;
    this.#context.textContent = report.context;
    this.#status.className = `status ${report.status.level}`;
    this.#status.replaceChildren(element('p', { class: 'summary' }, report.status.text), element('p', {}, report.status.detail));
    this.#busy.hidden = report.status.level !== 'busy';
    this.#problems.hidden = report.problems.length === 0;
    this.#problems.replaceChildren(...report.problems.map((problem) => element('p', {}, problem)));
    this.#actions.replaceChildren(...report.actions.map(({ id, label, primary }) => this.#button(label, `action ${id}`, { type: 'action', action: id }, !primary)));
    this.#residue.hidden = report.residue.length === 0;
    this.#residue.replaceChildren(element('h2', { id: 'residue' }, `What a plan would still do (${report.residue.length})`), ...report.residue.map((residue) => this.#residueElement(residue)));
    this.#lists.replaceChildren(...report.lists.map((list) => this.#listElement(list)));
    if (focused !== null && focused !== undefined) document.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #residueElement({ address, title, verdict, consequences, level, attributes }: ResidueView): HTMLElement {
    return element('article', { class: `residue ${level}`, 'data-address': address },
      element('h3', {}, `${title === '' ? address : title} `, element('span', { class: 'verdict' }, verdict)),
      element('p', { class: 'address' }, element('code', {}, address), ' ', this.#link('Show Code', `show ${address}`, { type: 'show', address })),
      ...consequences.map(({ grave, text }) => element('p', { class: `consequence ${grave ? 'grave' : 'warn'}` }, text)),
      attributes.length > 0 && element('table', {},
        element('thead', {}, element('tr', {}, ...['Attribute', 'On the cluster', 'In the code', ''].map((text) => element('th', { scope: 'col' }, text)))),
        element('tbody', {}, ...attributes.flatMap((attribute) => this.#attributeRows(address, attribute)))));
  }

  #attributeRows(address: string, { path, before, after, tag, why, canFix, canIgnore }: AttributeView): HTMLElement[] {
    const key = `${address} ${path}`;
    const buttons = element('div', { class: 'fixes' },
      canFix && this.#button('Take Over', `fix ${key}`, { type: 'fix', address, path }, true, `Take over ${path} of the cluster into the code`),
      canIgnore && this.#button('Ignore', `ignore ${key}`, { type: 'ignore', address, path }, true, `Leave ${path} to the cluster`));
    return [
      element('tr', { 'data-path': path }, element('th', { scope: 'row' }, element('code', {}, path), ' ', tag !== undefined && element('span', { class: `tag ${tag.level}` }, tag.text)), element('td', {}, before), element('td', {}, after), element('td', {}, buttons)),
      element('tr', { class: 'why' }, element('td', { colspan: 4 }, why)),
    ];
  }

  #listElement({ id, title, text, rows, folded }: ListView): HTMLElement {
    const body = [
      element('p', { class: 'context' }, text),
      element('ul', {}, ...rows.map(({ label, detail, file }) => element('li', {}, file === undefined ? element('span', { class: 'label' }, label) : this.#link(label, `file ${file}`, { type: 'file', file }), detail !== '' && element('span', { class: 'detail' }, ` – ${detail}`)))),
    ];
    if (!folded) return element('section', { 'aria-labelledby': `list-${id}`, 'data-list': id }, element('h2', { id: `list-${id}` }, title), ...body);
    const details = element('details', { 'data-list': id, open: this.#open.get(id) ?? false }, element('summary', { 'data-key': `list ${id}` }, title), ...body);
    details.addEventListener('toggle', () => this.#open.set(id, details.open));
    return details;
  }

  #button(label: string, key: string, message: FromPage, secondary: boolean, described?: string): HTMLElement {
    const button = element('vscode-button', { secondary, 'data-key': key, 'data-action': label, 'aria-label': described });
    button.append(label);
    button.addEventListener('click', () => this.#send(message));
    return button;
  }

  #link(label: string, key: string, message: FromPage): HTMLElement {
    const link = element('button', { class: 'link', type: 'button', 'data-key': key }, label);
    link.addEventListener('click', () => this.#send(message));
    return link;
  }
}
