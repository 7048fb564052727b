import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Driver, type Listening, NOT_REHEARSED, type Part, StepFailed, type TwinAccess } from '../../changes/index.ts';
import { probeCertificate, sameFingerprint } from '../../pve/index.ts';
import { plan, runTerraform, type RunSettings, stateText, TerraformFailed } from '../cli/index.ts';
import { actionOf, type PlanJson, provisioned, readPlanJson } from '../plan/index.ts';
import { forWorkspace, type Surroundings } from '../project/index.ts';
import { ApplyLog } from './apply-log.ts';
import type { KeptPlans } from './kept-plans.ts';
import { planIdIn } from './operation.ts';
import { copyProject, isProxmox } from './rehearsal-copy.ts';

export interface RehearsalOptions {
  readonly plans: KeptPlans;
  readonly surroundings: (folder: string) => Promise<Surroundings>;
}

/** Providers whose resources exist in the state only. */
const HARMLESS = /(?:^|\/)(?:random|tls|time|null|terraform)$/;
/** With more, all of the project is planned again. */
const MOST_TARGETS = 300;
/** A port at which nothing answers, for nodes whose SSH the twin has not: they are not to be met by chance. */
const NOWHERE = '127.0.0.1:1';

interface Ready {
  readonly settings: RunSettings;
  readonly program: string;
  readonly planFile: string;
  readonly parts: readonly Part[];
  readonly replaced: ReadonlySet<string>;
}

/**
 * Plans and applies what was reviewed once more: a copy of the project with a copy of its state, to a twin. The cluster and the project's own
 * state are only read.
 */
export function rehearsalDriver({ plans, surroundings }: RehearsalOptions, twin: TwinAccess): Driver {
  const ready = new Map<string, Ready>();
  return {
    async send(action, parameters, signal) {
      const id = planIdIn(parameters);
      try {
        ready.set(id, await prepare(id, action.parts ?? [], { plans, surroundings }, twin, signal));
      } catch (error) {
        throw error instanceof TerraformFailed ? new StepFailed(error.kind, error.message) : error;
      }
      return { upid: id };
    },
    async follow(upid, signal, listening) {
      const prepared = ready.get(upid);
      if (prepared === undefined) throw new StepFailed('not-started', 'The rehearsal was not begun.');
      await apply(prepared, signal, listening);
    },
    stop: () => Promise.resolve(),
    outcome: () => Promise.resolve('not-done'),
  };
}

async function prepare(id: string, parts: readonly Part[], { plans, surroundings }: RehearsalOptions, twin: TwinAccess, signal: AbortSignal): Promise<Ready> {
  const kept = await plans.find(id);
  const text = await readFile(plans.at(id).json, 'utf8').catch(() => undefined);
  if (kept === undefined || text === undefined) throw new StepFailed('stale-plan', 'The plan is not there any more. Plan again.');
  const reviewed = readPlanJson(text);
  const hosts = twin.client.connection.ssh?.hosts ?? {};
  const objection = objectionTo(reviewed, parts, Object.keys(hosts).length > 0);
  if (objection !== undefined) throw new StepFailed(NOT_REHEARSED, objection);

  const { terraform, folder, environment } = await surroundings(kept.folder);
  const state = await stateText(terraform.path, { folder, environment: forWorkspace(environment, kept.workspace), signal });
  const nodes = (await twin.client.get('/nodes')) as readonly { readonly node: string }[];
  const [endpoint = ''] = twin.client.connection.endpoints;
  const ssh = new Map(nodes.map(({ node }) => [node, hosts[node] ?? NOWHERE]));
  const copy = await copyProject(twin.home, { folder, environment, workspace: kept.workspace }, state, reviewed, { endpoint, ssh });
  const settings: RunSettings = { folder: copy.folder, environment: forWorkspace(await environmentOf(environment, endpoint, twin), kept.workspace), signal };
  const begun = await runTerraform(terraform.path, ['init', '-input=false', '-no-color', ...(copy.pluginFolder === undefined ? [] : [`-plugin-dir=${copy.pluginFolder}`])], settings);
  // A folder that never needed “init”, as with providers that are being developed, is planned without it.
  if (begun.exitCode !== 0 && copy.pluginFolder !== undefined) throw new TerraformFailed(begun.errors.trim() || begun.output.trim());
  const planFile = join(twin.home, 'rehearsed-plan');
  const addresses = reviewed.resource_changes.filter((change) => actionOf(change) !== undefined).map(({ address }) => address);
  const targets = kept.arguments.some((argument) => argument.startsWith('-target=')) || addresses.length > MOST_TARGETS ? [] : addresses.map((address) => `-target=${address}`);
  await plan(terraform.path, planFile, settings, ...kept.arguments, ...targets);
  return { settings, program: terraform.path, planFile, parts, replaced: new Set(parts.filter(({ action }) => action === 'replace').map((part) => part.id)) };
}

