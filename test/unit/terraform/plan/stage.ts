import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '../../../../src/base/index.ts';
import { type Asking, type Journal, openDoor, PolicySource, type Proposal } from '../../../../src/changes/index.ts';
import { type Inventory, openInventory } from '../../../../src/inventory/index.ts';
import type { PveClient } from '../../../../src/pve/index.ts';
import { init, KeptPlans, type MadePlan, makePlan, type PlanRequest, type Surroundings, terraformContribution } from '../../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../../../support/terraform-project.ts';

const sqlWasm = join(import.meta.dirname, '../../../../node_modules/sql.js/dist/sql-wasm.wasm');

export const PROVIDER = 'terraform {\n  required_providers {\n    proxmox = {\n      source = "bpg/proxmox"\n    }\n  }\n}\nprovider "proxmox" {}\n';

export const TYPE = 'proxmox_virtual_environment_vm';

/** A VM with one disk. @param more lines of its own */
export function vm(label: string, vmid: number, { memory = 512, size = 1, more = '' }: { readonly memory?: number; readonly size?: number; readonly more?: string } = {}): string {
  return `
resource "${TYPE}" "${label}" {
  name            = "${label}"
  node_name       = "pve1"
  vm_id           = ${vmid}
  stop_on_destroy = true
  memory {
    dedicated = ${memory}
  }
  disk {
    datastore_id = "local-lvm"
    interface    = "scsi0"
    size         = ${size}
  }
${more}}
`;
}

/** For {@link vm}: only after another one. */
export const behind = (label: string): string => `  depends_on = [${TYPE}.${label}]\n`;

/** The states of a run's resources, by their labels. */
export function partStates({ steps }: Journal): Record<string, string> {
  const [step] = Object.values(steps);
  return Object.fromEntries(Object.entries(step?.parts ?? {}).map(([id, { state }]) => [id.replace(/^.*\./, ''), state]));
}

export function failure({ steps }: Journal): { readonly kind: string; readonly message: string } {
  return Object.values(steps)[0]?.error ?? { kind: '', message: '' };
}

/** The real Terraform and provider, a simulator, and the door between them. */
export class Stage {
  readonly real: RealTerraform;
  readonly simulator: SpawnedSimulator;
  readonly environment: NodeJS.ProcessEnv;
  readonly client: PveClient;
  readonly inventory: Inventory;
  readonly home: string;
  readonly plans: KeptPlans;
  readonly policies = new PolicySource(silentLogger);
  readonly door: ReturnType<typeof openDoor>;
  readonly asking: Asking;

  private constructor(real: RealTerraform, simulator: SpawnedSimulator, environment: NodeJS.ProcessEnv, home: string, inventory: Inventory) {
    this.real = real;
    this.simulator = simulator;
    this.environment = environment;
    this.client = simulatorClient(simulator);
    this.home = home;
    this.inventory = inventory;
    this.plans = new KeptPlans(join(home, 'plans'));
    this.asking = { connection: this.client.connection, origin: 'person', surface: 'test' };
    this.door = this.openDoor();
  }

  static async set(...options: string[]): Promise<Stage> {
    const [real, simulator, home] = await Promise.all([realTerraform(), spawnSimulator(...options), mkdtemp(join(tmpdir(), 'plan-'))]);
    const inventory = await openInventory({ folder: join(home, 'inventory'), sqlWasm, logger: silentLogger });
    return new Stage(real, simulator, await real.environmentFor(simulator), home, inventory);
  }

  /** As another window opens it. */
  openDoor(): ReturnType<typeof openDoor> {
    const { client, inventory, policies, home } = this;
    return openDoor({
      connection: (id) => (id === client.connection.id ? client.connection : undefined),
      client: () => Promise.resolve(client), inventory: () => Promise.resolve(inventory), policies, secrets: { secret: () => Promise.resolve(undefined) },
      runsFolder: join(home, 'runs'), auditFolder: join(home, 'audit'), clock: systemClock, logger: silentLogger,
      contributions: [this.contribution()],
    });
  }

  contribution(): ReturnType<typeof terraformContribution> {
    return terraformContribution({ plans: this.plans, surroundings: (folder) => Promise.resolve(this.at(folder)) });
  }

  at(folder: string): Surroundings {
    return { terraform: this.real.terraform, folder, environment: this.environment };
  }

  /** A project of one file, initialised. */
  async project(name: string, code: string): Promise<string> {
    const folder = await this.real.projectFolder(name);
    await this.write(folder, code);
    await init(this.real.terraform.path, { folder, environment: this.environment });
    return folder;
  }

  async write(folder: string, code: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'main.tf'), `${PROVIDER}${code}`);
  }

  plan(folder: string, request: Partial<PlanRequest> = {}): Promise<MadePlan> {
    return makePlan({ ...this.at(folder), ...request }, this.plans);
  }

  /** Plans and proposes; the inventory is as the cluster is. */
  async propose(folder: string, request: Partial<PlanRequest> = {}): Promise<Proposal> {
    const { wish } = await this.plan(folder, request);
    if (wish === undefined) throw new Error('There is nothing to apply.');
    await this.inventory.refresh(this.client.connection, this.client);
    return this.door.propose(this.asking, [wish]);
  }

  /** Where the plan is kept that a proposal is about. */
  placeOf({ steps }: Proposal): ReturnType<KeptPlans['at']> {
    const plan = steps.find(({ driver }) => driver === 'terraform')?.parameters['plan'];
    return this.plans.at(typeof plan === 'string' ? plan : '');
  }

  /** Ids of all plans that are kept. */
  keptPlans(): Promise<string[]> {
    return readdir(join(this.home, 'plans')).then((ids) => ids.sort(), () => []);
  }

  async strike(): Promise<void> {
    this.door.dispose();
    this.client.dispose();
    this.inventory.dispose();
    await this.simulator.stop();
    await this.real.dispose();
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}
