import { join } from 'node:path';
import { Uri } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Contribution } from '../../changes/index.ts';
import type { KeptPlans } from '../../terraform/index.ts';
import { registerCommand, setContext } from '../contributed.ts';
import { commandIds } from '../ids.ts';
import { HclDocuments } from './documents/index.ts';
import { registerDrift } from './drift/register-drift.ts';
import { type NewGuest, registerImport } from './import/index.ts';
import { registerPlan } from './plan/register-plan.ts';
import { registerTerraformLanguage } from './language/index.ts';
import { TerraformProjects } from './projects/index.ts';
import type { TerraformOptions, TerraformServices } from './services.ts';

export interface RegisteredTerraform extends Disposable {
  /** What Terraform brings to the door: proposing and applying plans. */
  contribution(): Promise<Contribution>;
  /** Adds a guest that is not there yet to a project that the person chooses. @returns whether it was written @throws Error, PveError */
  writeNewGuest(guest: NewGuest): Promise<boolean>;
}

/** Registers all that has to do with Terraform. What is behind it is loaded when it is first used. */
export function registerTerraform(options: TerraformOptions): RegisteredTerraform {
  const store = new DisposableStore();
  const { clusters, memory, storage, extensionUri } = options;
  const projects = store.add(new TerraformProjects({ clusters, memory, storage }));
  const documents = store.add(new HclDocuments(extensionUri));
  let keeping: Promise<KeptPlans> | undefined;
  const plans = (): Promise<KeptPlans> => (keeping ??= import('../../terraform/index.ts').then(({ KeptPlans }) => new KeptPlans(join(storage, 'plans'))));
  const services: TerraformServices = { ...options, projects, documents, plans };
  store.add(registerCommand(commandIds.connectTerraformFolder, async (given?: unknown) => {
    const { askFolder, connectFolder } = await import('./connect-folder.ts');
    const folder = typeof given === 'string' ? given : folderGiven(projects, given) ?? (await askFolder(projects, 'Connect Terraform Folder'));
    if (folder !== undefined) await connectFolder(projects, clusters, folder);
  }));
  const tell = async (): Promise<void> => {
    const folders = await projects.folders();
    setContext('proxmox.terraformFolders', folders.map((folder) => Uri.file(folder).path));
    setContext('proxmox.hasTerraform', folders.length > 0);
  };
  store.add(projects.onDidChange(() => void tell()));
  void tell();
  store.add(registerPlan(services, store.add(registerDrift(services))));
  store.add(registerTerraformLanguage(services));
  store.add(registerImport(services));
  return {
    dispose: () => store.dispose(),
    async contribution() {
      const [{ terraformContribution }, kept] = await Promise.all([import('../../terraform/index.ts'), plans()]);
      return terraformContribution({ plans: kept, surroundings: (folder, connection) => projects.environmentOn(folder, connection) });
    },
    async writeNewGuest(guest) {
      const { writeNewGuest } = await import('./import/write-new-guest.ts');
      return await writeNewGuest(services, guest);
    },
  };
}

/** The folder of what a menu gives, a file or a folder, or of what a lens is about. */
function folderGiven(projects: TerraformProjects, given: unknown): string | undefined {
  const uri = typeof given === 'object' && given !== null && 'uri' in given ? given.uri : given;
  return uri instanceof Uri ? projects.folderOf(uri) : undefined;
}
