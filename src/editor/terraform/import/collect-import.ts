import { generateProject, type Collected, type ExistingProject, type ImportOptions, type NotCollected, type ProjectFiles } from '../../../terraform/index.ts';
import type { ImportedThing } from './outcome.ts';

/** What is written, and what is told of it. */
export interface PreparedImport {
  readonly project: ProjectFiles;
  readonly things: readonly ImportedThing[];
  readonly known: readonly ImportedThing[];
  readonly leftOut: readonly NotCollected[];
}

/**
 * Makes the code of what was collected, beside what a project has: guests that stand in it are left as they are there.
 * @param existing what the project has
 * @param moved whether the code goes into files that are there: then names of files are not made different
 */
export function prepareImport({ source, notCollected }: Collected, existing: ExistingProject, fileFor: ImportOptions['fileFor'], moved = false): PreparedImport {
  const isKnown = (vmid: number): boolean => existing.guests.has(vmid);
  const guests = source.guests.filter(({ vmid }) => !isKnown(vmid));
  const project = generateProject({ ...source, guests }, { fileFor, existing: moved ? { ...existing, files: new Set() } : existing });
  const titleOf = (kind: 'qemu' | 'lxc', vmid: number, name: unknown): string => `${kind === 'qemu' ? 'VM' : 'Container'} ${vmid}${typeof name === 'string' && name !== '' ? ` ${name}` : ''}`;
  const titles = new Map<string, string>([
    ...source.guests.map(({ kind, vmid, config }) => [`${kind}/${vmid}`, titleOf(kind, vmid, config[kind === 'qemu' ? 'name' : 'hostname'])] as const),
    ...source.pools.map(({ poolid }) => [`/pool/${poolid}`, `Pool ${poolid}`] as const),
  ]);
  return {
    project,
    things: [...project.addresses].map(([id, address]) => ({ address, title: titles.get(id) ?? address })),
    known: source.guests.flatMap(({ kind, vmid }) => {
      const address = existing.guests.get(vmid);
      return address === undefined ? [] : [{ address, title: titles.get(`${kind}/${vmid}`) ?? '' }];
    }),
    leftOut: notCollected,
  };
}
