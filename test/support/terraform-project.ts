import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { providerMirror, simulatorEnvironment } from '../../scripts/lib/terraform.mjs';
import { createClient, type PveClient } from '../../src/pve/index.ts';
import { findTerraform, type Terraform } from '../../src/terraform/index.ts';
import type { SpawnedSimulator } from './spawned-simulator.ts';

/** The real Terraform with the real provider, which `terraform init` finds without a network. */
export interface RealTerraform {
  readonly terraform: Terraform;
  /** Holds everything below; a folder for each project is made by {@link projectFolder}. */
  readonly folder: string;
  /** Without a cluster: enough for `init`, `validate`, `fmt` and `providers schema`. */
  readonly environment: NodeJS.ProcessEnv;
  /** A new folder for a project. */
  projectFolder(name: string): Promise<string>;
  /** What a project needs to reach the simulator: address, token, and its certificate as the only authority. */
  environmentFor(simulator: SpawnedSimulator): Promise<NodeJS.ProcessEnv>;
  /** Runs it in a folder, with what it needs to reach the simulator. Rejects when it fails. */
  run(simulator: SpawnedSimulator, folder: string, ...args: readonly string[]): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * @param product default: Terraform, or OpenTofu where there is none. OpenTofu is looked for at `PROXMOX_WORKBENCH_TOFU` before the PATH
 * @throws AssertionError that says what is not there
 */
export async function realTerraform(product?: Terraform['product']): Promise<RealTerraform> {
  const provider = process.env['PROXMOX_WORKBENCH_TERRAFORM_PROVIDER'];
  assert.ok(provider, 'PROXMOX_WORKBENCH_TERRAFORM_PROVIDER names no folder with the provider; npm test builds one');
  const terraform = await findTerraform(process.env, product === 'tofu' ? (process.env['PROXMOX_WORKBENCH_TOFU'] ?? 'tofu') : undefined);
  assert.ok(terraform !== undefined && terraform.product === (product ?? terraform.product), `There is no ${product ?? 'terraform and no tofu'} on the PATH.`);
  const folder = await mkdtemp(join(tmpdir(), 'terraform-project-'));
  const environment = { ...process.env, ...(await providerMirror(folder, provider)) };
  const environmentFor = async (simulator: SpawnedSimulator): Promise<NodeJS.ProcessEnv> => ({ ...environment, ...(await simulatorEnvironment(folder, simulator)) });
  return {
    terraform, folder, environment, environmentFor,
    async projectFolder(name) {
      const at = join(folder, name);
      await mkdir(at);
      return at;
    },
    async run(simulator, cwd, ...args) {
      await promisify(execFile)(terraform.path, [...args, '-input=false', '-no-color'], { cwd, env: await environmentFor(simulator) });
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The product's own client of a spawned simulator. */
export function simulatorClient({ url, fingerprint, tokenId, tokenSecret }: SpawnedSimulator): PveClient {
  return createClient(
    { id: 'simulator', name: 'Simulator', endpoints: [url], authentication: { kind: 'token', tokenId }, trust: { kind: 'fingerprint', sha256: fingerprint } },
    { secret: () => Promise.resolve(tokenSecret) },
  );
}
