import type { HclPosition, HclRange } from './model.ts';

/** A text by its lines. */
export class TextLines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** How many lines it has; one more than it has line breaks. */
  get count(): number {
    return this.#starts.length;
  }

  /** A line without its line break; empty beyond the end. */
  line(line: number): string {
    const next = this.#starts[line + 1];
    const text = this.#text.slice(this.offsetOf(line), next === undefined ? undefined : next - 1);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  offsetOf(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  offsetAt({ line, character }: HclPosition): number {
    return Math.min(this.offsetOf(line) + character, this.offsetOf(line) + this.line(line).length);
  }

  positionAt(offset: number): HclPosition {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: Math.max(0, offset - (this.#starts[low] ?? 0)) };
  }

  /** A line without the spaces around it. */
  contentRange(line: number): HclRange {
    const content = this.line(line);
    return { start: { line, character: content.length - content.trimStart().length }, end: { line, character: content.trimEnd().length } };
  }
}
