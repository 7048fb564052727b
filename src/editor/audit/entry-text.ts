import { visible } from '../text/index.ts';
import { entryLabel, type ProposalStory, timeOf, type Told } from './audit-tree.ts';

/** A proposal's story as a document. */
export function storyText({ summary, id, outcome, entries }: ProposalStory): string {
  return [`${summary}`, `Proposal ${id}: ${outcome}`, '', ...entries.map(entryText)].join('\n');
}

/** One entry as a document: in words, then everything that is written down of it. */
export function entryText(entry: Told): string {
  const lines = [`${entry.at.slice(0, 10)} ${timeOf(entry.at)}  ${entryLabel(entry).label}`, ...fields(entry)];
  return `${lines.join('\n')}\n`;
}

function fields(entry: Told): readonly string[] {
  // `previous` is the chain's business, the rest stands in the first line.
  const left = Object.entries(entry).filter(([name]) => name !== 'previous' && name !== 'event');
  return left.flatMap(([name, value]) => field(name, value, '    '));
}

function field(name: string, value: unknown, indent: string): readonly string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    return [`${indent}${name}:`, ...value.flatMap((item: unknown) => (typeof item === 'object' && item !== null ? [`${indent}  -`, ...Object.entries(item).flatMap(([key, inner]) => field(key, inner, `${indent}    `))] : [`${indent}  - ${plain(item)}`]))];
  }
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value);
    return inner.length === 0 ? [] : [`${indent}${name}:`, ...inner.flatMap(([key, each]) => field(key, each, `${indent}  `))];
  }
  return [`${indent}${visible(name, 100)}: ${plain(value)}`];
}

function plain(value: unknown): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value), 4_000);
}
