import * as z from 'zod';

/** The plan is of a format made after this was written. */
export class UnknownPlanFormat extends Error {
  override readonly name = 'UnknownPlanFormat';
}

const path = z.array(z.union([z.string(), z.number()]));

const change = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(path).optional(),
  importing: z.object({ id: z.string().optional() }).optional(),
});

const resourceChange = z.object({
  address: z.string(),
  mode: z.string().optional(),
  type: z.string().default(''),
  name: z.string().default(''),
  provider_name: z.string().optional(),
  /** `deposed` objects are left over from a replacement that was interrupted. */
  deposed: z.string().optional(),
  previous_address: z.string().optional(),
  action_reason: z.string().optional(),
  change,
});
export type ResourceChange = z.infer<typeof resourceChange>;

const stateResource = z.object({ address: z.string(), mode: z.string().optional(), type: z.string(), values: z.record(z.string(), z.unknown()).optional(), depends_on: z.array(z.string()).optional() });
export type StateResource = z.infer<typeof stateResource>;
interface StateModule {
  readonly resources?: readonly StateResource[] | undefined;
  readonly child_modules?: readonly StateModule[] | undefined;
}
const stateModule: z.ZodType<StateModule> = z.lazy(() => z.object({ resources: z.array(stateResource).optional(), child_modules: z.array(stateModule).optional() }));

interface ConfigurationModule {
  readonly resources?: readonly { readonly address: string; readonly provisioners?: readonly unknown[] | undefined }[] | undefined;
  readonly module_calls?: Readonly<Record<string, { readonly module?: ConfigurationModule | undefined }>> | undefined;
}
const configurationModule: z.ZodType<ConfigurationModule> = z.lazy(() =>
  z.object({
    resources: z.array(z.object({ address: z.string(), provisioners: z.array(z.unknown()).optional() })).optional(),
    module_calls: z.record(z.string(), z.object({ module: configurationModule.optional() })).optional(),
  }));

const planJson = z.object({
  terraform_version: z.string().optional(),
  /** Whether it can be applied at all; told since Terraform 1.7. */
  applyable: z.boolean().optional(),
  /** Whether everything wanted is in it; a plan with `-target` is not complete. */
  complete: z.boolean().optional(),
  errored: z.boolean().optional(),
  resource_changes: z.array(resourceChange).default([]),
  /** What was found to be otherwise than the state had it. */
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
  prior_state: z.object({ values: z.object({ root_module: stateModule.optional() }).optional() }).optional(),
  configuration: z
    .object({
      provider_config: z.record(z.string(), z.object({ name: z.string(), full_name: z.string().optional(), alias: z.string().optional(), module_address: z.string().optional() })).default({}),
      root_module: configurationModule.optional(),
    })
    .optional(),
});
export type PlanJson = z.infer<typeof planJson>;

/**
 * Reads what `terraform show -json <plan file>` prints. Members that came with later minor versions of the format are passed over.
 * @throws UnknownPlanFormat for a major version of the format other than 1 (https://developer.hashicorp.com/terraform/internals/json-format)
 */
export function readPlanJson(text: string): PlanJson {
  const read = JSON.parse(text) as { readonly format_version?: unknown };
  const version = typeof read.format_version === 'string' ? read.format_version : undefined;
  if (version?.split('.')[0] !== '1') {
    throw new UnknownPlanFormat(`This plan’s format is ${version === undefined ? 'not told' : `version ${version}`}; version 1 is known here. Use an older Terraform, or a newer Proxmox Workbench.`);
  }
  return planJson.parse(read);
}

/** The resources of the state that the plan was made from, those of modules included. */
export function priorResources({ prior_state }: PlanJson): readonly StateResource[] {
  const all: StateResource[] = [];
  const walk = (module: StateModule | undefined): void => {
    all.push(...(module?.resources ?? []));
    module?.child_modules?.forEach(walk);
  };
  walk(prior_state?.values?.root_module);
  return all;
}

/** Addresses of resources whose code has provisioners, which run programs. */
export function provisioned({ configuration }: PlanJson): readonly string[] {
  const found: string[] = [];
  const walk = (module: ConfigurationModule | undefined): void => {
    for (const { address, provisioners } of module?.resources ?? []) if (provisioners !== undefined && provisioners.length > 0) found.push(address);
    for (const { module: called } of Object.values(module?.module_calls ?? {})) walk(called);
  };
  walk(configuration?.root_module);
  return found;
}
