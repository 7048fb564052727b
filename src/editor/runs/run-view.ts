import { hasBegunInPart, type Journal, type StepRecord } from '../../changes/index.ts';
import { counted, visibleLines } from '../text/index.ts';
import type { RunOffer, RunView, StepStatus } from '../review/messages.ts';
import { changedParts } from '../review/part-view.ts';

const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth'];

/** How far a run is and what can be done about it. */
export function runView({ proposal, state, steps }: Journal): RunView {
  const things = thingsOf({ proposal, steps });
  const all = things.states.length;
  const count = (...wanted: string[]): number => things.states.filter((each) => wanted.includes(each)).length;
  const done = count('done', 'rolled-back');
  const undone = proposal.steps.filter(({ id }) => steps[`${id}~`]?.state === 'done').length;
  const toUndo = proposal.steps.filter(({ id }) => steps[`${id}~`] !== undefined).length;
  const part = state === 'rolling-back' || state === 'rolled-back' ? (toUndo === 0 ? 1 : undone / toUndo) : done / all;
  return { state, text: sentence(), progress: part, offers: offersOf({ proposal, state, steps }) };

  function sentence(): string {
    const [failed, unknown, skipped] = [count('failed'), count('unknown'), things.word === 'change' ? count('skipped', 'waiting') : 0];
    const progress = `${done.toLocaleString('en-GB')} of ${counted(all, things.word)} done`;
    const rest = `${failed > 0 ? `, ${failed} failed` : ''}${unknown > 0 ? `, ${unknown} with an unknown outcome` : ''}${skipped > 0 ? `, ${skipped} not begun` : ''}`;
    switch (state) {
      case 'running': return `Running: ${progress}${failed > 0 ? `, ${failed} failed` : ''}`;
      case 'succeeded': return all === 1 ? 'Done' : `Done: all ${counted(all, things.word)}`;
      case 'failed': return `Failed: ${progress}${rest}`;
      case 'cancelled': return `Cancelled: ${progress}${rest}`;
      case 'rolling-back': return `Rolling back: ${undone.toLocaleString('en-GB')} of ${counted(toUndo, 'step')} undone`;
      case 'rolled-back': return `Rolled back: ${counted(undone, 'step')} undone`;
      case 'left': return `Left as it is: ${progress}`;
    }
  }
}

/** What a run consists of, for a person: its steps, or, where one does many things at once, those. */
function thingsOf({ proposal, steps }: Pick<Journal, 'proposal' | 'steps'>): { readonly word: 'step' | 'change'; readonly states: readonly string[] } {
  const states = proposal.steps.flatMap(({ id, parts }): readonly string[] => {
    const record = steps[id];
    const state = record?.state ?? 'waiting';
    if (parts === undefined || parts.length === 0) return [state];
    return parts.map((part) => record?.parts?.[part.id]?.state ?? (state === 'done' ? 'done' : 'waiting'));
  });
  return { word: proposal.steps.some(({ parts }) => (parts?.length ?? 0) > 0) ? 'change' : 'step', states };
}

/** What a person can do about a run in this state. */
export function offersOf({ proposal, state, steps }: Pick<Journal, 'proposal' | 'state' | 'steps'>): readonly RunOffer[] {
  switch (state) {
    case 'running':
    case 'rolling-back':
      return ['cancel', 'show-log'];
    case 'failed':
    case 'cancelled': {
      // A roll-back that failed is gone on with; going forward again is no way out of it.
      const undoing = Object.keys(steps).some((id) => id.endsWith('~'));
      return [...(undoing || isOver({ steps }) ? [] : ['retry' as const]), ...(canUndo({ proposal, steps }) === 'nothing' ? [] : ['roll-back' as const]), 'leave', 'show-log'];
    }
    case 'succeeded':
      return [...(canUndo({ proposal, steps }) === 'all' ? ['roll-back' as const] : []), 'show-log'];
    case 'rolled-back':
    case 'left':
      return ['show-log'];
  }
}

/** Whether a step cannot be gone on with: a plan that is stale, or whose parts have begun, is never begun again. What is left of it needs a new plan. */
function isOver({ steps }: Pick<Journal, 'steps'>): boolean {
  return Object.values(steps).some((record) => record.error?.kind === 'stale-plan' || hasBegunInPart(record));
}

/** How much of what was done has an inverse. */
export function canUndo({ proposal, steps }: Pick<Journal, 'proposal' | 'steps'>): 'all' | 'some' | 'nothing' {
  // A safeguard harms nobody when it stays.
  const done = proposal.steps.filter(({ id, safeguard }) => steps[id]?.state === 'done' && safeguard !== true);
  const reversible = done.filter(({ inverse }) => inverse !== undefined);
  return reversible.length === 0 ? 'nothing' : reversible.length === done.length ? 'all' : 'some';
}

/** The steps whose record is not the same as before, and of those the parts; all of them when there was none before. */
export function changedSteps(before: Journal | undefined, after: Journal, now = Date.now()): readonly StepStatus[] {
  return after.proposal.steps.flatMap(({ id, parts }) => {
    const [old, record, undo] = [before?.steps[id], after.steps[id], after.steps[`${id}~`]];
    if (before !== undefined && old === record && before.steps[`${id}~`] === undo) return [];
    const changed = parts === undefined ? [] : changedParts(parts, old?.parts, record?.parts, now);
    return [{ ...stepStatus(id, record, undo), ...(changed.length > 0 && { parts: changed }) }];
  });
}

function stepStatus(id: string, record: StepRecord | undefined, undo: StepRecord | undefined): StepStatus {
  const undoing = undo !== undefined && undo.state !== 'skipped';
  const shown = undoing ? undo : record;
  const state = undoing && undo.state === 'done' ? 'rolled-back' : (shown?.state ?? 'waiting');
  const error = shown?.error?.message;
  return { id, state, text: wordsFor(state, shown, undoing), ...(error !== undefined && { error: visibleLines(error, 1_000) }) };
}

function wordsFor(state: StepStatus['state'], record: StepRecord | undefined, undoing: boolean): string {
  const words: Record<StepStatus['state'], string> = {
    waiting: undoing ? 'waiting to be undone' : 'waiting', sending: undoing ? 'undoing' : 'sending', running: undoing ? 'undoing' : 'running', done: 'done',
    failed: undoing ? 'could not be undone' : 'failed', unknown: 'outcome unknown', cancelled: 'cancelled', skipped: 'not run', 'rolled-back': 'undone',
  };
  const attempts = record?.attempts ?? 0;
  const again = attempts > 1 && (state === 'sending' || state === 'running' || state === 'failed' || state === 'done') ? `${ordinals[attempts] ?? `${attempts}th`} attempt` : undefined;
  // What went wrong the last time stands beside it.
  const word = state === 'waiting' && record?.error !== undefined ? 'waiting to try again' : words[state];
  return [word, again, record?.fallback === true ? 'by another way' : undefined].filter(Boolean).join(', ');
}

/** The steps' logs as a journal of a former session has them. */
export function keptLogs({ proposal, steps }: Journal): readonly { readonly step: string; readonly lines: readonly string[] }[] {
  return proposal.steps.flatMap(({ id }) => {
    const lines = [...(steps[id]?.log ?? []), ...(steps[`${id}~`]?.log ?? [])];
    return lines.length === 0 ? [] : [{ step: id, lines }];
  });
}

/** Whether nothing more happens by itself. */
export function hasEnded(state: Journal['state']): boolean {
  return state !== 'running' && state !== 'rolling-back';
}