/** Why it cannot be tried on a copy: something beside the cluster would be changed, or what is needed is not there. */
function objectionTo(reviewed: PlanJson, parts: readonly Part[], hasSsh: boolean): string | undefined {
  const foreign = reviewed.resource_changes.filter((change) => change.mode !== 'data' && actionOf(change) !== undefined && change.provider_name !== undefined && !isProxmox(change.provider_name) && !HARMLESS.test(change.provider_name));
  if (foreign.length > 0) return `${foreign[0]!.address} is not of the cluster: applying it to a copy would change the real thing.`;
  const [program] = provisioned(reviewed);
  if (program !== undefined) return `${program} has provisioners, which would run for real.`;
  const nested = Object.values(reviewed.configuration?.provider_config ?? {}).find(({ name, full_name, module_address }) => isProxmox(full_name ?? name) && module_address !== undefined && module_address !== '');
  if (nested !== undefined) return `${nested.module_address ?? 'A module'} says itself where the cluster is, so it cannot be led to a copy.`;
  const overSsh = hasSsh ? undefined : parts.find(needsSsh);
  return overSsh === undefined ? undefined : `${overSsh.description} is done over SSH, which the copy has not.`;
}

/** Snippets, disks made from images, and maps of users are what the provider does on the nodes themselves. */
function needsSsh({ action, operations, attributes }: Part): boolean {
  if (action === 'import' || action === 'read' || action === 'destroy' || action === 'forget') return false;
  return operations.includes('storage.upload') || attributes.some(({ path, after }) => /^idmap\b/.test(path) || (/^disk\[\d+\]\.file_id$/.test(path) && typeof after === 'string' && after !== ''));
}

/** Nothing of what the real one is told, but that it is Terraform. */
async function environmentOf(own: NodeJS.ProcessEnv, endpoint: string, { client, secret, password, home }: TwinAccess): Promise<NodeJS.ProcessEnv> {
  const { authentication, trust } = client.connection;
  const { pem, sha256 } = await probeCertificate(endpoint);
  if (trust.kind !== 'fingerprint' || !sameFingerprint(sha256, trust.sha256)) throw new StepFailed(NOT_REHEARSED, 'The copy shows another certificate than its own.');
  const authorities = join(home, 'twin.pem');
  await writeFile(authorities, pem, { mode: 0o600 });
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !/^(?:PROXMOX_VE_|SSH_AUTH_SOCK$|TF_DATA_DIR$|TF_WORKSPACE$|TF_LOG|TF_CLI_ARGS)/.test(name)));
  const identity = authentication.kind === 'token' ? { PROXMOX_VE_API_TOKEN: `${authentication.tokenId}=${secret}` } : { PROXMOX_VE_USERNAME: authentication.user, PROXMOX_VE_PASSWORD: secret };
  return { ...kept, ...identity, PROXMOX_VE_ENDPOINT: endpoint, PROXMOX_VE_SSH_USERNAME: 'root', PROXMOX_VE_SSH_PASSWORD: password, SSL_CERT_FILE: authorities };
}

async function apply({ settings, program, planFile, parts, replaced }: Ready, signal: AbortSignal, { onLog, onParts }: Listening): Promise<void> {
  const log = new ApplyLog(replaced);
  const known = new Set(parts.map(({ id }) => id));
  const child = await runTerraform(program, ['apply', '-json', '-input=false', '-auto-approve', planFile], {
    ...settings, signal,
    onMessage: (message) => {
      // That it is confined to what was reviewed is how it is rehearsed, not how it is applied.
      if (message.kind === 'diagnostic' && message.diagnostic.severity === 'warning' && /may be incomplete/.test(message.diagnostic.summary)) return;
      const read = log.read(message);
      if (read === undefined) return;
      onLog([read.text]);
      onParts(Object.fromEntries(Object.entries(read.parts).filter(([part]) => known.has(part))));
    },
  });
  if (!log.complete) throw new StepFailed('apply-failed', log.errors || child.errors.trim() || 'Terraform was ended before it had finished.');
  onParts(Object.fromEntries([...known].filter((part) => log.parts.get(part)?.state !== 'done').map((part) => [part, { ...log.parts.get(part), state: 'done' as const }])));
}
