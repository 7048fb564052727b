import { resolve, sep } from 'node:path';
import type { HclBlock, HclDocument, HclPosition } from '../../syntax/index.ts';
import { declares } from './declared.ts';
import { declarationsIn, nameAt } from './document-names.ts';
import { jsonIn } from './json-files.ts';
import type { Declaration } from './section-names.ts';
import { isLocal, isSameSource } from './sources.ts';

/** The files of one folder, which Terraform reads as one. */
export interface ModuleFolder {
  /** Absolute path. */
  readonly folder: string;
  /** By absolute path: `*.tf`, `*.tofu` and `*.tfvars`. */
  readonly files: ReadonlyMap<string, HclDocument>;
  /** The texts of `*.tf.json` and `*.tofu.json`, by absolute path. */
  readonly json?: ReadonlyMap<string, string> | undefined;
  /** The modules that were fetched for its calls, by their names. */
  readonly fetched?: ReadonlyMap<string, FetchedModule> | undefined;
}

/** A module that `init` has fetched from a registry or a repository. */
export interface FetchedModule {
  /** As Terraform writes it. */
  readonly source: string;
  /** Absolute path. */
  readonly folder: string;
}

/** The modules that are known. */
export interface ModuleFolders {
  of(folder: string): ModuleFolder | undefined;
  all(): Iterable<ModuleFolder>;
}

/** Something declared, and the file it is in. */
export interface LocatedDeclaration extends Declaration {
  readonly file: string;
}

/** What is meant by a name: an address in a module. */
export interface Target {
  readonly folder: string;
  readonly address: string;
}

/** Whether a file only gives values to variables. */
export function isValuesFile(file: string): boolean {
  return file.endsWith('.tfvars');
}

/** The files of a module that hold code. */
export function* codeIn({ files }: ModuleFolder): Generator<HclDocument> {
  for (const [file, document] of files) if (!isValuesFile(file)) yield document;
}

/** What a module declares: of one address, when it is given. */
export function* declarationsOf(module: ModuleFolder, address?: string): Generator<LocatedDeclaration> {
  for (const [file, document] of module.files) {
    if (isValuesFile(file) || (address !== undefined && !declares(document, address))) continue;
    for (const declaration of declarationsIn(document)) if (address === undefined || declaration.address === address) yield { ...declaration, file };
  }
}

/** The folder that a module call takes its module from: a local one (`./…`, `../…`), or one that was fetched; undefined when it is not here. */
export function calledFolder(module: ModuleFolder, call: string): string | undefined {
  for (const document of module.files.values()) {
    for (const block of document.blocks) {
      const folder = block.labels[0] === call ? folderOfCall(module, block) : undefined;
      if (folder !== undefined) return folder;
    }
  }
  return undefined;
}

/** {@link calledFolder} for a block that may be a module call. */
export function folderOfCall(module: ModuleFolder, block: HclBlock): string | undefined {
  const source = block.type === 'module' ? sourceOf(block) : undefined;
  return source === undefined ? undefined : folderOfSource(module, block.labels[0], source);
}

function folderOfSource({ folder, fetched }: ModuleFolder, call: string | undefined, source: string): string | undefined {
  if (isLocal(source)) return resolve(folder, source);
  const found = fetched?.get(call ?? '');
  // What was fetched from elsewhere is not what the code says now.
  return found !== undefined && isSameSource(source, found.source) ? found.folder : undefined;
}

/** The folders of the modules that a module calls, as far as they are here. */
export function calledFolders(module: ModuleFolder): string[] {
  const found = new Set<string>();
  for (const document of module.files.values()) {
    for (const block of document.blocks) {
      const folder = folderOfCall(module, block);
      if (folder !== undefined) found.add(folder);
    }
  }
  for (const { type, labels, body } of jsonIn(module)) {
    const folder = type === 'module' && typeof body['source'] === 'string' ? folderOfSource(module, labels[0], body['source']) : undefined;
    if (folder !== undefined) found.add(folder);
  }
  return [...found];
}

/** Whether a module calls some that are not here. */
export function callsElsewhere(module: ModuleFolder): boolean {
  return [...codeIn(module)].some(({ blocks }) => blocks.some((block) => block.type === 'module' && folderOfCall(module, block) === undefined));
}

/** The modules that call one, themselves or through others; not the module itself, whatever calls it. */
export function callersOf(modules: ModuleFolders, folder: string): ModuleFolder[] {
  const calls = [...modules.all()].map((module) => ({ module, called: calledFolders(module) }));
  const found = new Set<ModuleFolder>();
  const wanted = [folder];
  for (const one of wanted) {
    for (const { module, called } of calls) {
      if (module.folder === folder || found.has(module) || !called.includes(one)) continue;
      found.add(module);
      wanted.push(module.folder);
    }
  }
  return [...found];
}

/** Whether a folder is one into which modules were fetched, or lies in one: what is in there is not the project's own. */
export function isFetched(modules: ModuleFolders, folder: string): boolean {
  return [...modules.all()].some(({ fetched }) => [...(fetched?.values() ?? [])].some((one) => folder === one.folder || folder.startsWith(one.folder + sep)));
}

/** Where a call says that its module comes from. */
export function sourceOf(call: HclBlock): string | undefined {
  const source = call.body.attributes.find(({ name }) => name === 'source')?.value;
  return source?.kind === 'string' ? source.value : undefined;
}

/** What the name at a position means, and where exactly it stands. */
export function targetAt(module: ModuleFolder, file: string, position: HclPosition): (Target & { readonly at: Declaration['nameRange'] }) | undefined {
  const document = module.files.get(file);
  const found = document === undefined ? undefined : nameAt(document, isValuesFile(file), position);
  if (found === undefined) return undefined;
  if ('declaration' in found) return { folder: module.folder, address: found.declaration.address, at: found.declaration.nameRange };
  const { address, through, range } = found.reference;
  const folder = through === undefined ? module.folder : calledFolder(module, through);
  return folder === undefined ? undefined : { folder, address, at: range };
}
