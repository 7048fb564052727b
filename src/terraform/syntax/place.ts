import type { HclAttribute, HclBlock, HclBody, HclPosition, HclRange } from './model.ts';

/** The same range, `lines` further down. */
export function moveRange(range: HclRange, lines: number): HclRange {
  return { start: movePosition(range.start, lines), end: movePosition(range.end, lines) };
}

const movePosition = ({ line, character }: HclPosition, lines: number): HclPosition => ({ line: line + lines, character });

/** A copy of plain data of the model in which every position is `lines` further down. */
export function move<T>(data: T, lines: number): T {
  return lines === 0 ? data : (moved(data, lines) as T);
}

function moved(data: unknown, lines: number): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => moved(item, lines));
  if ('character' in data && 'line' in data) return { line: Number(data.line) + lines, character: data.character };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, moved(value, lines)]));
}

/** A block of a section where it stands in the file. Its body is only laid out when somebody looks into it. */
export class PlacedBlock implements HclBlock {
  readonly #source: HclBlock;
  readonly #lines: number;
  #body: HclBody | undefined;

  constructor(source: HclBlock, lines: number) {
    this.#source = source;
    this.#lines = lines;
  }

  get type(): string {
    return this.#source.type;
  }

  get labels(): readonly string[] {
    return this.#source.labels;
  }

  get typeRange(): HclRange {
    return moveRange(this.#source.typeRange, this.#lines);
  }

  get labelRanges(): readonly HclRange[] {
    return this.#source.labelRanges.map((range) => moveRange(range, this.#lines));
  }

  get headRange(): HclRange {
    return moveRange(this.#source.headRange, this.#lines);
  }

  get range(): HclRange {
    return moveRange(this.#source.range, this.#lines);
  }

  get bodyRange(): HclRange {
    return moveRange(this.#source.bodyRange, this.#lines);
  }

  get body(): HclBody {
    this.#body ??= move(this.#source.body, this.#lines);
    return this.#body;
  }
}

export const placeAttribute = (attribute: HclAttribute, lines: number): HclAttribute => move(attribute, lines);
