import type { HclPosition, HclRange } from '../../syntax/index.ts';
import type { FileEdit } from '../module.ts';
import { calledFolders, declarationsOf, type Declaration, isFetched, type Target, targetAt, type ModuleFolder, type ModuleFolders } from '../names/index.ts';
import { references } from '../navigation/index.ts';

/** What would be renamed, or why nothing can be. */
export type Renameable = (Target & { readonly at: HclRange; readonly name: string }) | { readonly refused: string };

export type Renamed = { readonly changes: readonly FileEdit[] } | { readonly refused: string };

/** https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers */
const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

/** https://developer.hashicorp.com/terraform/language/values/variables#declaring-an-input-variable */
const NO_VARIABLE = new Set(['source', 'version', 'providers', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals']);

/** What the name at a position belongs to, when it can be renamed. */
export function prepareRename(modules: ModuleFolders, folder: string, file: string, position: HclPosition): Renameable {
  const module = modules.of(folder);
  const target = module === undefined ? undefined : targetAt(module, file, position);
  if (target === undefined) return { refused: 'Only variables, locals, outputs, modules, resources and data sources have a name to change. Put the cursor on one.' };
  if (target.folder !== folder && isFetched(modules, target.folder)) return { refused: `${target.address} is a name in a module that was fetched, and is not this project’s to change.` };
  const home = modules.of(target.folder);
  const [declaration] = home === undefined ? [] : declarationsOf(home, target.address);
  if (declaration === undefined) return { refused: `${target.address} is not declared in this workspace.` };
  return { ...target, name: declaration.name };
}

/**
 * All that has to be written otherwise for another name.
 * @param applied whether the module may have a state: resources and module calls that are in it then get a `moved` block, without
 *   which Terraform destroys what has the old name and creates it anew (https://developer.hashicorp.com/terraform/language/moved)
 */
export function rename(modules: ModuleFolders, folder: string, file: string, position: HclPosition, name: string, applied: boolean): Renamed {
  const prepared = prepareRename(modules, folder, file, position);
  if ('refused' in prepared) return prepared;
  if (!IDENTIFIER.test(name)) return { refused: `“${name}” is not a name: letters, digits, _ and - are allowed, and it begins with a letter or _.` };
  const home = modules.of(prepared.folder);
  const own = home === undefined ? [] : [...declarationsOf(home, prepared.address)];
  const [first] = own;
  if (home === undefined || first === undefined || name === first.name) return { changes: [] };
  if (first.kind === 'variable' && NO_VARIABLE.has(name)) return { refused: `“${name}” has a meaning of its own in a module call and cannot be the name of a variable.` };
  const unread = namedInJson(modules, home, first);
  if (unread !== undefined) return { refused: `${fileName(unread)} may name ${first.name}, and is not changed with the rest. Rename it by hand.` };
  const address = addressWith(first, name);
  for (const taken of declarationsOf(home, address)) return { refused: `${address} is declared already: ${fileName(taken.file)}, line ${taken.nameRange.start.line + 1}.` };

  const moves = applied && (first.kind === 'resource' || first.kind === 'module');
  const changes: FileEdit[] = own.map(({ file: where, nameRange }) => ({ file: where, range: nameRange, text: name }));
  // What things were called once stays true.
  for (const place of references(modules, prepared)) if (!(moves && place.past)) changes.push({ file: place.file, range: place.range, text: name });
  if (moves) {
    const { end } = first.range;
    changes.push({ file: first.file, range: { start: end, end }, text: `\n\nmoved {\n  from = ${first.address}\n  to   = ${address}\n}` });
  }
  return { changes };
}

/** A file of JSON of the module, or of one that calls it, in which the name stands. */
function namedInJson(modules: ModuleFolders, home: ModuleFolder, { name }: Declaration): string | undefined {
  const word = new RegExp(`(?<![\\p{ID_Continue}-])${name}(?![\\p{ID_Continue}-])`, 'u');
  const around = [home, ...[...modules.all()].filter((module) => calledFolders(module).includes(home.folder))];
  for (const { json } of around) for (const [file, text] of json ?? []) if (word.test(text)) return file;
  return undefined;
}

function addressWith({ address, name }: Declaration, other: string): string {
  return `${address.slice(0, address.length - name.length)}${other}`;
}

function fileName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
