/** JSON Schema with VS Code's own keywords (scope, order, markdownDescription, enumDescriptions). */
export type SettingContribution = Readonly<Record<string, unknown>> & { readonly scope: 'application' | 'machine' | 'window' };
