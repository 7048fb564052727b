export { declarationsIn, nameAt, referencesIn } from './document-names.ts';
export { type Declared, declaredIn } from './declared.ts';
export { calledFolder, callersOf, codeIn, declarationsOf, folderOfCall, isValuesFile, localFolders, localSource, type LocatedDeclaration, type Target, targetAt, type ModuleFolder, type ModuleFolders } from './modules.ts';
export { type Declaration, type DeclarationKind, iteratorOf, type Reference, sectionNames } from './section-names.ts';
