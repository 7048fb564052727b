// Proves for a whole cluster that importing it into Terraform changes nothing; `npm run import-proof` starts it (scripts/import-proof.mjs).
// The cluster is in the environment: PROXMOX_VE_ENDPOINT, PROXMOX_VE_API_TOKEN, and PROXMOX_FINGERPRINT for a certificate that nobody signed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { currentRows } from '../inventory/index.ts';
import { createClient } from '../pve/index.ts';
import { collect, findTerraform, generateProject, prove, writeProject } from '../terraform/index.ts';
import { isProven, proofLines, proofTotal } from './proof-lines.ts';

/** Guests that the provider reads at once. */
const PARALLELISM = 32;

const { values: options } = parseArgs({ options: { terraform: { type: 'string' }, keep: { type: 'string' } } });

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
};

async function main(): Promise<boolean> {
  const endpoint = required('PROXMOX_VE_ENDPOINT');
  const [tokenId = '', secret] = required('PROXMOX_VE_API_TOKEN').split('=');
  const fingerprint = process.env['PROXMOX_FINGERPRINT'];
  const terraform = await findTerraform(process.env, options.terraform);
  if (terraform === undefined) throw new Error(options.terraform === undefined ? 'There is neither terraform nor tofu on the PATH. Install one of them.' : `${options.terraform} cannot be run as Terraform or OpenTofu.`);
  const client = createClient(
    { id: 'proof', name: endpoint, endpoints: [endpoint], authentication: { kind: 'token', tokenId }, trust: fingerprint === undefined ? { kind: 'system' } : { kind: 'fingerprint', sha256: fingerprint } },
    { secret: () => Promise.resolve(secret) },
  );
  const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'import-proof-')));
  try {
    const { source, notCollected } = await collect(await currentRows(client), client, { kind: 'cluster' });
    if (source.guests.length + notCollected.length === 0) throw new Error('There are no guests, so there is nothing to prove.');
    const project = generateProject(source, { fileFor: 'all' });
    const others = await writeProject(project, folder);
    if (others.length > 0) throw new Error(`${folder} has other files of these names: ${others.map(({ name }) => name).join(', ')}. Choose an empty folder.`);
    const started = performance.now();
    const report = await prove(project, { terraform, folder, environment: process.env, parallelism: PARALLELISM });
    const seconds = (performance.now() - started) / 1000;
    const lines = proofLines(source.guests, project, report, notCollected);
    for (const { text } of lines) console.log(text);
    for (const line of proofTotal(lines, report, `${terraform.product} ${terraform.version}`, seconds)) console.log(line);
    return isProven(lines);
  } finally {
    client.dispose();
    if (options.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
