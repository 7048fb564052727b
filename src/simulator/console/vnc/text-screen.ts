/** A cell: the character and whether it is shown light on dark or the other way round. */
export interface Cell {
  readonly character: string;
  readonly inverse: boolean;
}

const BLANK: Cell = { character: ' ', inverse: false };
// eslint-disable-next-line no-control-regex -- the escape character is what this is about
const SEQUENCE = /^\x1b\[([0-9;?]*)([A-Za-z])/;

/** A text screen as the kernel's console has it: a grid of characters that understands the few sequences our shell writes. */
export class TextScreen {
  readonly columns: number;
  readonly rows: number;
  readonly #cells: Cell[][];
  readonly #changed = new Set<number>();
  /** Rows at the top that do not scroll. */
  readonly #header: number;
  #row: number;
  #column = 0;

  constructor(columns: number, rows: number, header = 0) {
    this.columns = columns;
    this.rows = rows;
    this.#header = header;
    this.#row = header;
    this.#cells = Array.from({ length: rows }, () => this.#blankRow());
  }

  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: Math.min(this.#column, this.columns - 1) };
  }

  cell(row: number, column: number): Cell {
    return this.#cells[row]?.[column] ?? BLANK;
  }

  /** The rows' text, for whoever wants to read the screen. */
  text(): string[] {
    return this.#cells.map((row) => row.map(({ character }) => character).join('').trimEnd());
  }

  /** The rows that changed since this was asked last, the cursor's included. */
  takeChanges(): number[] {
    const rows = [...this.#changed].sort((a, b) => a - b);
    this.#changed.clear();
    return rows;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** Replaces one row, wherever the cursor is. */
  setRow(row: number, text: string, inverse: boolean): void {
    this.#cells[row] = Array.from({ length: this.columns }, (_, column) => ({ character: text[column] ?? ' ', inverse }));
    this.#changed.add(row);
  }

  clear(): void {
    for (let row = this.#header; row < this.rows; row++) {
      this.#cells[row] = this.#blankRow();
      this.#changed.add(row);
    }
    this.#row = this.#header;
    this.#column = 0;
  }

  write(text: string): void {
    this.#changed.add(this.#row);
    for (let rest = text; rest !== '';) {
      const sequence = SEQUENCE.exec(rest);
      const taken = sequence?.[0] ?? rest[0] ?? '';
      rest = rest.slice(taken.length);
      if (sequence !== null) this.#control(sequence[2] ?? '');
      else this.#put(taken);
    }
    this.#changed.add(this.#row);
  }

  #control(letter: string): void {
    if (letter === 'J') this.clear();
    else if (letter === 'K') this.#cells[this.#row]?.fill(BLANK, this.#column);
    else if (letter === 'H') {
      this.#row = this.#header;
      this.#column = 0;
    }
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#newLine();
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character >= ' ') {
      if (this.#column >= this.columns) {
        this.#column = 0;
        this.#newLine();
      }
      this.#cells[this.#row]?.splice(this.#column, 1, { character, inverse: false });
      this.#column++;
    }
  }

  #newLine(): void {
    this.#changed.add(this.#row);
    if (this.#row < this.rows - 1) {
      this.#row++;
      this.#changed.add(this.#row);
      return;
    }
    this.#cells.splice(this.#header, 1);
    this.#cells.push(this.#blankRow());
    for (let row = this.#header; row < this.rows; row++) this.#changed.add(row);
  }

  #blankRow(): Cell[] {
    return Array.from({ length: this.columns }, () => BLANK);
  }
}
