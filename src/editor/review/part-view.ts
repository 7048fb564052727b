import type { AttributeChange, Consequence, Part, PartRecord, Proposal } from '../../changes/index.ts';
import { consequenceTags, formatDuration, visible, visibleLines } from '../text/index.ts';
import type { AttributeView, ConsequenceView, PartStatus, PartView, ValueView } from './messages.ts';

const LONG = 500;
/** A value, a start script say, is shown up to so many characters. */
const VALUE = 4_000;

/** What the page shows of a step's part at first. */
export function partView({ id, action, description, consequences, attributes }: Part): PartView {
  return { id: visible(id, LONG), action, description: visible(description, LONG), consequences: consequences.flatMap(consequenceView), attributes: attributes.length };
}

function consequenceView({ kind, text }: Consequence): readonly ConsequenceView[] {
  const known = consequenceTags[kind];
  return known === undefined ? [] : [{ ...known, text: visible(text, LONG) }];
}

/** The attributes of one part as the page calls it; none when there is no such part. */
export function attributesOf({ steps }: Proposal, stepId: string, partId: string): readonly AttributeView[] {
  const part = steps.find(({ id }) => id === stepId)?.parts?.find(({ id }) => visible(id, LONG) === partId);
  return part === undefined ? [] : attributeViews(part);
}

/** Those first whose change does something to what runs. */
function attributeViews({ attributes }: Part): readonly AttributeView[] {
  const weight = ({ replaces, consequence }: AttributeChange): number => (replaces === true ? 2 : consequence !== undefined && consequence !== 'nothing' ? 1 : 0);
  return attributes.toSorted((a, b) => weight(b) - weight(a)).map((attribute) => {
    const { path, before, after, unknown, sensitive, replaces, consequence } = attribute;
    const tag = replaces === true ? 'replaces the resource' : consequence === undefined ? undefined : consequenceTags[consequence]?.tag;
    const secret: ValueView = { text: 'secret', note: true };
    const old = sensitive === true ? secret : valueView(before);
    const now = unknown === true ? { text: 'known afterwards', note: true } : sensitive === true ? secret : valueView(after);
    return { path: visible(path, LONG), ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }), ...(tag !== undefined && { tag }) };
  });
}

function valueView(value: AttributeChange['before']): ValueView | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === '') return { text: 'empty', note: true };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text: text.split('\n').map((line) => visible(line, VALUE)).join('\n').slice(0, VALUE) };
}

/** The parts whose record is not the same as before; all of them when there was none before. */
export function changedParts(parts: readonly Part[], before: Readonly<Record<string, PartRecord>> | undefined, after: Readonly<Record<string, PartRecord>> | undefined, now: number): readonly PartStatus[] {
  if (before === after) return [];
  return parts.flatMap(({ id, action }) => {
    const record = after?.[id];
    return record === undefined || record === before?.[id] ? [] : [partStatus(id, action, record, now)];
  });
}

const doing: Record<Part['action'], readonly [running: string, done: string]> = {
  create: ['creating', 'created'], update: ['changing', 'changed'], replace: ['replacing', 'replaced'], destroy: ['destroying', 'destroyed'],
  import: ['importing', 'imported'], read: ['reading', 'read'], forget: ['letting go', 'no longer managed'],
};

function partStatus(id: string, action: Part['action'], { state, startedAt, endedAt, error }: PartRecord, now: number): PartStatus {
  const [running, done] = doing[action];
  const took = startedAt === undefined ? '' : `, ${formatDuration(((endedAt ?? now) - startedAt) / 1000)}`;
  const words: Record<PartStatus['state'], string> = {
    waiting: '', running: `${running}${took}`, done: `${done}${took}`, failed: 'failed', unknown: 'begun; how it ended is not known', skipped: 'not begun',
  };
  return { id: visible(id, LONG), state, text: words[state], ...(error !== undefined && { error: visibleLines(error, 1_000) }) };
}
