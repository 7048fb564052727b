/** A part of a word. What is quoted is not split at blanks when it stands for something. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: Word | undefined; readonly quoted: boolean }
  | { readonly kind: 'output'; readonly script: Script; readonly quoted: boolean };
export type Word = readonly Part[];

export interface Redirect {
  /** 0, 1 or 2. */
  readonly descriptor: number;
  readonly how: 'read' | 'write' | 'append' | 'duplicate';
  readonly target: Word;
}

export type Command =
  | { readonly kind: 'simple'; readonly assignments: readonly (readonly [name: string, value: Word])[]; readonly words: readonly Word[]; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'group'; readonly body: Script; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'if'; readonly branches: readonly { readonly condition: Script; readonly body: Script }[]; readonly otherwise: Script | undefined; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: Script };

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

/** `a && b || c`: each link after the first says when it runs. */
export type Chain = readonly { readonly when: 'always' | 'success' | 'failure'; readonly pipeline: Pipeline }[];
export type Script = readonly Chain[];

/** What bash says of text that is no script, or that is more of the language than is simulated. */
export class ShellSyntaxError extends Error {}
