/**
 * What the form's two sides say to each other: the panel in the extension host and the page in the webview. Types only; plain data that
 * survives structured cloning. Every text is for people and is shown as text, never as markup.
 */

/** The form as the page shows it. The host makes it anew after every answer. */
export interface FormView {
  readonly title: string;
  /** “Demo cluster” */
  readonly context: string;
  /** The {@link FromPage} answer it takes into account: fields that were changed after that are left alone. */
  readonly revision: number;
  readonly sections: readonly SectionView[];
  /** What could not be asked, and what hindered the last attempt. */
  readonly problems: readonly string[];
  /** Whether asking once more may help. */
  readonly retry: boolean;
  /** What is being done meanwhile; nothing can be sent off then. */
  readonly busy?: string;
  /** “2 answers are missing or wrong.” Empty when nothing is in the way. */
  readonly missing: string;
}

export interface SectionView {
  readonly id: string;
  readonly title: string;
  /** Shown closed at first. */
  readonly folded: boolean;
  readonly fields: readonly FieldView[];
}

interface Described {
  readonly id: string;
  readonly label: string;
  /** What there is to know, below the field. */
  readonly hint?: string;
  readonly message?: { readonly level: 'error' | 'warning'; readonly text: string };
}
export type FieldView =
  | (Described & { readonly kind: 'text' | 'lines'; readonly value: string; readonly required?: boolean; /** “GiB” */ readonly unit?: string; readonly numeric?: boolean })
  /** What was typed never comes back: only whether there is something. */
  | (Described & { readonly kind: 'password'; readonly present: boolean })
  | (Described & { readonly kind: 'choice'; readonly value: string; readonly choices: readonly ChoiceView[] })
  | (Described & { readonly kind: 'flag'; readonly value: boolean });

export interface ChoiceView {
  readonly value: string;
  readonly label: string;
  /** Choices of one group stand together. */
  readonly group?: string;
}

export type ToPage =
  | { readonly type: 'form'; readonly form: FormView }
  /** After an attempt: the first field with an error gets the focus. */
  | { readonly type: 'focus'; readonly field: string };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly revision: number; readonly field: string; readonly value: string | boolean }
  /** A field was left: now it may be told what is wrong with it. */
  | { readonly type: 'left'; readonly field: string }
  | { readonly type: 'review' }
  /** The answers become a resource of a Terraform project, and the cluster is left alone. */
  | { readonly type: 'write' }
  | { readonly type: 'retry' }
  | { readonly type: 'close' };
