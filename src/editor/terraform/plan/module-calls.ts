import { isAbsolute, resolve } from 'node:path';
import type { HclDocument, InstalledModules, JsonBlock } from '../../../terraform/index.ts';

/** A `module` block of one folder that takes in another folder of this machine: one that it names, or into which the module was fetched. */
export interface ModuleCall {
  readonly from: string;
  readonly name: string;
  readonly to: string;
}

/** The folder that Terraform runs in for the sake of another, and what the latter's resources are called from there. */
export interface ProjectPlace {
  readonly root: string;
  /** `module.site.module.disks`; empty for the root itself. */
  readonly prefix: string;
}

/** Modules that a folder's files call by a path. @param json what stands in its files of JSON */
export function callsIn(folder: string, documents: Iterable<HclDocument>, json: readonly JsonBlock[] = []): readonly ModuleCall[] {
  const written = [...documents].flatMap(({ blocks }) => blocks.flatMap(({ type, labels: [name = ''], body }) => {
    const source = type === 'module' ? body.attributes.find((attribute) => attribute.name === 'source')?.value : undefined;
    return source?.kind === 'string' ? [{ name, source: source.value }] : [];
  }));
  const inJson = json.flatMap(({ type, labels: [name = ''], body: { source } }) => (type === 'module' && typeof source === 'string' ? [{ name, source }] : []));
  return [...written, ...inJson].flatMap(({ name, source }) => (name !== '' && (/^\.{1,2}[\\/]/.test(source) || isAbsolute(source)) ? [{ from: folder, name, to: resolve(folder, source) }] : []));
}

/** Modules that were fetched for a project. */
export function callsFetched(installed: InstalledModules): readonly ModuleCall[] {
  return [...installed].flatMap(([from, calls]) => [...calls].map(([name, { folder }]) => ({ from, name, to: folder })));
}

/** From where a folder is planned: by itself unless something calls it, otherwise from every root that does. */
export function placesOf(folder: string, calls: readonly ModuleCall[]): readonly ProjectPlace[] {
  const places: ProjectPlace[] = [];
  const climb = (at: string, prefix: readonly string[], seen: readonly string[]): void => {
    const callers = calls.filter(({ to, from }) => to === at && !seen.includes(from));
    if (callers.length === 0) places.push({ root: at, prefix: prefix.join('.') });
    for (const { from, name } of callers) climb(from, [`module.${name}`, ...prefix], [...seen, from]);
  };
  climb(folder, [], [folder]);
  return places;
}

/** An address of a folder as it is called from the root; the module itself for the folder's files. */
export function addressFrom({ prefix }: ProjectPlace, address: string | undefined): string | undefined {
  if (prefix === '') return address;
  return address === undefined ? prefix : `${prefix}.${address}`;
}
