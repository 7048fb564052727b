import type { LineSpan } from './config-document.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Something about a text that its author should know. */
export interface ConfigDiagnostic extends LineSpan {
  readonly severity: Severity;
  /** Stable name of the rule. */
  readonly code: string;
  readonly message: string;
  /** What should stand in place of the span. */
  readonly replacement?: string;
  /** Set for names that are outdated. */
  readonly deprecated?: true;
}

/** What exists on the guest's node, as far as it is known. */
export interface KnownNames {
  readonly storages?: ReadonlySet<string>;
  readonly bridges?: ReadonlySet<string>;
}
