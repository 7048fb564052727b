import type { Contribution, Driver } from '../../changes/index.ts';
import type { Connection } from '../../pve/index.ts';
import type { Surroundings } from '../project/index.ts';
import { applyDriver } from './driver.ts';
import type { KeptPlans } from './kept-plans.ts';
import { applyOperation, planIdIn } from './operation.ts';
import { rehearsalDriver } from './rehearsal.ts';

export interface TerraformContributionOptions {
  readonly plans: KeptPlans;
  /** How Terraform is run in a project's folder on that connection's cluster. Rejects when the folder belongs to another connection, or Terraform cannot be run. */
  readonly surroundings: (folder: string, connection: Connection) => Promise<Surroundings>;
  /** Seconds that an apply waits for the state's lock; default 10. */
  readonly lockTimeout?: number;
}

/** How Terraform goes through the one door: `openDoor({ contributions: [terraformContribution(…)] })`. */
export function terraformContribution({ plans, surroundings, lockTimeout }: TerraformContributionOptions): Contribution {
  return {
    operations: [applyOperation(plans)],
    drivers: (connection): { readonly terraform: Driver } => ({
      terraform: applyDriver({ plans, surroundings: (folder) => surroundings(folder, connection), ...(lockTimeout === undefined ? {} : { lockTimeout }) }),
    }),
    rehearsal: (twin) => ({ terraform: rehearsalDriver({ plans, surroundings: (folder) => surroundings(folder, twin.original) }, twin) }),
    async declined({ steps }) {
      for (const { driver, parameters } of steps) if (driver === 'terraform') await plans.discard(planIdIn(parameters));
    },
  };
}
