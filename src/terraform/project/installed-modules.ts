import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import * as z from 'zod';
import { dataFolder } from './project.ts';

/** A module that `init` has fetched. */
export interface InstalledModule {
  /** As Terraform writes it: `registry.terraform.io/acme/vm/proxmox`, `git::https://github.com/acme/vm.git`. */
  readonly source: string;
  /** Absolute path. */
  readonly folder: string;
}

/** By the folder of the module that calls them, and by the name of the call. */
export type InstalledModules = ReadonlyMap<string, ReadonlyMap<string, InstalledModule>>;

/** What `init` writes down of the modules in use, those in folders beside the project among them. What is no entry is left out. */
const entry = z.object({ Key: z.string().catch(''), Source: z.string().catch(''), Dir: z.string() });
const modulesFile = z.object({ Modules: z.array(entry.nullable().catch(null)) });

async function entries(folder: string, environment: NodeJS.ProcessEnv): Promise<readonly z.infer<typeof entry>[]> {
  try {
    const { Modules } = modulesFile.parse(JSON.parse(await readFile(join(modulesFolder(folder, environment), 'modules.json'), 'utf8')));
    return Modules.filter((one) => one !== null);
  } catch {
    // There is none, or Terraform itself will say what is wrong with it.
    return [];
  }
}

const modulesFolder = (folder: string, environment: NodeJS.ProcessEnv): string => join(dataFolder(folder, environment), 'modules');

/** The folders of all modules that a project uses, itself among them; as they are written down, wherever that is. */
export async function moduleFolders(folder: string, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  return (await entries(folder, environment)).map(({ Dir }) => resolve(folder, Dir));
}

/**
 * The modules that were fetched for a project, from a registry or a repository. Those in folders of the project are followed by their paths; an
 * entry that leads out of the folder into which `init` fetches is no fetched module.
 * @param folder of the project, in which `init` ran
 */
export async function installedModules(folder: string, environment: NodeJS.ProcessEnv): Promise<InstalledModules> {
  const all = await entries(folder, environment);
  const within = modulesFolder(folder, environment) + sep;
  const places = new Map(all.map(({ Key, Dir }) => [Key, resolve(folder, Dir)]));
  places.set('', resolve(folder));
  const found = new Map<string, Map<string, InstalledModule>>();
  for (const { Key, Source, Dir } of all) {
    const dot = Key.lastIndexOf('.');
    const caller = places.get(dot === -1 ? '' : Key.slice(0, dot));
    const place = resolve(folder, Dir);
    if (Key === '' || caller === undefined || !place.startsWith(within)) continue;
    const calls = found.get(caller) ?? new Map<string, InstalledModule>();
    // One module may be called several times: what it calls is the same each time.
    if (!calls.has(Key.slice(dot + 1))) calls.set(Key.slice(dot + 1), { source: Source, folder: place });
    found.set(caller, calls);
  }
  return found;
}

/** The project for which a folder of fetched code was fetched, where its path tells. */
export function fetchedFor(folder: string): string | undefined {
  const at = folder.indexOf(join(sep, '.terraform', 'modules') + sep);
  return at === -1 ? undefined : folder.slice(0, at) || sep;
}
