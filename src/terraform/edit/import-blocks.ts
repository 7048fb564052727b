import type { HclDocument } from '../syntax/index.ts';
import { type HclEdit, withLines } from './edits.ts';

/** Removes the `import` blocks, which have no more to say once their resources are in the state. @param addresses of whose resources */
export function removeImportBlocks(document: HclDocument, addresses: ReadonlySet<string>): readonly HclEdit[] {
  return document.blocks.flatMap(({ type, body, range }) => {
    const to = type === 'import' ? body.attributes.find(({ name }) => name === 'to')?.value : undefined;
    if (to?.kind !== 'traversal') return [];
    const [step] = to.steps;
    if (step?.kind !== 'attribute' || !addresses.has(`${to.root}.${step.name}`)) return [];
    const edit = withLines(document, range);
    // Of the empty lines around it, one stays.
    const above = edit.range.start.line > 0 && document.lines.line(edit.range.start.line - 1).trim() === '';
    return [above ? { ...edit, range: { start: { line: edit.range.start.line - 1, character: 0 }, end: edit.range.end } } : edit];
  });
}
