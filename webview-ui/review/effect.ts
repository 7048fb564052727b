import type { CapacityBar, ReviewView } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';

/** What a proposal does to service, data, capacity and money; undefined when it does nothing of that kind. */
export function effectSection({ interruptions, losses, capacity, cost }: ReviewView): HTMLElement | undefined {
  if (interruptions.length + losses.length + capacity.length === 0 && cost === undefined) return undefined;
  return element('section', { 'aria-labelledby': 'effect' },
    element('h2', { id: 'effect' }, 'Effect'),
    losses.length > 0 && element('div', { class: 'losses' }, element('h3', {}, 'Lost for good'), sentences(losses)),
    interruptions.length > 0 && element('div', {}, element('h3', {}, 'Interruptions'), sentences(interruptions)),
    capacity.length > 0 && element('div', {}, element('h3', {}, 'Capacity'), element('ul', { class: 'capacity' }, ...capacity.map(bar))),
    cost !== undefined && element('div', {}, element('h3', {}, 'Cost'), element('p', {}, cost)),
  );
}

/** Whole sentences as a list; a very long one is closed at first. */
export function sentences(texts: readonly string[]): HTMLElement {
  const list = element('ul', {}, ...texts.map((text) => element('li', {}, text)));
  return texts.length <= 12 ? list : element('details', {}, element('summary', {}, `${texts.length.toLocaleString('en-GB')} of them, the first: ${texts[0] ?? ''}`), list);
}

/** The fuller of the two values is drawn behind the other: what is added or freed is the part that differs. */
function bar({ label, text, before, after, tight }: CapacityBar): HTMLElement {
  const part = (kind: string, value: number): HTMLElement => {
    const made = element('span', { class: `part ${kind}` });
    made.style.width = `${(value * 100).toFixed(1)}%`;
    return made;
  };
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, part(after > before ? 'added' : 'freed', Math.max(before, after)), part('kept', Math.min(before, after)));
  return element('li', { class: tight ? 'tight' : undefined }, element('span', { class: 'label' }, label), track, element('span', { class: 'values' }, text));
}
