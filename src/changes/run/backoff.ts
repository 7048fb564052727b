import { ExponentialBackoff, handleType, retry, type RetryPolicy } from 'cockatiel';

/** Says that something may be tried again, and why it was not done now. */
export class Again extends Error {
  override readonly name = 'Again';
  override readonly cause: Error;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.cause = cause;
  }
}

export interface Backoff {
  /** Milliseconds before the second attempt; doubled for each after it. */
  readonly first: number;
  readonly longest: number;
  /** Attempts besides the first. */
  readonly repetitions: number;
}

/** 2 s, 4 s, … 60 s: about six minutes in all. */
export const usualBackoff: Backoff = { first: 2_000, longest: 60_000, repetitions: 10 };

/** Repeats what throws {@link Again}, with pauses that differ by up to a fifth so that many do not come back at once. */
export function patience({ first, longest, repetitions }: Backoff): RetryPolicy {
  return retry(handleType(Again), {
    maxAttempts: repetitions,
    backoff: new ExponentialBackoff<number>({
      initialDelay: first,
      maxDelay: longest,
      generator: (attempt = 0) => [Math.min(longest, first * 2 ** attempt) * (0.8 + Math.random() * 0.4), attempt + 1],
    }),
  });
}
