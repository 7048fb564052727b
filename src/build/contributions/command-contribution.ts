/** https://code.visualstudio.com/api/references/contribution-points#contributes.commands */
export interface CommandContribution {
  readonly title: string;
  readonly icon?: string;
  /** Where the command palette offers it: always, never (it needs an item), or when. */
  readonly palette: 'always' | 'never' | { readonly when: string };
}
