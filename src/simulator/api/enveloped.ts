/** An answer with more members beside `data`, e.g. `total` for lists that are given in parts. */
export class Enveloped {
  readonly data: unknown;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(data: unknown, members: Readonly<Record<string, unknown>>) {
    this.data = data;
    this.members = members;
  }
}
