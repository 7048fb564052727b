import { childrenOf, type HclBody, type HclDocument, type HclExpression, type HclRange } from '../../syntax/index.ts';

/** Lines that can be folded away behind the first, 0-based, both included. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly kind: 'code' | 'comment' | 'region';
}

/** What of a file can be folded: blocks and values of several lines, comments, and what stands between `#region` and `#endregion`. */
export function folds(document: HclDocument): Fold[] {
  const found: Fold[] = [];
  body(document, found);
  comments(document, found);
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

function body({ attributes, blocks }: HclBody, found: Fold[]): void {
  for (const { value } of attributes) expression(value, found);
  for (const block of blocks) {
    code(block.bodyRange, found);
    body(block.body, found);
  }
}

function expression(value: HclExpression, found: Fold[]): void {
  const { kind, range } = value;
  if (range.start.line === range.end.line) return;
  if (kind === 'list' || kind === 'object' || kind === 'call' || kind === 'for' || kind === 'template') code(range, found);
  for (const child of childrenOf(value)) expression(child, found);
}

/** The line with the closing bracket stays in sight. */
function code({ start, end }: HclRange, found: Fold[]): void {
  const last = end.line - 1;
  if (last > start.line && found.at(-1)?.start !== start.line) found.push({ start: start.line, end: last, kind: 'code' });
}

const REGION = /^(?:#|\/\/)\s*#?(end)?region\b/;

function comments(document: HclDocument, found: Fold[]): void {
  const open: number[] = [];
  let run: { start: number; end: number } | undefined;
  const close = (): void => {
    if (run !== undefined && run.end > run.start) found.push({ ...run, kind: 'comment' });
    run = undefined;
  };
  for (const { range: { start, end }, text } of document.comments) {
    const region = REGION.exec(text);
    const alone = document.lines.line(start.line).slice(0, start.character).trim() === '';
    if (region !== null || !alone || text.startsWith('/*')) {
      close();
      if (region !== null && region[1] === undefined) open.push(start.line);
      else if (region !== null) {
        const from = open.pop();
        if (from !== undefined) found.push({ start: from, end: start.line, kind: 'region' });
      } else if (end.line > start.line) found.push({ start: start.line, end: end.line, kind: 'comment' });
      continue;
    }
    if (run?.end === start.line - 1) run.end = start.line;
    else {
      close();
      run = { start: start.line, end: start.line };
    }
  }
  close();
}
