import type { Comparison } from './rounds.ts';

/** One line of the table and of `out/bench.json`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `×` stands for a median of ratios, each of one round. */
  readonly unit: '×' | 'ms' | 'kB' | 'MB' | 'per guest';
  /** The most it may be; absent for a figure that only explains others. */
  readonly limit?: number;
  /** What it was computed from, in milliseconds unless the key says otherwise; medians. */
  readonly from?: Readonly<Record<string, number>>;
}

/** What a part of the benchmark prints as its last line. */
export function printFigures(figures: readonly Figure[]): void {
  console.log(JSON.stringify(figures));
}

export function ratioFigure(name: string, limit: number, { ratio, work, alone }: Comparison): Figure {
  return { name, value: ratio, unit: '×', limit, from: { work, alone } };
}
