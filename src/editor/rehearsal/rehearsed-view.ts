import type { GuestChange, RehearsalReport, RehearsedStep } from '../../changes/index.ts';
import type { RehearsedView } from '../review/index.ts';
import { counted, formatBytes, visible } from '../text/index.ts';

const LONG = 500;
/** More differences than this are counted. */
const SHOWN = 100;

/** What the review shows of a rehearsal. */
export function rehearsedView(report: RehearsalReport): RehearsedView {
  const lines = [...guestLines(report), ...volumeLines(report), ...capacityLines(report)];
  const more = lines.length - SHOWN;
  return {
    succeeded: report.succeeded,
    summary: summaryOf(report),
    steps: report.steps.map((step) => ({ step: visible(step.description, LONG), ok: step.result !== 'would-fail' && step.result !== 'not-reached', text: stepText(step) })),
    afterwards: [...lines.slice(0, SHOWN), ...(more > 0 ? [`and ${counted(more, 'more difference')}`] : []), ...report.unknown.map((sentence) => visible(sentence, LONG))],
  };
}

function summaryOf({ succeeded, steps, duration }: RehearsalReport): string {
  const count = (result: RehearsedStep['result']): number => steps.filter((step) => step.result === result).length;
  const took = ` Rehearsed in ${(duration / 1000).toFixed(1)} s.`;
  const [failed, unreached, passed] = [count('would-fail'), count('not-reached'), count('not-rehearsed')];
  const except = passed > 0 ? `, except ${counted(passed, 'step')} that cannot be rehearsed` : '';
  if (succeeded) return `${steps.length === 1 ? 'It would succeed' : `All ${steps.length.toLocaleString('en-GB')} steps would succeed`}${except}.${took}`;
  const parts = [`${counted(failed, 'step')} would fail`, ...(unreached > 0 ? [`${counted(unreached, 'step')} would not be reached`] : [])];
  return `${count('would-succeed').toLocaleString('en-GB')} of ${counted(steps.length, 'step')} would succeed, ${parts.join(', ')}.${took}`;
}

function stepText({ result, message, log }: RehearsedStep): string {
  switch (result) {
    case 'would-succeed': return 'would succeed';
    case 'not-reached': return 'would not be reached';
    case 'not-rehearsed': return 'cannot be rehearsed; taken for done';
    case 'would-fail': {
      // A task of many parts ends with “job errors”; its log says which.
      const error = log.findLast((line) => line.startsWith('ERROR:'));
      return `would fail: ${[message, error].filter((text) => text !== undefined).map((text) => visible(text, LONG)).join(' ')}`;
    }
  }
}

function guestLines({ guests }: RehearsalReport): string[] {
  return guests.map((guest) => {
    switch (guest.change) {
      case 'removed': return `${named(guest)} would be gone.`;
      case 'added': {
        const told = guest.fields.flatMap(({ field, after }) => (['node', 'status', 'pool'].includes(field) && after !== undefined ? [visible(String(after), 60)] : []));
        return `${named(guest)} would be new${told.length === 0 ? '' : `: ${told.join(', ')}`}.`;
      }
      case 'changed': return `${named(guest)}: ${guest.fields.map(({ field, before, after }) => `${field.replace(/^config\./, '')} ${valueText(before)} → ${valueText(after)}`).join(', ')}`;
    }
  });
}

function named({ type, vmid, name }: GuestChange): string {
  return `${type === 'qemu' ? 'VM' : 'Container'} ${vmid}${name === undefined ? '' : ` (${visible(name, 60)})`}`;
}

function valueText(value: string | number | boolean | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : visible(String(value), 120);
}

function volumeLines({ volumes }: RehearsalReport): string[] {
  return volumes.map(({ volid, node, change, bytes }) => `${visible(volid, 120)}${node === undefined ? '' : ` on ${visible(node, 60)}`} would be ${change === 'added' ? 'new' : 'gone'} (${formatBytes(bytes)}).`);
}

function capacityLines({ nodes, storages }: RehearsalReport): string[] {
  return [
    ...nodes.flatMap(({ node, memory, cpus, status }) => [
      ...(status === undefined ? [] : [`Node ${visible(node, 60)}: ${visible(status.before, 20)} → ${visible(status.after, 20)}`]),
      ...(memory.before === memory.after && cpus.before === cpus.after ? [] : [`Running guests on ${visible(node, 60)}: ${formatBytes(memory.before)} → ${formatBytes(memory.after)} of memory, ${cpus.before} → ${cpus.after} CPUs`]),
    ]),
    ...storages.map(({ storage, node, used, total }) => `Storage ${visible(storage, 60)}${node === undefined ? '' : ` on ${visible(node, 60)}`}: ${formatBytes(used.before)} → ${formatBytes(used.after)} used of ${formatBytes(total)}`),
  ];
}
