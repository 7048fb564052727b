import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { providersSchema } from '../cli/index.ts';
import type { InstalledProvider } from './installed-provider.ts';
import type { ProviderSchema } from './model.ts';
import { readSchemas } from './read-schema.ts';

const SOURCE = 'bpg/proxmox';

export interface ReadSettings {
  /** Absolute path of Terraform or OpenTofu. */
  readonly program: () => Promise<string>;
  readonly environment: NodeJS.ProcessEnv;
  /** Absolute path of a folder of this user's, where schemas are kept by the provider's version and content. */
  readonly storage: string;
  readonly signal: AbortSignal;
}

/**
 * What a folder's own provider allows: from disk when it was read before, otherwise from the provider. Terraform is run in a folder of
 * its own that has the same provider, so that neither the backend nor the state is touched, and code that is broken does not matter.
 * @throws Error with why it cannot be read; TerraformFailed; whatever `program` throws
 */
export async function readInstalled(provider: InstalledProvider, { program, environment, storage, signal }: ReadSettings): Promise<ProviderSchema> {
  const kept = join(storage, `${provider.version}-${provider.key}.json`);
  const before = await readFile(kept, 'utf8').catch(() => undefined);
  if (before !== undefined) {
    try {
      return schemaIn(before, provider);
    } catch {
      // Broken on disk: it is read anew and written over.
    }
  }
  if (!provider.installed) throw new Error('It is not installed: run “terraform init” in the folder.');
  const printed = await print(provider, await program(), environment, signal);
  const schema = schemaIn(printed, provider);
  await mkdir(storage, { recursive: true });
  // Other windows may read it at this moment.
  const fresh = `${kept}.${String(process.pid)}`;
  await writeFile(fresh, printed);
  await rename(fresh, kept);
  return schema;
}

async function print({ address, version, providers, lock }: InstalledProvider, path: string, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proxmox-workbench-schema-'));
  try {
    await mkdir(join(folder, '.terraform'));
    // A junction needs no privilege on Windows; elsewhere the type is of no account.
    await symlink(providers, join(folder, '.terraform/providers'), 'junction');
    await writeFile(join(folder, '.terraform.lock.hcl'), lock);
    await writeFile(join(folder, 'main.tf'), `terraform {\n  required_providers {\n    proxmox = {\n      source  = "${address}"\n      version = "${version}"\n    }\n  }\n}\n`);
    const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !/^TF_(?:DATA_DIR|WORKSPACE|CLI_ARGS.*)$/.test(name)));
    return await providersSchema(path, { folder, environment: own, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws Error with why it is none */
function schemaIn(text: string, { version }: InstalledProvider): ProviderSchema {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('What Terraform printed is not JSON.');
  }
  const format = z.looseObject({ format_version: z.string() }).safeParse(json).data?.format_version;
  // https://developer.hashicorp.com/terraform/internals/json-format: minor versions only add.
  if (format !== undefined && !/^[01]\./.test(format)) throw new Error(`Terraform printed it in the format ${format}, which is not known here.`);
  let found: ProviderSchema | undefined;
  try {
    found = readSchemas(json).get(SOURCE);
  } catch {
    throw new Error('What Terraform printed is no schema of providers.');
  }
  if (found === undefined || found.resources.size === 0) throw new Error(`What Terraform printed says nothing about ${SOURCE}.`);
  return { ...found, version };
}
