import { contains } from './ranges.ts';
import type { HclAttribute, HclBlock, HclBody, HclComment, HclExpression, HclPosition, HclProblem, HclSectionContent } from './model.ts';
import { move, moveRange, placeAttribute, PlacedBlock } from './place.ts';
import { TextLines } from './text-lines.ts';
import { childrenOf } from './walk.ts';

/** A section and where it stands in the file. */
export class HclSection {
  readonly content: HclSectionContent;
  /** Of its first code unit. */
  readonly offset: number;
  /** Of its first line. */
  readonly line: number;
  #blocks: readonly HclBlock[] | undefined;

  constructor(content: HclSectionContent, offset: number, line: number) {
    this.content = content;
    this.offset = offset;
    this.line = line;
  }

  get blocks(): readonly HclBlock[] {
    this.#blocks ??= this.content.blocks.map((block) => (this.line === 0 ? block : new PlacedBlock(block, this.line)));
    return this.#blocks;
  }
}

/** What stands at a position of a file. */
export interface HclPlace {
  /** The blocks whose bodies hold the position, from the outermost. */
  readonly blocks: readonly HclBlock[];
  /** The innermost body, or the file itself. */
  readonly body: HclBody;
  /** The block whose head, type or labels, holds the position. */
  readonly head: HclBlock | undefined;
  readonly attribute: HclAttribute | undefined;
  /** Expressions of the attribute's value that hold the position, from the outermost. */
  readonly expressions: readonly HclExpression[];
}

/** A `.tf` or `.tfvars` file as it was parsed: it never changes, and shares with the next one what did not change. */
export class HclDocument implements HclBody {
  readonly text: string;
  /** In the order of the text, without gaps. */
  readonly sections: readonly HclSection[];
  /** The same for all versions of a file: what is worked out of one and brought up to date with the next is kept under it. */
  readonly history: object;
  #blocks: readonly HclBlock[] | undefined;
  #attributes: readonly HclAttribute[] | undefined;
  #lines: TextLines | undefined;

  /** @param previous the same file before an edit */
  constructor(text: string, sections: readonly HclSection[], previous?: HclDocument) {
    this.text = text;
    this.sections = sections;
    this.history = previous?.history ?? {};
  }

  /** The blocks at the top of the file. */
  get blocks(): readonly HclBlock[] {
    this.#blocks ??= this.sections.flatMap((section) => section.blocks);
    return this.#blocks;
  }

  /** The attributes at the top of the file: the values of a `.tfvars` file. */
  get attributes(): readonly HclAttribute[] {
    this.#attributes ??= this.sections.flatMap(({ content, line }) => content.attributes.map((attribute) => placeAttribute(attribute, line)));
    return this.#attributes;
  }

  get problems(): readonly HclProblem[] {
    return this.sections.flatMap(({ content, line }) => content.problems.map(({ range, message }) => ({ range: moveRange(range, line), message })));
  }

  get comments(): readonly HclComment[] {
    return this.sections.flatMap(({ content, line }) => content.comments.map((comment) => move(comment, line)));
  }

  get lines(): TextLines {
    this.#lines ??= new TextLines(this.text);
    return this.#lines;
  }

  /** The offset of a position, or the end of its line when that is shorter. */
  offsetAt({ line, character }: HclPosition): number {
    const section = this.sectionAt(line);
    if (section === undefined) return 0;
    const { content: { text }, offset } = section;
    let start = 0;
    for (let left = line - section.line; left > 0; left--) {
      const end = text.indexOf('\n', start);
      if (end === -1) return offset + text.length;
      start = end + 1;
    }
    const end = text.indexOf('\n', start);
    const length = (end === -1 ? text.length : text.charAt(end - 1) === '\r' && end > start ? end - 1 : end) - start;
    return offset + start + Math.min(character, length);
  }

  /** The section that holds a line. */
  sectionAt(line: number): HclSection | undefined {
    let low = 0;
    let high = this.sections.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.sections[middle]?.line ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    return this.sections[low];
  }

  /** What stands at a position; a position right behind something belongs to it. */
  at(position: HclPosition): HclPlace {
    const blocks: HclBlock[] = [];
    const section = this.sectionAt(position.line);
    let body: HclBody = { blocks: section?.blocks ?? [], attributes: (section?.content.attributes ?? []).map((attribute) => placeAttribute(attribute, section?.line ?? 0)) };
    for (let inner = holding(body, position); inner !== undefined; inner = holding(body, position)) {
      blocks.push(inner);
      body = inner.body;
    }
    const attribute = body.attributes.find(({ range }) => contains(range, position));
    return {
      blocks,
      body: blocks.length === 0 ? this : body,
      head: body.blocks.find(({ headRange }) => contains(headRange, position)),
      attribute,
      expressions: attribute === undefined || !contains(attribute.valueRange, position) ? [] : path(attribute.value, position),
    };
  }
}

function holding({ blocks }: HclBody, position: HclPosition): HclBlock | undefined {
  return blocks.find(({ bodyRange: { start, end } }) => contains({ start: { line: start.line, character: start.character + 1 }, end: { line: end.line, character: Math.max(0, end.character - 1) } }, position));
}

function path(expression: HclExpression, position: HclPosition): HclExpression[] {
  const inner = childrenOf(expression).find(({ range }) => contains(range, position));
  return [expression, ...(inner === undefined ? [] : path(inner, position))];
}
