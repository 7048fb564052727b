/** The middle one of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  if (high === undefined) throw new Error('There is no median of nothing.');
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? high)) / 2;
}

/** A thing to be measured; resolves with the milliseconds it took, leaving out what it did to get ready. */
export type Measured = () => number | Promise<number>;

/** How two works compare. */
export interface Comparison {
  /** Median over the rounds of `work` : `alone` of the same round. */
  readonly ratio: number;
  /** Medians, in milliseconds. */
  readonly work: number;
  readonly alone: number;
}

/**
 * Two works that take turns, so that whatever else the machine does hits both alike, and are compared round by round. The
 * first rounds only warm up. Garbage is collected when V8 sees fit: forced before each round it made V8 collect once more
 * in the middle of every second one.
 */
export async function compare(rounds: { readonly warmUp: number; readonly counted: number }, work: Measured, alone: Measured): Promise<Comparison> {
  const times: { work: number; alone: number }[] = [];
  for (let round = 0; round < rounds.warmUp + rounds.counted; round++) {
    // Who comes first changes too: one's aftermath shall not always hit the other.
    const first = round % 2 === 0 ? await work() : undefined;
    const its = await alone();
    times.push({ work: first ?? (await work()), alone: its });
  }
  const counted = times.slice(rounds.warmUp);
  return {
    ratio: median(counted.map((time) => time.work / time.alone)),
    work: median(counted.map((time) => time.work)),
    alone: median(counted.map((time) => time.alone)),
  };
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
