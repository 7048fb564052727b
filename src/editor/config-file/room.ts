/** What is loaded when a configuration is first opened. */
export { compareWithRunning, compareWithSnapshot, editConfig, placeOf, revertPending } from './config-commands.ts';
export { ConfigFiles, type ConfigFileServices } from './config-files.ts';
export { markUnsaved, openConflict } from './conflict.ts';
export { DiagnosedDocuments } from './diagnosed-documents.ts';
export { completionsAt, hoverAt } from './language-features.ts';
export { pendingLenses } from './pending-lenses.ts';
