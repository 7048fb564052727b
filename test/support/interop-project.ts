import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import type { PveClient } from '../../src/pve/index.ts';
import type { Terraform } from '../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from './spawned-simulator.ts';
import { realTerraform, simulatorClient } from './terraform-project.ts';

/** A project in code that somebody might have written, against a simulator of its own over real TLS and SSH. */
export interface InteropProject {
  readonly simulator: SpawnedSimulator;
  readonly client: PveClient;
  readonly folder: string;
  /** Runs a command, and demands its exit code; 2 is a plan with changes. Gives what it printed. */
  ends(code: number, command: string, ...args: string[]): Promise<string>;
  /** Ids of the volumes on a storage of `pve1`. */
  volumes(storage: string, content?: string): Promise<string[]>;
  dispose(): Promise<void>;
}

/** @param code the folder with the project's code. @param args more for the simulator */
export async function interopProject(code: string, args: readonly string[], product?: Terraform['product']): Promise<InteropProject> {
  const real = await realTerraform(product);
  const simulator = await spawnSimulator('--pace', '0.05', '--ssh-port', '0', ...args);
  const client = simulatorClient(simulator);
  const folder = await real.projectFolder('project');
  await cp(code, folder, { recursive: true });
  const volumes = async (storage: string, content?: string): Promise<string[]> =>
    ((await client.get(`/nodes/pve1/storage/${storage}/content`, content === undefined ? {} : { content })) as { volid: string }[]).map(({ volid }) => volid);
  const template = (await volumes('local', 'vztmpl')).find((volume) => volume.includes('debian'));
  assert.ok(template, 'The demo has no Debian template.');
  const environment = {
    ...(await real.environmentFor(simulator)),
    TF_IN_AUTOMATION: '1', TF_INPUT: '0', TF_VAR_password: simulator.password, TF_VAR_ports: JSON.stringify(simulator.sshNodes), TF_VAR_template: template,
  };
  const ends = (wanted: number, command: string, ...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(real.terraform.path, [command, '-no-color', ...words], { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        const ended = error === null ? 0 : error.code;
        if (ended === wanted) resolve(stdout);
        else reject(new Error(`${[command, ...words].join(' ')} ended with ${String(ended)}: ${`${stdout}\n${stderr}`.slice(-6000)}`));
      });
    });
  const dispose = async (): Promise<void> => {
    await simulator.stop();
    await real.dispose();
  };
  await ends(0, 'init').catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return { simulator, client, folder, ends, volumes, dispose };
}
