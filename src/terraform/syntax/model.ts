/** A place in a text: 0-based line, and 0-based UTF-16 code units within it, as in VS Code. */
export interface HclPosition {
  readonly line: number;
  readonly character: number;
}

/** From `start` up to, and without, `end`. */
export interface HclRange {
  readonly start: HclPosition;
  readonly end: HclPosition;
}

/** A syntax error: what is wrong and what to do, in a sentence. */
export interface HclProblem {
  readonly range: HclRange;
  readonly message: string;
}

export interface HclComment {
  readonly range: HclRange;
  /** As it stands in the text, with its `#`, `//` or between `/*` and its end. */
  readonly text: string;
}

/** What stands between a block's braces. */
export interface HclBody {
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

export interface HclAttribute {
  readonly name: string;
  readonly nameRange: HclRange;
  /** Of kind `missing` while nothing, or nothing readable, stands after the `=`. */
  readonly value: HclExpression;
  readonly valueRange: HclRange;
  readonly range: HclRange;
}

export interface HclBlock {
  /** The word it begins with: `resource`, `disk`. */
  readonly type: string;
  readonly typeRange: HclRange;
  readonly labels: readonly string[];
  /** With their quotes. */
  readonly labelRanges: readonly HclRange[];
  /** From the type to the last label. */
  readonly headRange: HclRange;
  readonly range: HclRange;
  /** From the `{` to the `}`, both included. */
  readonly bodyRange: HclRange;
  readonly body: HclBody;
}

export type HclExpression =
  | { readonly kind: 'string'; readonly value: string; readonly range: HclRange }
  | { readonly kind: 'number'; readonly value: number; readonly range: HclRange }
  | { readonly kind: 'bool'; readonly value: boolean; readonly range: HclRange }
  | { readonly kind: 'null'; readonly range: HclRange }
  | { readonly kind: 'missing'; readonly range: HclRange }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[]; readonly range: HclRange }
  | { readonly kind: 'object'; readonly members: readonly HclObjectMember[]; readonly range: HclRange }
  | HclTraversal
  /**
   * A text with `${…}` or `%{…}` in it, or a heredoc; `value` where there is nothing to work out, `pieces` where the text is what they are
   * in a row.
   */
  | { readonly kind: 'template'; readonly heredoc: boolean; readonly value: string | undefined; readonly parts: readonly HclExpression[]; readonly pieces?: readonly (string | HclExpression)[] | undefined; readonly range: HclRange }
  | { readonly kind: 'call'; readonly name: string; readonly nameRange: HclRange; readonly arguments: readonly HclExpression[]; readonly range: HclRange }
  /** `[for …]` and `{for …}`: `names` are known within `parts` alone. */
  | { readonly kind: 'for'; readonly names: readonly string[]; readonly parts: readonly HclExpression[]; readonly range: HclRange }
  /** Operations, conditions, what is in parentheses: everything whose value is worked out from its parts. `operator` between two of them. */
  | { readonly kind: 'other'; readonly parts: readonly HclExpression[]; readonly operator?: string | undefined; readonly range: HclRange };

/** `var.name`, `proxmox_virtual_environment_vm.web[0].id`: a name and the steps taken from it. */
export interface HclTraversal {
  readonly kind: 'traversal';
  readonly root: string;
  readonly rootRange: HclRange;
  readonly steps: readonly HclStep[];
  readonly range: HclRange;
}

export type HclStep =
  | { readonly kind: 'attribute'; readonly name: string; readonly range: HclRange }
  | { readonly kind: 'index'; readonly index: HclExpression; readonly range: HclRange }
  | { readonly kind: 'splat'; readonly range: HclRange };

export interface HclObjectMember {
  readonly key: HclExpression;
  /** The key as a text: a bare word or a string; undefined where it is worked out. */
  readonly name: string | undefined;
  readonly value: HclExpression;
  readonly range: HclRange;
}

/**
 * A piece of a file with one top-level block or attribute (and the comments before it), which stays the same object for as
 * long as its text does. What is worked out from a piece alone can be kept in a `WeakMap` under it; its lines count from its own
 * first line.
 */
export interface HclSectionContent extends HclBody {
  readonly text: string;
  /** How many line breaks are in it. */
  readonly lines: number;
  readonly problems: readonly HclProblem[];
  readonly comments: readonly HclComment[];
  /** Whether it ends by itself, whatever text may follow. */
  readonly ended: boolean;
}
