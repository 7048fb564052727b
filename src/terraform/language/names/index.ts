export { declarationsIn, nameAt, referencesIn } from './document-names.ts';
export { type Declared, declaredIn, withJson } from './declared.ts';
export { calledFolder, calledFolders, callersOf, callsElsewhere, codeIn, declarationsOf, type FetchedModule, folderOfCall, isFetched, isValuesFile, type LocatedDeclaration, type Target, targetAt, type ModuleFolder, type ModuleFolders, sourceOf } from './modules.ts';
export { jsonIn, jsonText, mayBeOverridden, mayHoldInJson } from './json-files.ts';
export { inRegistry } from './sources.ts';
export { type Declaration, type DeclarationKind, iteratorOf, type Reference, sectionNames } from './section-names.ts';
