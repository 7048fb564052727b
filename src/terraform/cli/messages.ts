/** How many resources a plan or an apply is about. */
export interface ChangeSummary {
  readonly add: number;
  readonly change: number;
  readonly import: number;
  readonly remove: number;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  readonly address: string | undefined;
  /** Where in the code; lines count from 1. */
  readonly range: { readonly file: string; readonly line: number } | undefined;
}

/** One line of what Terraform prints with `-json` (https://developer.hashicorp.com/terraform/internals/machine-readable-ui). */
export type Message =
  /** Of a plan: what is to be done; of an apply, which says so only at its very end and when nothing failed: what was done. */
  | { readonly kind: 'summary'; readonly operation: 'plan' | 'apply' | 'destroy'; readonly changes: ChangeSummary }
  | { readonly kind: 'diagnostic'; readonly diagnostic: Diagnostic }
  /** Something that happens to a resource: `apply_start`, `apply_progress`, `apply_complete`, `apply_errored`, `refresh_complete`, `planned_change`, … */
  | {
    readonly kind: 'progress';
    readonly type: string;
    readonly address: string | undefined;
    readonly text: string;
    /** `create`, `read`, `update`, `delete`, `noop`; a replacement comes as two. */
    readonly action: string | undefined;
    /** When Terraform said it; milliseconds since the epoch. */
    readonly at: number | undefined;
  }
  /** Not JSON: what a provider or a crash writes in between. */
  | { readonly kind: 'text'; readonly text: string };

interface Line {
  readonly type?: string;
  readonly '@message'?: string;
  readonly '@timestamp'?: string;
  readonly changes?: Partial<ChangeSummary> & { readonly operation?: string };
  readonly diagnostic?: { readonly severity?: string; readonly summary?: string; readonly detail?: string; readonly address?: string; readonly range?: { readonly filename?: string; readonly start?: { readonly line?: number } } };
  readonly hook?: { readonly resource?: { readonly addr?: string }; readonly action?: string };
  readonly change?: { readonly resource?: { readonly addr?: string }; readonly action?: string };
}

/** Reads one line; never throws. */
export function readMessage(line: string): Message {
  let read: Line;
  try {
    const parsed = JSON.parse(line) as unknown;
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { kind: 'text', text: line };
    read = parsed;
  } catch {
    return { kind: 'text', text: line };
  }
  if (read.type === 'change_summary') {
    const { add = 0, change = 0, import: imported = 0, remove = 0, operation } = read.changes ?? {};
    return { kind: 'summary', operation: operation === 'apply' || operation === 'destroy' ? operation : 'plan', changes: { add, change, import: imported, remove } };
  }
  if (read.type === 'diagnostic' && read.diagnostic !== undefined) {
    const { severity, summary = '', detail = '', address, range } = read.diagnostic;
    const place = range?.filename === undefined ? undefined : { file: range.filename, line: range.start?.line ?? 1 };
    return { kind: 'diagnostic', diagnostic: { severity: severity === 'warning' ? 'warning' : 'error', summary, detail, address, range: place } };
  }
  const at = Date.parse(read['@timestamp'] ?? '');
  return {
    kind: 'progress', type: read.type ?? '', address: read.hook?.resource?.addr ?? read.change?.resource?.addr, text: read['@message'] ?? '',
    action: read.hook?.action ?? read.change?.action, at: Number.isNaN(at) ? undefined : at,
  };
}
