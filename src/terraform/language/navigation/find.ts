import type { HclPosition, HclRange } from '../../syntax/index.ts';
import { calledFolder, declarationsOf, isValuesFile, type LocatedDeclaration, type Reference, referencesIn, type Target, targetAt, type ModuleFolder, type ModuleFolders } from '../names/index.ts';

/** A place in one of the modules' files. */
export interface Place {
  readonly file: string;
  readonly range: HclRange;
  /** In a `moved` or `removed` block, which tell what things were called once. */
  readonly past: boolean;
}

/** Where what is named at a position is declared; several places where files repeat a block. */
export function definitions(modules: ModuleFolders, folder: string, file: string, position: HclPosition): LocatedDeclaration[] {
  const module = modules.of(folder);
  const target = module === undefined ? undefined : targetAt(module, file, position);
  const home = target === undefined ? undefined : modules.of(target.folder);
  return target === undefined || home === undefined ? [] : [...declarationsOf(home, target.address)];
}

/** Where an address is referred to, in its own module and in those that call it. */
export function references(modules: ModuleFolders, { folder, address }: Target): Place[] {
  const own = modules.of(folder);
  const found = own === undefined ? [] : placesIn(own, (reference) => reference.through === undefined && reference.address === address);
  if (!address.startsWith('var.') && !address.startsWith('output.')) return found;
  for (const module of modules.all()) {
    const calls = new Set([...declarationsOf(module)].filter(({ kind, name }) => kind === 'module' && calledFolder(module, name) === folder).map(({ name }) => name));
    if (calls.size > 0) found.push(...placesIn(module, ({ through, address: named }) => through !== undefined && calls.has(through) && named === address));
  }
  return found;
}

function placesIn(module: ModuleFolder, wanted: (reference: Reference) => boolean): Place[] {
  return [...module.files].flatMap(([file, document]) => referencesIn(document, isValuesFile(file), wanted).map(({ range, past }) => ({ file, range, past })));
}
