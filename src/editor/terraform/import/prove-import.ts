import { type Message, type ProjectFiles, prove } from '../../../terraform/index.ts';
import type { TerraformProjects } from '../projects/index.ts';
import { failure } from './failure.ts';
import type { Proof } from './outcome.ts';

export interface Proven {
  readonly proof: Proof;
  /** “Terraform 1.11.4” */
  readonly program?: string;
}

interface Proving {
  readonly signal: AbortSignal;
  /** Told what is being done, in words. */
  readonly tell: (doing: string) => void;
  readonly variableFiles: readonly string[];
}

/** Runs init and plan in a folder. Never rejects: what went wrong is the proof. */
export async function proveImport(projects: TerraformProjects, folder: string, project: ProjectFiles, { signal, tell, variableFiles }: Proving): Promise<Proven> {
  let program: string | undefined;
  try {
    const { terraform, environment } = await projects.environment(folder);
    program = `${terraform.product === 'tofu' ? 'OpenTofu' : 'Terraform'} ${terraform.version}`;
    tell('Fetching the provider…');
    const report = await prove(project, { terraform, folder, environment, signal, variableFiles, onMessage: progress(project, tell) });
    return { proof: { kind: 'planned', report }, program };
  } catch (error) {
    return { proof: signal.aborted ? { kind: 'cancelled' } : failure(error, { folder, connection: projects.connectionOf(folder)?.id }), ...(program !== undefined && { program }) };
  }
}

/** How many of the resources have been read. */
function progress({ addresses }: ProjectFiles, tell: (doing: string) => void): (message: Message) => void {
  const read = new Set<string>();
  tell('Reading the cluster…');
  return (message) => {
    if (message.kind !== 'progress' || message.type !== 'refresh_complete' || message.address === undefined) return;
    read.add(message.address);
    tell(`Reading the cluster: ${read.size} of ${Math.max(read.size, addresses.size)}`);
  };
}
