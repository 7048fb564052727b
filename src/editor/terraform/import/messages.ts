/**
 * What the import report's two sides say to each other: the panel in the extension host and the page in the webview. Types only; plain data
 * that survives structured cloning. Every text is for people and is shown as text, never as markup.
 */

/** What the person can do with the whole import; `offer-0`, … are about what went wrong. */
export type ReportAction = 'plan' | 'apply' | 'open' | 'remove-imports' | 'ignore-all' | `offer-${number}`;

export interface ReportView {
  readonly title: string;
  /** “Demo cluster · /home/me/infra/demo · Terraform 1.11.4” */
  readonly context: string;
  readonly status: {
    readonly level: 'good' | 'warning' | 'error' | 'busy';
    /** “48 to import, 0 to add, 0 to change, 0 to destroy” */
    readonly text: string;
    /** What that means, in a sentence or two. */
    readonly detail: string;
  };
  /** What went wrong, and what to do about it. */
  readonly problems: readonly string[];
  readonly actions: readonly { readonly id: ReportAction; readonly label: string; readonly primary: boolean }[];
  /** What a plan would still do beside importing, by resource. */
  readonly residue: readonly ResidueView[];
  readonly lists: readonly ListView[];
}

export interface ResidueView {
  readonly address: string;
  /** “VM 100 web” */
  readonly title: string;
  /** “would be changed and restarted” */
  readonly verdict: string;
  /** What applying it means for the guest that runs now, in sentences; gravest first. */
  readonly consequences: readonly { readonly grave: boolean; readonly text: string }[];
  readonly level: 'warning' | 'error';
  readonly attributes: readonly AttributeView[];
}

export interface AttributeView {
  /** As in `ignore_changes`. */
  readonly path: string;
  /** What the cluster has. */
  readonly before: string;
  /** What the code says. */
  readonly after: string;
  /** What applying it means for the guest, in a few words: “no restart”; undefined where there is no guest that is changed. */
  readonly tag?: { readonly level: 'good' | 'warning' | 'error'; readonly text: string };
  /** What is different, and what applying it means for the guest. */
  readonly why: string;
  /** Whether the code can be made to say what the cluster has. */
  readonly canFix: boolean;
  readonly canIgnore: boolean;
}

/** Things to know, one a row. */
export interface ListView {
  readonly id: string;
  /** “Left out (2)” */
  readonly title: string;
  readonly text: string;
  readonly rows: readonly RowView[];
  /** Shown closed at first. */
  readonly folded: boolean;
}

export interface RowView {
  readonly label: string;
  readonly detail: string;
  /** A file of the project that is opened when it is chosen. */
  readonly file?: string;
}

export type ToPage = { readonly type: 'report'; readonly report: ReportView };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'action'; readonly action: ReportAction }
  | { readonly type: 'file'; readonly file: string }
  /** Opens the code at the resource. */
  | { readonly type: 'show'; readonly address: string }
  /** Makes the code say what the cluster has, or leaves the attribute to the cluster. */
  | { readonly type: 'fix' | 'ignore'; readonly address: string; readonly path: string };
