import type { FromPage, ReviewView, StepGroup, ToPage } from '../../src/editor/review/messages.ts';
import { element } from '../shared/element.ts';
import type { Host } from '../shared/host.ts';
import { Answers, type Phase } from './answers.ts';
import { effectSection, sentences } from './effect.ts';
import { Preview } from './preview.ts';
import { RunStatus } from './run-status.ts';
import { StepList } from './step-list.ts';

/** What a person has filled in, for when the page is hidden and comes back. */
export interface Remembered {
  readonly ticked: readonly string[];
  readonly typed: string;
}

const demandWords: Record<ReviewView['policy']['demand'], string> = {
  allow: 'The policy lets this run without being asked.',
  confirm: 'The policy wants this to be confirmed.',
  'type-the-name': 'The policy wants the name to be typed.',
  refuse: 'The policy refuses this.',
};

/** The whole review: what is proposed, what is asked, and how the run goes. */
export class Page {
  readonly #root: HTMLElement;
  readonly #host: Host<FromPage, Remembered>;
  readonly #stepsHeading = element('h2', { id: 'steps' });
  readonly #steps: StepList;
  readonly #preview = new Preview();
  readonly #status: RunStatus;
  readonly #problem = element('div', { class: 'problem', role: 'alert', hidden: true });
  #answers: Answers | undefined;
  #phase: Phase = 'asking';

  constructor(root: HTMLElement, host: Host<FromPage, Remembered>) {
    this.#root = root;
    this.#host = host;
    this.#steps = new StepList((step, part) => host.send({ type: 'attributes', step, part }));
    this.#status = new RunStatus((message) => host.send(message));
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // Never ends a run: that has a button of its own.
      if (this.#phase === 'asking' || this.#phase === 'ended') host.send({ type: 'close' });
    });
  }

  receive(message: ToPage): void {
    switch (message.type) {
      case 'review': return this.#show(message.review);
      case 'run': {
        if (message.groups !== undefined) this.#showSteps(message.groups);
        this.#steps.update(message.steps);
        this.#status.show(message.run);
        this.#setPhase(message.run.state === 'running' || message.run.state === 'rolling-back' ? 'running' : 'ended');
        this.#problem.hidden = true;
        return;
      }
      case 'log': return this.#steps.log(message.step, message.lines);
      case 'attributes': return this.#steps.showAttributes(message.step, message.part, message.attributes);
      case 'requests': return this.#preview.showRequests(message.requests);
      case 'rehearsed': return this.#preview.showRehearsal(message.rehearsal);
      case 'problem': return this.#showProblem(message.title, message.reasons);
    }
  }

  #show(review: ReviewView): void {
    const { summary, context, risk, policy, groups } = review;
    this.#phase = 'asking';
    this.#problem.hidden = true;
    this.#status.hide();
    this.#steps.forgetLogs();
    this.#showSteps(groups);
    this.#answers = new Answers(review, this.#host.remembered(), {
      changed: (remembered) => this.#host.remember(remembered),
      send: (message) => {
        if (message.type === 'run') this.#setPhase('starting');
        if (message.type === 'rehearse') this.#preview.busy();
        this.#problem.hidden = true;
        this.#host.send(message);
      },
    });
    const effect = effectSection(review) ?? '';
    const steps = element('section', { 'aria-labelledby': 'steps' }, this.#stepsHeading, this.#steps.element);
    // A plan may go on for pages: what it does to what runs is not to be found only at the end of it.
    const inParts = groups.some((group) => group.steps.some(({ parts }) => parts !== undefined));
    const heading = element('h1', { tabindex: '-1' }, summary);
    this.#root.replaceChildren(
      element('header', {}, heading, context !== '' && element('p', { class: 'context' }, context)),
      this.#status.element,
      this.#problem,
      element('section', { 'aria-labelledby': 'risk' },
        element('h2', { id: 'risk' }, 'Risk ', element('span', { class: `risk ${risk.level}` }, risk.level)),
        risk.reasons.length > 0 && sentences(risk.reasons.map(({ text }) => text)),
        element('p', { class: 'policy' }, demandWords[policy.demand]),
        policy.reasons.length > 0 && element('ul', { class: 'policy' }, ...policy.reasons.map((reason) => element('li', {}, reason))),
      ),
      ...(inParts ? [effect, steps] : [steps, effect]),
      this.#preview.element,
      this.#answers.element,
    );
    heading.focus();
  }

  #showSteps(groups: readonly StepGroup[]): void {
    const count = groups.reduce((sum, { steps }) => sum + steps.length, 0);
    this.#stepsHeading.textContent = count === 1 ? 'Step' : `${count.toLocaleString('en-GB')} steps`;
    this.#steps.show(groups);
  }

  #setPhase(phase: Phase): void {
    const before = this.#phase;
    this.#phase = phase;
    this.#answers?.setPhase(phase);
    // The control that had the focus is gone now; the status is what is of interest.
    if (phase !== before && (phase === 'running' || phase === 'ended')) this.#status.focus();
  }

  #showProblem(title: string, reasons: readonly string[]): void {
    this.#problem.replaceChildren(element('strong', {}, title), element('ul', {}, ...reasons.map((reason) => element('li', {}, reason))));
    this.#problem.hidden = false;
    this.#preview.idle();
    if (this.#phase === 'starting') this.#setPhase('asking');
    this.#problem.scrollIntoView({ block: 'nearest' });
  }
}
