// Where things are. Runs on Node 20 without node_modules.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const cacheFolder = process.env.PROXMOX_WORKBENCH_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'proxmox-workbench');

/** Node 24, the version VS Code's server is built for; comes with `npm ci`. */
export const node24 = join(root, 'node_modules/node/bin/node');
export const mocha = join(root, 'node_modules/mocha/bin/mocha.js');

const lock = () => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

/** The locked version of a package, e.g. `4.139.1`. */
export function lockedVersion(name) {
  const version = lock().packages[`node_modules/${name}`]?.version;
  if (!version) throw new Error(`package-lock.json names no version of ${name}.`);
  return version;
}

/** A VS Code server with its inner packages installed; shared by all checkouts with the same versions. */
export const vscodeFolder = () => join(cacheFolder, `vscode-${lockedVersion('code-server')}-node-${lockedVersion('node')}`);
export const vscodeServer = () => join(vscodeFolder(), 'out/server-main.js');

/** The Python packages that tests run against the simulator and the client. */
export const pythonPackages = ['proxmoxer==2.3.0', 'requests==2.32.5', 'fakepve[crypto]==0.5.0'];
export const pythonFolder = () => join(cacheFolder, `python-${pythonPackages.join('_').replaceAll(/[^\w.]+/g, '-')}`);
export const python = () => join(pythonFolder(), 'bin/python');

/** Debian's openssh-server, unpacked, where it is not installed. */
export const openSshFolder = () => join(cacheFolder, 'openssh-server');

/** Debian's PostgreSQL server, unpacked, where it is not installed. */
export const postgresFolder = () => join(cacheFolder, 'postgresql');

/** The folder with PostgreSQL's programs, installed or unpacked, the newest; undefined where there is none. */
export function postgresPrograms() {
  for (const base of ['/', postgresFolder()].map((each) => join(each, 'usr/lib/postgresql'))) {
    const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
    const programs = versions.map((version) => join(base, version, 'bin')).find((folder) => existsSync(join(folder, 'postgres')));
    if (programs !== undefined) return programs;
  }
  return undefined;
}

export const chromium = '/usr/bin/chromium';

/** The Terraform provider that most people use for Proxmox VE, built from source once. */
export const terraformProvider = { module: 'github.com/bpg/terraform-provider-proxmox', version: 'v0.111.1' };
export const terraformProviderFolder = () => join(cacheFolder, `terraform-provider-proxmox-${terraformProvider.version}`);
export const terraformProviderBinary = () => join(terraformProviderFolder(), 'terraform-provider-proxmox');

/** OpenTofu, built from source once where Terraform is missing. */
export const openTofu = { module: 'github.com/opentofu/opentofu', version: 'v1.12.6' };
export const openTofuFolder = () => join(cacheFolder, `opentofu-${openTofu.version}`);
export const openTofuBinary = () => join(openTofuFolder(), 'tofu');

/** HashiCorp's language server, which the benchmark compares with; the newest of which all modules are to be had. */
export const terraformLs = { module: 'github.com/hashicorp/terraform-ls', version: 'v0.39.0' };
export const terraformLsFolder = () => join(cacheFolder, `terraform-ls-${terraformLs.version}`);
export const terraformLsBinary = () => join(terraformLsFolder(), 'terraform-ls');
