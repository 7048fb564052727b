/** How long a request may still take, over all its tries. Waiting for people (a one-time code) does not count. */
export class Budget {
  #left: number;

  /** @param total Milliseconds. */
  constructor(total: number) {
    this.#left = total;
  }

  /** Milliseconds; 0 when it is used up. */
  get left(): number {
    return Math.max(0, this.#left);
  }

  /** Does work that counts. */
  async spend<T>(work: (left: number) => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work(this.left);
    } finally {
      this.#left -= performance.now() - begun;
    }
  }
}
