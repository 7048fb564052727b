import { isAbsolute, resolve } from 'node:path';
import type { HclDocument, InstalledModules } from '../../../terraform/index.ts';

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

/** Modules that a folder's files call by a path. */
export function callsIn(folder: string, documents: Iterable<HclDocument>): readonly ModuleCall[] {
  return [...documents].flatMap(({ blocks }) => blocks.flatMap(({ type, labels: [name = ''], body }) => {
    const source = type === 'module' ? body.attributes.find((attribute) => attribute.name === 'source')?.value : undefined;
    if (name === '' || source?.kind !== 'string' || !(/^\.{1,2}[\\/]/.test(source.value) || isAbsolute(source.value))) return [];
    return [{ from: folder, name, to: resolve(folder, source.value) }];
  }));
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
