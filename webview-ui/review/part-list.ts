import type { AttributeView, PartAction, PartStatus, PartView, ValueView } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';

/** In the order in which they are shown: what may hurt comes first. */
const actions: Record<PartAction, { readonly glyph: string; readonly title: string }> = {
  destroy: { glyph: '−', title: 'Destroy' },
  replace: { glyph: '±', title: 'Destroy and create anew' },
  update: { glyph: '~', title: 'Change' },
  create: { glyph: '+', title: 'Create' },
  import: { glyph: '↓', title: 'Import' },
  forget: { glyph: '⊘', title: 'No longer manage' },
  read: { glyph: '?', title: 'Read' },
};
const states: Record<PartStatus['state'], string> = { waiting: '', running: '◐', done: '✓', failed: '✗', unknown: '?', skipped: '–' };

/** Groups with more than this are closed at first. */
const OPEN_GROUP = 25;
/** In a plan of at most so many resources, those that change show at once how. */
const OPEN_PARTS = 12;

interface Row {
  readonly item: HTMLLIElement;
  readonly mark: HTMLElement;
  readonly state: HTMLElement;
  readonly error: HTMLElement;
  readonly attributes: HTMLElement;
}

interface Group {
  readonly parts: readonly PartView[];
  readonly list: HTMLUListElement;
  readonly count: HTMLElement;
  drawn: boolean;
}

/** The resources of a plan by what is done to them. Rows are made, and attributes fetched, when they are first seen. */
export class PartList {
  readonly element: HTMLElement;
  readonly #want: (part: string) => void;
  readonly #few: boolean;
  readonly #rows = new Map<string, Row>();
  readonly #status = new Map<string, PartStatus>();
  readonly #groupOf = new Map<string, Group>();

  /** @param want asks for a part's attributes */
  constructor(parts: readonly PartView[], want: (part: string) => void) {
    this.#want = want;
    this.#few = parts.length <= OPEN_PARTS;
    const byAction = Map.groupBy(parts, ({ action }) => action);
    const groups = (Object.keys(actions) as PartAction[]).flatMap((action) => {
      const members = byAction.get(action);
      return members === undefined ? [] : [this.#group(action, members)];
    });
    this.element = element('div', { class: 'parts' }, ...groups);
  }

  update(changed: readonly PartStatus[]): void {
    const groups = new Set<Group>();
    for (const status of changed) {
      this.#status.set(status.id, status);
      const row = this.#rows.get(status.id);
      if (row !== undefined) fill(row, status);
      const group = this.#groupOf.get(status.id);
      if (group !== undefined) groups.add(group);
    }
    for (const group of groups) this.#count(group);
  }

  /** The attributes that were asked for. */
  showAttributes(part: string, attributes: readonly AttributeView[]): void {
    this.#rows.get(part)?.attributes.replaceChildren(attributeTable(attributes));
  }

  #group(action: PartAction, parts: readonly PartView[]): HTMLElement {
    const { title, glyph } = actions[action];
    const list = element('ul', { class: 'part-rows' });
    const count = element('span', { class: 'count' });
    const group: Group = { parts, list, count, drawn: false };
    for (const { id } of parts) this.#groupOf.set(id, group);
    const details = element('details', { class: 'part-group', 'data-action': action },
      element('summary', {}, element('span', { class: 'glyph', 'aria-hidden': 'true' }, glyph), element('span', { class: 'title' }, `${title}: ${parts.length.toLocaleString('en-GB')}`), count), list);
    details.addEventListener('toggle', () => this.#draw(group));
    if (parts.length <= OPEN_GROUP && action !== 'read') {
      details.open = true;
      this.#draw(group);
    }
    return details;
  }

  #draw(group: Group): void {
    if (group.drawn) return;
    group.drawn = true;
    group.list.append(...group.parts.map((part) => this.#row(part)));
  }

  #row({ id, action, description, consequences, attributes: many }: PartView): HTMLLIElement {
    const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
    const state = element('span', { class: 'state' });
    const error = element('p', { class: 'error', hidden: true });
    const attributes = element('div', { class: 'attributes' });
    const head = [
      element('span', { class: 'description' }, description),
      ...consequences.map(({ grave, tag, text }) => element('span', { class: `tag ${grave ? 'grave' : 'warn'}`, title: text }, tag)),
      state,
      element('code', { class: 'address' }, id),
    ];
    const what = many === 0 ? element('div', { class: 'what' }, ...head, error) : element('div', { class: 'what' }, this.#details(id, head, attributes, this.#few && (action === 'update' || action === 'replace')), error);
    const item = element('li', { 'data-part': id, 'data-action': action }, mark, what);
    const row: Row = { item, mark, state, error, attributes };
    this.#rows.set(id, row);
    const status = this.#status.get(id);
    if (status === undefined) mark.textContent = actions[action].glyph;
    else fill(row, status);
    return item;
  }

  #details(id: string, head: readonly HTMLElement[], attributes: HTMLElement, open: boolean): HTMLElement {
    const details = element('details', {}, element('summary', {}, ...head), attributes);
    let asked = false;
    details.addEventListener('toggle', () => {
      if (details.open && !asked) this.#want(id);
      asked = true;
    });
    details.open = open;
    return details;
  }

  #count({ parts, count }: Group): void {
    const words = { done: 'done', running: 'under way', failed: 'failed', unknown: 'unknown', skipped: 'not begun' } as const;
    const texts = (Object.keys(words) as (keyof typeof words)[]).flatMap((state) => {
      const many = parts.filter(({ id }) => this.#status.get(id)?.state === state).length;
      return many === 0 ? [] : [`${many.toLocaleString('en-GB')} ${words[state]}`];
    });
    count.textContent = texts.join(', ');
  }
}

function fill({ item, mark, state, error }: Row, status: PartStatus): void {
  item.dataset['state'] = status.state;
  mark.textContent = states[status.state] || actions[item.dataset['action'] as PartAction].glyph;
  state.textContent = status.text;
  error.hidden = status.error === undefined;
  error.textContent = status.error ?? '';
}

function attributeTable(attributes: readonly AttributeView[]): HTMLElement {
  const head = element('thead', {}, element('tr', {}, ...['Attribute', 'Now', 'Afterwards'].map((title) => element('th', { scope: 'col' }, title))));
  const rows = attributes.map(({ path, before, after, tag }) =>
    element('tr', {},
      element('th', { scope: 'row' }, element('code', {}, path), tag !== undefined && element('span', { class: 'tag warn' }, tag)),
      element('td', { class: 'before' }, value(before)),
      element('td', { class: 'after' }, value(after)),
    ));
  return element('table', {}, head, element('tbody', {}, ...rows));
}

function value(shown: ValueView | undefined): HTMLElement {
  if (shown === undefined) return element('span', { class: 'nothing' }, '–');
  return shown.note === true ? element('em', {}, shown.text) : element('code', {}, shown.text);
}
