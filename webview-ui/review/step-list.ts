import type { AttributeView, StepGroup, StepState, StepStatus, StepView } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';
import { PartList } from './part-list.ts';

const glyphs: Record<StepState, string> = { waiting: '○', sending: '◌', running: '◐', done: '✓', failed: '✗', unknown: '?', cancelled: '–', skipped: '–', 'rolled-back': '↶' };
const pending: StepStatus = { id: '', state: 'waiting', text: '' };
/** Lines of a log that are kept in the page. */
const KEPT_LINES = 500;

interface Row {
  readonly item: HTMLLIElement;
  readonly mark: HTMLElement;
  readonly state: HTMLElement;
  readonly error: HTMLElement;
  readonly parts: PartList | undefined;
  log?: HTMLPreElement;
}

interface Group {
  readonly steps: readonly StepView[];
  readonly count: HTMLElement;
  readonly list: HTMLOListElement;
  drawn: boolean;
}

/** The steps with how far each is. Rows of a closed group are made when it is opened, so that a thousand steps cost nothing. */
export class StepList {
  readonly element = element('div', { class: 'steps' });
  readonly #rows = new Map<string, Row>();
  readonly #status = new Map<string, StepStatus>();
  readonly #logs = new Map<string, string[]>();
  readonly #groupOf = new Map<string, Group>();
  readonly #want: (step: string, part: string) => void;
  #groups: Group[] = [];

  /** @param want asks for the attributes of a step's part */
  constructor(want: (step: string, part: string) => void) {
    this.#want = want;
  }

  show(groups: readonly StepGroup[]): void {
    this.#rows.clear();
    this.#groupOf.clear();
    this.#groups = [];
    this.element.replaceChildren(...groups.map((group) => this.#group(group)));
  }

  update(changed: readonly StepStatus[]): void {
    const groups = new Set<Group>();
    for (const status of changed) {
      this.#status.set(status.id, status);
      const row = this.#rows.get(status.id);
      if (row !== undefined) this.#fill(row, status);
      const group = this.#groupOf.get(status.id);
      if (group !== undefined) groups.add(group);
    }
    for (const group of groups) this.#count(group);
  }

  log(step: string, lines: readonly string[]): void {
    const all = [...(this.#logs.get(step) ?? []), ...lines].slice(-KEPT_LINES);
    this.#logs.set(step, all);
    const row = this.#rows.get(step);
    if (row !== undefined) this.#showLog(row, all);
  }

  showAttributes(step: string, part: string, attributes: readonly AttributeView[]): void {
    this.#rows.get(step)?.parts?.showAttributes(part, attributes);
  }

  /** The page is told everything again. */
  forgetLogs(): void {
    this.#logs.clear();
    this.#status.clear();
  }

  #group({ title, steps }: StepGroup): HTMLElement {
    const list = element('ol', { class: 'step-rows' });
    const count = element('span', { class: 'count' });
    const group: Group = { steps, count, list, drawn: false };
    this.#groups.push(group);
    for (const { id } of steps) this.#groupOf.set(id, group);
    if (title === undefined) {
      this.#draw(group);
      return list;
    }
    const details = element('details', { class: 'group' }, element('summary', {}, element('span', {}, title), count), list);
    details.addEventListener('toggle', () => this.#draw(group));
    this.#count(group);
    return details;
  }

  #draw(group: Group): void {
    if (group.drawn) return;
    group.drawn = true;
    group.list.append(...group.steps.map((step) => this.#row(step)));
  }

  #row({ id, description, reversible, safeguard, parts: members }: StepView): HTMLLIElement {
    const parts = members === undefined ? undefined : new PartList(members, (part) => this.#want(id, part));
    const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
    const state = element('span', { class: 'state' });
    const error = element('p', { class: 'error', hidden: true });
    const item = element('li', { 'data-step': id },
      mark,
      element('div', { class: 'what' },
        element('span', { class: 'description' }, description),
        safeguard && element('span', { class: 'tag' }, 'safeguard'),
        !reversible && !safeguard && element('span', { class: 'tag' }, 'cannot be undone'),
        state, error, parts?.element),
    );
    const row: Row = { item, mark, state, error, parts };
    this.#rows.set(id, row);
    this.#fill(row, this.#status.get(id) ?? pending);
    const log = this.#logs.get(id);
    if (log !== undefined) this.#showLog(row, log);
    return item;
  }

  #fill({ item, mark, state, error, parts }: Row, status: StepStatus): void {
    parts?.update(status.parts ?? []);
    item.dataset['state'] = status.state;
    mark.textContent = glyphs[status.state];
    state.textContent = status.text;
    error.hidden = status.error === undefined;
    error.textContent = status.error ?? '';
  }

  #showLog(row: Row, lines: readonly string[]): void {
    if (row.log === undefined) {
      row.log = element('pre', { class: 'log', tabindex: '0', 'aria-label': 'Task log' });
      row.item.lastElementChild?.append(element('details', { class: 'log-box' }, element('summary', {}, 'Log'), row.log));
    }
    const { log } = row;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 20;
    log.textContent = lines.join('\n');
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  #count({ steps, count }: Group): void {
    const states = steps.map(({ id }) => this.#status.get(id)?.state);
    const number = (...wanted: StepState[]): number => states.filter((state) => state !== undefined && wanted.includes(state)).length;
    const parts = ([[number('done'), 'done'], [number('sending', 'running'), 'running'], [number('failed'), 'failed'], [number('unknown'), 'unknown'], [number('rolled-back'), 'undone']] as const)
      .filter(([many]) => many > 0)
      .map(([many, word]) => `${many} ${word}`);
    count.textContent = parts.join(', ');
  }
}
