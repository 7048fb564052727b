import { readFile } from 'node:fs/promises';
import { Language, Parser } from 'web-tree-sitter';
import { HclDocument, HclSection } from './hcl-document.ts';
import { readSection } from './read-section.ts';
import { scanSection } from './scan.ts';

export interface HclParserFiles {
  /** Absolute path of `web-tree-sitter.wasm`. */
  readonly treeSitterWasm: string;
  /** Absolute path of `tree-sitter-terraform.wasm`. */
  readonly grammarWasm: string;
}

/** Loads the runtime and the grammar; some 20 ms. @throws Error when a file is missing or of another version */
export async function loadHclParser({ treeSitterWasm, grammarWasm }: HclParserFiles): Promise<HclParser> {
  const [runtime, grammar] = await Promise.all([readFile(treeSitterWasm), readFile(grammarWasm)]);
  await Parser.init({ wasmBinary: new Uint8Array(runtime).buffer });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return new HclParser(parser);
}

/**
 * Reads HCL. A file is cut into its top-level items first, and each is parsed by itself: a fault in one does not cost the
 * others, and after a keystroke only the item around it is parsed again.
 */
export class HclParser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** @param previous the same file before an edit: what did not change is taken over from it, as the same objects */
  parse(text: string, previous?: HclDocument): HclDocument {
    if (previous?.text === text) return previous;
    const old = previous?.sections ?? [];
    const kept = unchangedBefore(text, previous);
    const resumed = unchangedAfter(text, previous, kept);
    const sections = old.slice(0, kept);
    const moved = text.length - (previous?.text.length ?? 0);

    let { offset, line } = endOf(sections.at(-1));
    while (offset < text.length) {
      const again = sectionFrom(old, resumed, offset - moved);
      if (again !== undefined) {
        for (const section of old.slice(again)) {
          const placed = section.offset === offset && section.line === line ? section : new HclSection(section.content, offset, line);
          sections.push(placed);
          ({ offset, line } = endOf(placed));
        }
        break;
      }
      const scanned = scanSection(text, offset);
      const section = new HclSection(readSection(this.#parser, text, scanned), offset, line);
      sections.push(section);
      ({ offset, line } = endOf(section));
    }
    return new HclDocument(text, sections, previous);
  }

  dispose(): void {
    this.#parser.delete();
  }
}

function endOf(section: HclSection | undefined): { offset: number; line: number } {
  if (section === undefined) return { offset: 0, line: 0 };
  return { offset: section.offset + section.content.text.length, line: section.line + section.content.lines };
}

/** How many sections at the beginning are as they were. Those that do not end by themselves may take in what follows. */
function unchangedBefore(text: string, previous: HclDocument | undefined): number {
  if (previous === undefined) return 0;
  const { text: oldText, sections } = previous;
  const open = sections.findIndex(({ content }) => !content.ended);
  return mostThat(open === -1 ? sections.length : open, (known, count) => {
    const [from, to] = [endOf(sections[known - 1]).offset, endOf(sections[count - 1]).offset];
    return text.slice(from, to) === oldText.slice(from, to);
  });
}

/** The index of the first section from which on the rest of the text is as it was. */
function unchangedAfter(text: string, previous: HclDocument | undefined, kept: number): number {
  if (previous === undefined) return 0;
  const { text: oldText, sections } = previous;
  const moved = text.length - oldText.length;
  const place = (count: number): number => sections[sections.length - count]?.offset ?? oldText.length;
  return sections.length - mostThat(sections.length - kept, (known, count) => {
    const [from, to] = [place(count), place(known)];
    return from + moved >= 0 && text.slice(from + moved, to + moved) === oldText.slice(from, to);
  });
}

/**
 * How many of some things in a row are the same, when comparing a stretch of text is cheaper than comparing things one by one.
 * @param same whether those after the first `known`, which are the same, up to `count` are
 */
function mostThat(all: number, same: (known: number, count: number) => boolean): number {
  let known = 0;
  let unknown = all;
  while (known < unknown) {
    const middle = Math.ceil((known + unknown) / 2);
    if (same(known, middle)) known = middle;
    else unknown = middle - 1;
  }
  return known;
}

/** The index of the section, from one on, that begins at an offset. */
function sectionFrom(sections: readonly HclSection[], first: number, offset: number): number | undefined {
  let low = first;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sections[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return sections[low]?.offset === offset ? low : undefined;
}
