import type { HclRange } from '../../syntax/index.ts';

/** Something that can be put where the cursor stands. */
export interface Completion {
  readonly label: string;
  readonly kind: 'block' | 'attribute' | 'value' | 'live' | 'reference' | 'function' | 'type';
  /** Beside the label, in a few words. */
  readonly detail: string | undefined;
  readonly documentation: string | undefined;
  /** What is replaced; within one line, and with the cursor in it. */
  readonly range: HclRange;
  readonly text: string;
  /** Whether `text` is a snippet, with `$1` where to type on. */
  readonly snippet: boolean;
  /** Whether to ask again at once: the value comes next. */
  readonly again: boolean;
  readonly deprecated: boolean;
}

/** A completion before it is known what it replaces. */
export type Offer = Pick<Completion, 'label' | 'kind' | 'text'> & Partial<Pick<Completion, 'detail' | 'documentation' | 'snippet' | 'again' | 'deprecated'>>;

export function completion(offer: Offer, range: HclRange): Completion {
  return { detail: undefined, documentation: undefined, snippet: false, again: false, deprecated: false, ...offer, range };
}
