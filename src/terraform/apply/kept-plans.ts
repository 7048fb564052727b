import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';

const keptPlan = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  /** Of the project; absolute. */
  folder: z.string(),
  workspace: z.string(),
  /** ISO 8601, UTC. */
  created: z.iso.datetime(),
  /** SHA-256 of the plan file, lower-case hex. */
  sha256: z.string(),
  /** The state that it was made from; null when there was none. */
  state: z.strictObject({ serial: z.number(), lineage: z.string() }).nullable(),
  /** SHA-256 of the code and variables that it was made from, by file. */
  code: z.record(z.string(), z.string()),
  /** `-target=…`, `-var-file=…`, `-destroy`: to make it again. */
  arguments: z.array(z.string()),
  /** `terraform 1.11.4` */
  program: z.string(),
});

/** What is known of a plan that is kept, beside the plan itself. */
export type KeptPlan = z.infer<typeof keptPlan>;

const HOUR = 3600 * 1000;
/** Milliseconds after which a plan goes that nobody has applied. */
const PLAN_KEPT_FOR = 24 * HOUR;
/** Milliseconds after which nothing is known any more of how an apply went. */
const LOG_KEPT_FOR = 7 * 24 * HOUR;

/**
 * Plans between being made and being applied, in a folder that only the user can read: a plan file holds the secrets of the state. The same
 * folder has the log of the apply, from which any later process learns how far it came.
 */
export class KeptPlans {
  readonly #folder: string;

  /** @param folder absolute path, shared by all windows; made when it is first needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A place for a plan to be made. */
  async place(): Promise<PlanPlace> {
    await this.sweep();
    const place = this.at(randomUUID());
    await mkdir(place.folder, { recursive: true, mode: 0o700 });
    return place;
  }

  /** Where the files of a plan are, whether it is there or not. @throws RangeError for what is no id of a plan */
  at(id: string): PlanPlace {
    if (!z.uuid().safeParse(id).success) throw new RangeError(`“${id}” is no id of a plan.`);
    return placeIn(this.#folder, id);
  }

  async keep(plan: Omit<KeptPlan, 'version' | 'sha256'>): Promise<KeptPlan> {
    const place = this.at(plan.id);
    const kept: KeptPlan = { version: 1, ...plan, sha256: await sha256Of(place.planFile) };
    await writeFileAtomic(place.record, JSON.stringify(kept), { mode: 0o600 });
    return kept;
  }

  /** Undefined when it is not there any more. */
  async find(id: string): Promise<KeptPlan | undefined> {
    const text = await readFile(this.at(id).record, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : keptPlan.parse(JSON.parse(text));
  }

  /** Whether the plan file is still the one that was kept. */
  async isWhole({ id, sha256 }: KeptPlan): Promise<boolean> {
    return (await sha256Of(this.at(id).planFile).catch(() => '')) === sha256;
  }

  /** Takes away what is secret of a plan that was applied, or never can be; how it went stays for a while. */
  async used(id: string): Promise<void> {
    const { planFile, json } = this.at(id);
    await Promise.all([planFile, json].map((file) => rm(file, { force: true })));
  }

  /** Takes away a plan that nobody is going to apply. */
  async discard(id: string): Promise<void> {
    await rm(this.at(id).folder, { recursive: true, force: true });
  }

  /** Takes away what is too old. Done whenever a plan is made; and to be done once per session, since nobody may ever make another one. */
  async sweep(): Promise<void> {
    for (const id of await readdir(this.#folder).catch(() => [])) {
      if (!z.uuid().safeParse(id).success) continue;
      const { folder, planFile, log } = this.at(id);
      const age = async (file: string): Promise<number> => Date.now() - (await stat(file).then(({ mtimeMs }) => mtimeMs, () => Date.now()));
      const begun = await stat(log).then(() => true, () => false);
      if ((await age(folder)) > LOG_KEPT_FOR) await this.discard(id);
      // What has begun may still be followed.
      else if (!begun && (await age(planFile)) > PLAN_KEPT_FOR) await this.used(id);
    }
  }
}

/** Files of one plan. */
export interface PlanPlace {
  readonly id: string;
  readonly folder: string;
  /** For `terraform apply`. */
  readonly planFile: string;
  /** As `terraform show -json` tells it; secrets included. */
  readonly json: string;
  readonly record: string;
  /** What the apply prints with `-json`. */
  readonly log: string;
  readonly errors: string;
}

function placeIn(root: string, id: string): PlanPlace {
  const folder = join(root, id);
  return { id, folder, planFile: join(folder, 'plan'), json: join(folder, 'plan.json'), record: join(folder, 'record.json'), log: join(folder, 'apply.jsonl'), errors: join(folder, 'apply.err') };
}

async function sha256Of(file: string): Promise<string> {
  return createHash('sha256').update(await readFile(file)).digest('hex');
}
