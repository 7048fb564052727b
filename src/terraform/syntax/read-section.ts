import type { Node, Parser, Tree } from 'web-tree-sitter';
import type { HclAttribute, HclBlock, HclBody, HclExpression, HclPosition, HclProblem, HclRange, HclSectionContent } from './model.ts';
import { rangeOf, readExpression, unescapeText } from './read-expression.ts';
import type { Fault, ScannedSection } from './scan.ts';
import { TextLines } from './text-lines.ts';

/** How often a line that cannot be read is taken out before the rest is read as the grammar can. */
const ATTEMPTS = 6;

/**
 * Reads one top-level item. A line that is being typed does not cost the lines around it: what is unfinished is taken out and
 * told as a problem, and an attribute without a readable value is kept with a `missing` one.
 */
export function readSection(parser: Parser, whole: string, scanned: ScannedSection): HclSectionContent {
  const text = whole.slice(scanned.start, scanned.end);
  const lines = new TextLines(text);
  const at = ({ start, end }: { start: number; end: number }): HclRange => ({ start: lines.positionAt(start - scanned.start), end: lines.positionAt(end - scanned.start) });
  const problems: HclProblem[] = scanned.faults.map((fault) => ({ range: at(fault), message: fault.message }));
  const taken: HclAttribute[] = [];

  const closed = (open: string): string => (scanned.closers === '' ? open : `${open}\n${scanned.closers}`);
  let readable = withoutFaults(text, scanned, lines);
  for (const { line } of readable.taken) takeAttribute(line);
  let tree = parse(parser, closed(readable.text));
  if (tree.rootNode.hasError) {
    for (let attempt = 0; attempt < ATTEMPTS && tree.rootNode.hasError; attempt++) {
      const lost = unfinishedLine(readable.text) ?? lineOfError(tree, readable.text, lines);
      if (lost === undefined) break;
      problems.push({ range: lines.contentRange(lost.line), message: lost.message });
      takeAttribute(lost.line);
      readable = { ...readable, text: blank(readable.text, lines, lost.line) };
      tree.delete();
      tree = parse(parser, closed(readable.text));
    }
    if (tree.rootNode.hasError && problems.length === 0) problems.push(...errorsOf(tree.rootNode));
  }
  const body = readItems(tree.rootNode.children, { problems, taken, end: lines.positionAt(text.length) });
  tree.delete();
  const top = taken.filter(({ range }) => !body.blocks.some((block) => encloses(block.bodyRange, range)));
  return {
    ...body,
    attributes: [...body.attributes, ...top],
    text,
    lines: lines.count - 1,
    problems: problems.toSorted((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character),
    comments: scanned.comments.map((comment) => ({ range: at(comment), text: whole.slice(comment.start, comment.end) })),
    ended: scanned.ended,
  };

  function takeAttribute(line: number): void {
    const content = lines.line(line);
    const found = /^(\s*)([\p{ID_Start}_][\p{ID_Continue}-]*)(\s*=(?!=)\s*)/u.exec(content);
    if (found === null) return;
    const [start, name, gap] = [found[1]?.length ?? 0, found[2] ?? '', found[3]?.length ?? 0];
    const end = content.trimEnd().length;
    const valueStart = Math.min(start + name.length + gap, Math.max(end, start + name.length));
    const span = (from: number, to: number): HclRange => ({ start: { line, character: from }, end: { line, character: to } });
    const valueRange = span(valueStart, Math.max(end, valueStart));
    taken.push({ name, nameRange: span(start, start + name.length), value: { kind: 'missing', range: valueRange }, valueRange, range: span(start, Math.max(end, valueStart)) });
  }
}

interface Reading {
  readonly problems: HclProblem[];
  /** Attributes whose lines were taken out of what the grammar read. */
  readonly taken: readonly HclAttribute[];
  /** Where the text ends, without what was added to close it. */
  readonly end: HclPosition;
}

function parse(parser: Parser, text: string): Tree {
  const tree = parser.parse(text);
  if (tree === null) throw new Error('The Terraform grammar was not loaded.');
  return tree;
}

/** Without the lines on which a text or a bracket is left open, and without brackets that close nothing. */
function withoutFaults(text: string, scanned: ScannedSection, lines: TextLines): { text: string; taken: { line: number }[] } {
  const taken: { line: number }[] = [];
  let left = text;
  for (const fault of scanned.faults) {
    const from = fault.start - scanned.start;
    const { line } = lines.positionAt(from);
    if (closesNothing(fault, text, from)) left = `${left.slice(0, from)} ${left.slice(from + 1)}`;
    else if (isInner(text, from)) {
      left = blank(left, lines, line);
      taken.push({ line });
    }
  }
  return { text: left, taken };
}

const closesNothing = (fault: Fault, text: string, at: number): boolean => fault.end === fault.start + 1 && /[})\]]/.test(text.charAt(at));
/** An open text, `[` or `(`. An open `{`, comment or heredoc is closed by what the scanner adds. */
const isInner = (text: string, at: number): boolean => /["[(]/.test(text.charAt(at));

function blank(text: string, lines: TextLines, line: number): string {
  const from = lines.offsetOf(line);
  const content = lines.line(line);
  return text.slice(0, from) + ' '.repeat(content.length) + text.slice(from + content.length);
}

/** The first line that is obviously still being typed: `name =`, a bare word, a value that ends with a dot or an operator. */
function unfinishedLine(text: string): { line: number; message: string } | undefined {
  const all = text.split('\n');
  for (const [line, raw] of all.entries()) {
    const content = raw.replace(/(^|\s)(#|\/\/).*$/, '').trim();
    const value = /^([\p{ID_Start}_][\p{ID_Continue}-]*)\s*=(?!=)\s*(.*)$/u.exec(content);
    if (value !== null) {
      if (value[2] === '') return { line, message: `${value[1] ?? ''} has no value: write one after the =.` };
      if (/[^.]\.$|[-+*/%&|!?<>]$|[^=]==?$/.test(value[2] ?? '')) return { line, message: `The value of ${value[1] ?? ''} ends too early.` };
    } else if (/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(content) && !/[=:?([,]\s*$/.test(all[line - 1] ?? '')) {
      return { line, message: `${content} is neither an attribute (${content} = …) nor a block (${content} { … }).` };
    }
  }
  return undefined;
}

/** The line of the grammar's first error, where taking it out leaves the brackets as they are. */
function lineOfError(tree: Tree, text: string, lines: TextLines): { line: number; message: string } | undefined {
  const error = firstError(tree.rootNode);
  if (error === undefined) return undefined;
  for (let line = Math.min(error.startPosition.row, lines.count - 1); line <= Math.min(error.endPosition.row, lines.count - 1); line++) {
    const content = text.slice(lines.offsetOf(line), lines.offsetOf(line) + lines.line(line).length);
    if (content.trim() !== '' && isBalanced(content)) return { line, message: messageOf(error) };
  }
  return undefined;
}

const isBalanced = (line: string): boolean => !line.includes('<<') && [['{', '}'], ['[', ']'], ['(', ')']].every(([open = '', close = '']) => line.split(open).length === line.split(close).length) && line.split('"').length % 2 === 1;

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  if (!node.hasError) return undefined;
  for (const child of node.children) {
    const found = firstError(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function errorsOf(root: Node): HclProblem[] {
  const error = firstError(root);
  if (error === undefined) return [];
  const { start, end } = rangeOf(error);
  return [{ range: { start, end: end.line === start.line ? end : { line: start.line, character: start.character + 1 } }, message: messageOf(error) }];
}

function messageOf(error: Node): string {
  if (error.isMissing) return `${error.type.length === 1 ? error.type : 'Something'} is missing here.`;
  const [first = ''] = error.text.trim().split(/\s/);
  return first === '' ? 'Terraform cannot read this.' : `Terraform does not expect ${first.slice(0, 40)} here.`;
}

/** The attributes and blocks among nodes; what the grammar put into error nodes is looked through. */
function readItems(nodes: readonly Node[], read: Reading): HclBody {
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  const items: HclRange[] = [];
  const collect = (children: readonly Node[]): void => {
    for (const child of children) {
      if (child.type === 'attribute') {
        const attribute = readAttribute(child);
        if (attribute === undefined) continue;
        attributes.push(attribute);
        items.push(attribute.range);
      } else if (child.type === 'block') {
        const block = readBlock(child, read);
        if (block === undefined) continue;
        blocks.push(block);
        items.push(block.range);
      } else if (child.type === 'body' || child.type === 'ERROR') collect(child.namedChildren);
    }
  };
  collect(nodes);
  for (const [index, range] of items.entries()) {
    const before = items[index - 1];
    if (before?.end.line === range.start.line) read.problems.push({ range, message: 'This stands on the line of what is before it: begin a new line.' });
  }
  return { attributes, blocks };
}

function readAttribute(node: Node): HclAttribute | undefined {
  const [name] = node.namedChildren;
  const value = node.namedChildren.find((child) => child.type === 'expression');
  if (name?.type !== 'identifier' || value === undefined) return undefined;
  // The grammar takes a line break for a space, and the next line for the value.
  if (value.startPosition.row !== name.endPosition.row) return undefined;
  const expression: HclExpression = readExpression(value);
  return { name: name.text, nameRange: rangeOf(name), value: expression, valueRange: rangeOf(value), range: rangeOf(node) };
}

function readBlock(node: Node, read: Reading): HclBlock | undefined {
  const children = node.children;
  const [type] = children;
  const open = children.find((child) => child.type === 'block_start');
  const close = children.find((child) => child.type === 'block_end');
  if (type?.type !== 'identifier' || open === undefined) return undefined;
  const labels = children.slice(1).filter((child) => (child.type === 'string_lit' || child.type === 'identifier') && child.startIndex < open.startIndex);
  const range = within(rangeOf(node), read.end);
  const bodyRange = within({ start: rangeOf(open).start, end: close === undefined ? range.end : rangeOf(close).end }, read.end);
  const typeRange = rangeOf(type);
  const labelRanges = labels.map(rangeOf);
  const content = readItems(children.filter((child) => child.startIndex > open.startIndex), read);
  const own = read.taken.filter((attribute) => encloses(bodyRange, attribute.range) && !content.blocks.some((block) => encloses(block.bodyRange, attribute.range)));
  return {
    type: type.text,
    typeRange,
    labels: labels.map((label) => (label.type === 'identifier' ? label.text : unescapeText(label.text.replaceAll(/^"|"$/g, '')))),
    labelRanges,
    headRange: { start: typeRange.start, end: labelRanges.at(-1)?.end ?? typeRange.end },
    range,
    bodyRange,
    body: { attributes: [...content.attributes, ...own], blocks: content.blocks },
  };
}

/** What was added to close the text lies beyond its end. */
function within(range: HclRange, end: HclPosition): HclRange {
  return range.end.line <= end.line ? range : { start: range.start, end };
}

function encloses(outer: HclRange, inner: HclRange): boolean {
  const after = inner.start.line > outer.start.line || (inner.start.line === outer.start.line && inner.start.character >= outer.start.character);
  return after && (inner.end.line < outer.end.line || (inner.end.line === outer.end.line && inner.end.character <= outer.end.character));
}
