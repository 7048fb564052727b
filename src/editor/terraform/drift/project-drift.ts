import { type ManagedResource, needsConfig, type ProjectState, pullState, readStateFile, type ResourceDrift, rowIdOf, type ClusterView, standingOf, type StatePlace, statePlace } from '../../../terraform/index.ts';
import type { ProjectEnvironment } from '../projects/index.ts';

/** What hinders seeing drift in a project, in a sentence. */
export interface Hindrance {
  readonly kind: 'not-connected' | 'backend' | 'unreadable';
  readonly message: string;
}

/** One folder's project: what Terraform knows, and how each of its resources stands to the cluster. */
export class ProjectDrift {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #state: ProjectState | undefined;
  #place: StatePlace | undefined;
  #hindrance: Hindrance | undefined;
  #drifts: readonly ResourceDrift[] = [];
  #isKnown = false;

  /** @param environment may say which workspace Terraform works on, and where it keeps what belongs to the folder */
  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#environment = environment;
  }

  get drifts(): readonly ResourceDrift[] {
    return this.#drifts;
  }

  /** Whether it was compared at all. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  get hindrance(): Hindrance | undefined {
    return this.#hindrance;
  }

  get resources(): readonly ManagedResource[] {
    return this.#state?.resources ?? [];
  }

  /** Where the state is, once it was looked for. */
  get place(): StatePlace | undefined {
    return this.#place;
  }

  /** Reads the state where it is a file. One behind a backend stays as it was last read, for only Terraform can read it, until it is another one. */
  async readState(): Promise<void> {
    try {
      const before = this.#place;
      this.#place = await statePlace(this.folder, this.#environment);
      if (this.#place.kind === 'file') {
        this.#state = await readStateFile(this.#place.path);
        this.#hindrance = undefined;
      } else if (before?.kind !== 'backend' || before.identity !== this.#place.identity) {
        this.#state = undefined;
        this.#hindrance = { kind: 'backend', message: `The state is in a “${this.#place.type}” backend, which only Terraform reads.` };
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Has Terraform read the state, whatever the backend. @throws TerraformFailed */
  async pullState({ terraform, folder, environment }: Pick<ProjectEnvironment, 'terraform' | 'folder' | 'environment'>): Promise<void> {
    this.#place = await statePlace(folder, environment);
    this.#state = await pullState(terraform.path, { folder, environment });
    this.#hindrance = undefined;
  }

  /** Row ids of the guests whose configuration tells how the project's resources stand. */
  wanted(only: (resource: ManagedResource) => boolean = () => true): ReadonlySet<string> {
    return new Set(this.resources.filter((resource) => needsConfig(resource) && only(resource)).flatMap((resource) => rowIdOf(resource) ?? []));
  }

  /** @param cluster undefined where the folder has no connection */
  compare(cluster: ClusterView | undefined): void {
    this.#isKnown = true;
    if (cluster === undefined) {
      this.#drifts = [];
      this.#hindrance = { kind: 'not-connected', message: 'It is not said which cluster this folder is about.' };
      return;
    }
    if (this.#hindrance?.kind === 'not-connected') this.#hindrance = undefined;
    this.#drifts = this.resources.filter(({ type }) => type.startsWith('proxmox_')).map((resource) => standingOf(resource, cluster));
  }

  #fail(error: unknown): void {
    this.#state = undefined;
    this.#hindrance = { kind: 'unreadable', message: error instanceof Error ? error.message : String(error) };
  }
}
