import type { Journal, StepRecord } from '../../changes/index.ts';
import { formatDuration, formatTime, logLine, visible } from '../text/index.ts';
import { runView } from './run-view.ts';

/** A run as a document: its state, then each step with its outcome and its log. @param logs lines by step id, where more than the journal keeps is known */
export function runText(journal: Journal, logs: ReadonlyMap<string, readonly string[]>): string {
  const { proposal, started, ended, steps } = journal;
  const begun = Date.parse(started);
  const lines = [
    visible(proposal.summary),
    runView(journal).text,
    `Started ${formatTime(begun / 1000)}${ended === undefined ? '' : `, ended ${formatTime(Date.parse(ended) / 1000)} (${formatDuration((Date.parse(ended) - begun) / 1000)})`}`,
    '',
  ];
  for (const step of proposal.steps) {
    lines.push(...stepLines(step.description, steps[step.id], logs.get(step.id)));
    const undo = steps[`${step.id}~`];
    if (undo !== undefined) lines.push(...stepLines(`Undo: ${step.inverse?.description ?? step.description}`, undo, logs.get(`${step.id}~`)));
  }
  return `${lines.join('\n')}\n`;
}

function stepLines(description: string, record: StepRecord | undefined, log: readonly string[] | undefined): string[] {
  const { state = 'waiting', attempts = 0, upid, error } = record ?? {};
  const lines = [`[${state}] ${visible(description, 500)}${attempts > 1 ? ` (${attempts} attempts)` : ''}`];
  if (upid !== undefined) lines.push(`    task ${visible(upid, 300)}`);
  for (const line of log ?? record?.log ?? []) lines.push(`    ${logLine(line)}`);
  if (error !== undefined) lines.push(`    ${visible(error.message, 2000)}`);
  return lines;
}

/** What a notification says about a run that has come to a halt. */
export function outcomeText(journal: Journal): { readonly level: 'information' | 'warning' | 'error'; readonly text: string } {
  const summary = visible(journal.proposal.summary, 120);
  const { text } = runView(journal);
  switch (journal.state) {
    case 'succeeded': return { level: 'information', text: `${summary}: done.` };
    case 'rolled-back': return { level: 'information', text: `${summary}: rolled back.` };
    case 'left': return { level: 'information', text: `${summary}: left as it is.` };
    case 'cancelled': return { level: 'warning', text: `${summary}. ${text}.` };
    case 'failed': return { level: 'error', text: `${summary}. ${text}.${firstError(journal)}` };
    case 'running':
    case 'rolling-back':
      // Its journal could not be written, or the window closes.
      return { level: 'error', text: `${summary}: the workbench stopped following it. What runs on the cluster goes on there.` };
  }
}

function firstError({ steps }: Journal): string {
  const errors = (of: StepRecord['state']): string[] => Object.values(steps).flatMap(({ state, error }) => (state === of && error !== undefined ? [error.message] : []));
  const [message] = [...errors('failed'), ...errors('unknown')];
  return message === undefined ? '' : ` ${visible(message, 300)}`;
}

/** What is offered about a run that a former session left: “Start 3 guests” was interrupted … */
export function unfinishedText(journal: Journal): string {
  const summary = visible(journal.proposal.summary, 120);
  const when = formatTime(Date.parse(journal.started) / 1000);
  const { text } = runView(journal);
  return journal.state === 'running' || journal.state === 'rolling-back' ? `A run of ${when} was interrupted: ${summary}. ${text}.` : `A run of ${when} has not been brought to an end: ${summary}. ${text}.`;
}
