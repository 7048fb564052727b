/** An answer that is a text file, not data: for operations with a `download` parameter. */
export class Download {
  readonly filename: string;
  readonly text: string;

  constructor(filename: string, text: string) {
    this.filename = filename;
    this.text = text;
  }
}
