export { closest } from './closest.ts';
export { type ConfigLine, type LineSpan, type OptionLine, propertiesOf, readConfigDocument, type Span } from './config-document.ts';
export { type ConfigChanges, configChanges, isUnchanged, keptByProxmox, type RefusedChange } from './config-changes.ts';
export { type AnsweredConfig, configText, type PendingOption, pendingOptions } from './config-text.ts';
export { complete, type Completion } from './completion.ts';
export { type ConfigDiagnostic, diagnose, type DiagnoseOptions, type KnownNames, type Severity } from './diagnostics.ts';
export { type ConfigHover, hover } from './hover.ts';
export { type ContentType, type LiveName, type LiveNames, noLiveNames } from './live-names.ts';
