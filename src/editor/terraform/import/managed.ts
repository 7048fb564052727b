import { type ManagedResource, pullState, readStateFile, statePlace } from '../../../terraform/index.ts';
import type { TerraformProjects } from '../projects/index.ts';

/** What a project's state has, wherever that is. Nothing where it cannot be read: then it cannot be planned either, and the proof says why. */
export async function managedIn(folder: string, projects: Pick<TerraformProjects, 'environment'>): Promise<readonly ManagedResource[]> {
  try {
    const place = await statePlace(folder, process.env);
    if (place.kind === 'file') return (await readStateFile(place.path))?.resources ?? [];
    const { terraform, environment } = await projects.environment(folder);
    return (await pullState(terraform.path, { folder, environment }))?.resources ?? [];
  } catch {
    return [];
  }
}
