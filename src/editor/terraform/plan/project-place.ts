import { installedModules, jsonBlocks } from '../../../terraform/index.ts';
import { pick } from '../../questions/index.ts';
import type { HclDocuments } from '../documents/index.ts';
import { folderName } from '../folder-name.ts';
import type { TerraformProjects } from '../projects/index.ts';
import { callsFetched, callsIn, placesOf, type ProjectPlace } from './module-calls.ts';

/** Where a folder is planned from. Asks when several projects take it in; undefined when none of them was chosen. */
export async function projectPlace(folder: string, projects: TerraformProjects, documents: HclDocuments): Promise<ProjectPlace | undefined> {
  const folders = await projects.folders();
  const calls = await Promise.all(folders.map(async (each) => {
    const [code, json, installed] = await Promise.all([documents.inFolder(each), documents.jsonInFolder(each), installedModules(each, process.env)]);
    return [...callsIn(each, code.values(), [...json.values()].flatMap((text) => jsonBlocks(text) ?? [])), ...callsFetched(installed)];
  }));
  const places = placesOf(folder, calls.flat());
  if (places.length < 2) return places[0];
  const items = places.map((place) => ({ label: folderName(place.root), description: place.prefix, place }));
  return (await pick(items, { title: `${folderName(folder)} is a Module of Several Projects`, placeHolder: 'Choose a project' }))?.place;
}
