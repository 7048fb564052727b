/** Bytes of a file that are kept: enough for snippets and configuration files. Of larger ones only the size is known. */
const KEPT = 1024 * 1024;

/** A file on its way: written in pieces, in any order. */
export class FileBuffer {
  #bytes = Buffer.alloc(0);
  #size = 0;

  static of(bytes: Buffer | string): FileBuffer {
    const buffer = new FileBuffer();
    buffer.write(0, Buffer.from(bytes));
    return buffer;
  }

  /** Of a file whose bytes nobody kept. */
  static ofSize(size: number): FileBuffer {
    const buffer = new FileBuffer();
    buffer.#size = size;
    return buffer;
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** The whole file; undefined when it was too large to keep. */
  get bytes(): Buffer | undefined {
    return this.#bytes.length === this.#size ? this.#bytes : undefined;
  }

  write(offset: number, chunk: Buffer): void {
    const end = offset + chunk.length;
    this.#size = Math.max(this.#size, end);
    if (end > KEPT) return;
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(end - this.#bytes.length)]);
    chunk.copy(this.#bytes, offset);
  }

  append(chunk: Buffer): void {
    this.write(this.#size, chunk);
  }

  truncate(size: number): void {
    this.#bytes = this.#bytes.subarray(0, size);
    this.#size = size;
  }

  /** Bytes of a file that were not kept read as zeros. */
  read(offset: number, length: number): Buffer {
    const count = Math.max(0, Math.min(length, this.#size - offset));
    const kept = this.#bytes.subarray(offset, offset + count);
    return Buffer.concat([kept, Buffer.alloc(count - kept.length)]);
  }
}
