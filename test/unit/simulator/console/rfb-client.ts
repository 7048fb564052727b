import { answerChallenge } from '../../../../src/simulator/console/vnc/password.ts';

/** Just enough of an RFB client to log in, ask for the picture and press keys. */
export class RfbClient {
  readonly #send: (bytes: Uint8Array) => void;
  #bytes = Buffer.alloc(0);
  #waiting: { readonly length: number; readonly resolve: (bytes: Buffer) => void }[] = [];

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  receive(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#serve();
  }

  take(length: number): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#waiting.push({ length, resolve });
      this.#serve();
    });
  }

  /** @returns what came instead of success, or undefined */
  async authenticate(password: string): Promise<string | undefined> {
    const version = await this.take(12);
    this.#send(version);
    const [count = 0] = await this.take(1);
    await this.take(count);
    this.#send(Buffer.from([2]));
    this.#send(answerChallenge(await this.take(16), password));
    if ((await this.take(4)).readUInt32BE() === 0) return undefined;
    return (await this.take((await this.take(4)).readUInt32BE())).toString();
  }

  async start(): Promise<{ readonly width: number; readonly height: number; readonly name: string }> {
    this.#send(Buffer.from([1]));
    const head = await this.take(24);
    return { width: head.readUInt16BE(0), height: head.readUInt16BE(2), name: (await this.take(head.readUInt32BE(20))).toString() };
  }

  request(incremental: boolean, width: number, height: number): void {
    const message = Buffer.from([3, incremental ? 1 : 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    message.writeUInt16BE(width, 6);
    message.writeUInt16BE(height, 8);
    this.#send(message);
  }

  key(keysym: number): void {
    for (const down of [1, 0]) {
      const message = Buffer.from([4, down, 0, 0, 0, 0, 0, 0]);
      message.writeUInt32BE(keysym, 4);
      this.#send(message);
    }
  }

  /** One update: rectangles with their lit pixels counted, 32 bits a pixel. */
  async update(): Promise<{ readonly y: number; readonly height: number; readonly colours: ReadonlyMap<number, number> }[]> {
    const rectangles = (await this.take(4)).readUInt16BE(2);
    const result = [];
    for (let n = 0; n < rectangles; n++) {
      const head = await this.take(12);
      const [width, height] = [head.readUInt16BE(4), head.readUInt16BE(6)];
      const pixels = await this.take(width * height * 4);
      const colours = new Map<number, number>();
      for (let at = 0; at < pixels.length; at += 4) colours.set(pixels.readUInt32LE(at), (colours.get(pixels.readUInt32LE(at)) ?? 0) + 1);
      result.push({ y: head.readUInt16BE(2), height, colours });
    }
    return result;
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#bytes.length >= next.length; next = this.#waiting[0]) {
      this.#waiting.shift();
      const bytes = this.#bytes.subarray(0, next.length);
      this.#bytes = this.#bytes.subarray(next.length);
      next.resolve(bytes);
    }
  }
}
