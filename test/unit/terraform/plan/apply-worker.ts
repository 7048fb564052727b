// Runs a proposal through the door as an extension host would, to be killed in the middle: apply-worker.ts <file with {home, simulator, surroundings, proposal}>
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, systemClock } from '../../../../src/base/index.ts';
import type { Proposal } from '../../../../src/changes/index.ts';
import { Runs } from '../../../../src/changes/run/index.ts';
import { KeptPlans, type Surroundings, terraformContribution } from '../../../../src/terraform/index.ts';

const { home, surroundings, proposal, connection } = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as {
  home: string; surroundings: Surroundings; proposal: Proposal; connection: Parameters<ReturnType<typeof terraformContribution>['drivers']>[0];
};
const contribution = terraformContribution({ plans: new KeptPlans(join(home, 'plans')), surroundings: () => Promise.resolve(surroundings) });
const runs = new Runs({
  folder: join(home, 'runs'), driversOf: () => Promise.resolve(contribution.drivers(connection)), secrets: { secret: () => Promise.resolve(undefined) },
  audit: () => Promise.resolve(), clock: systemClock, logger: silentLogger,
});
await (await runs.start(proposal)).ended;
process.exit(0);
