import type { RehearsedView, RequestView } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';

/** What a dry run or a rehearsal has shown. */
export class Preview {
  readonly element = element('section', { class: 'preview', 'aria-live': 'polite', tabindex: '-1' });

  busy(): void {
    this.element.replaceChildren(element('p', {}, 'Rehearsing on a simulated copy of the cluster…'));
  }

  idle(): void {
    this.element.replaceChildren();
  }

  showRequests(requests: readonly RequestView[]): void {
    const text = requests.map(({ step, line, parameters }) => [`# ${step}`, line, ...parameters.map((parameter) => `    ${parameter}`)].join('\n')).join('\n\n');
    this.#show(
      element('h2', {}, 'Dry run'),
      element('p', {}, requests.length === 1 ? 'This request would be sent. Nothing has been.' : `These ${requests.length.toLocaleString('en-GB')} requests would be sent. Nothing has been.`),
      element('pre', { tabindex: '0', 'aria-label': 'Requests' }, text),
    );
  }

  showRehearsal({ succeeded, summary, steps, afterwards }: RehearsedView): void {
    this.#show(
      element('h2', {}, 'Rehearsal'),
      element('p', { class: succeeded ? 'good' : 'bad' }, summary),
      element('ol', { class: 'step-rows' }, ...steps.map(({ step, ok, text }) =>
        element('li', { 'data-state': ok ? 'done' : 'failed' }, element('span', { class: 'mark', 'aria-hidden': 'true' }, ok ? '✓' : '✗'), element('div', { class: 'what' }, element('span', { class: 'description' }, step), element('span', { class: 'state' }, text))))),
      afterwards.length > 0 && element('div', {}, element('h3', {}, 'Afterwards'), element('ul', {}, ...afterwards.map((text) => element('li', {}, text)))),
    );
  }

  #show(...children: readonly (HTMLElement | false)[]): void {
    this.element.replaceChildren(...children.filter((child) => child !== false));
    this.element.scrollIntoView({ block: 'nearest' });
  }
}
