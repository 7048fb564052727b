// npm run import-proof -- [options]: a cluster is imported into Terraform; what would the import change?
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, installTerraformProvider } from './lib/install.mjs';
import { node24, root, terraformProviderFolder } from './lib/paths.mjs';
import { startSimulator } from './lib/simulator.mjs';
import { providerMirror, simulatorEnvironment } from './lib/terraform.mjs';

const help = `npm run import-proof -- [--guests N] [--nodes N] [--seed S] [--generated N] [--load DIR] [--tofu] [--keep DIR]

  --guests N     guests of the demo cluster (default 200)
  --nodes N      nodes of the demo cluster (default 2; of three and more one is switched off)
  --seed S       the same seed gives the same cluster (default 1)
  --generated N  instead of the demo, N guests that use every option there is, and one for each thing that the provider cannot read
  --load DIR     instead of the demo, the guests of an /etc/pve-shaped folder
  --tofu         OpenTofu instead of Terraform
  --keep DIR     leave the project there

Prints one line per guest: vmid type empty|residue attribute,…|unsupported option,…, and a total. After an attribute stands what applying
it would do to the guest that runs: attribute:restart, reboot, pending (at the next start), fails, disk-lost or recreated.
Ends with 0 when every plan is empty, guests that the provider cannot read (they are named) left aside; with 1 when not, and with 2 when nothing was proven.`;

let options;
try {
  ({ values: options } = parseArgs({
    options: {
      guests: { type: 'string', default: '200' },
      nodes: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      generated: { type: 'string' },
      load: { type: 'string' },
      tofu: { type: 'boolean', default: false },
      keep: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }));
  if (options.load !== undefined && options.generated !== undefined) throw new Error('Give either --load or --generated.');
  for (const name of ['guests', 'nodes', 'seed', 'generated']) {
    if (options[name] !== undefined && !/^\d+$/.test(options[name])) throw new Error(`--${name} takes a whole number, not '${options[name]}'.`);
  }
} catch (error) {
  console.error(`${error.message}\n\n${help}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}
if (options.load !== undefined) {
  const found = await stat(options.load).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    console.error(`--load ${options.load}: ${found === undefined ? 'there is no such folder' : 'this is no folder'}.`);
    process.exit(2);
  }
}

await installPackages();
await installTerraformProvider();
const folder = await mkdtemp(join(tmpdir(), 'import-proof-'));
let simulator;
try {
  let load = options.load;
  if (options.generated !== undefined) {
    load = join(folder, 'pve');
    await runNode('test/support/write-generated-guests.ts', [load, options.generated, options.seed], {});
  }
  simulator = await startSimulator(join(root, 'src/simulator/main.ts'), load === undefined ? ['--guests', options.guests, '--nodes', options.nodes, '--seed', options.seed] : ['--load', load]);
  // What it could not read of the files, line by line.
  if (simulator.errors() !== '') console.error(simulator.errors().trimEnd());
  const environment = { ...(await providerMirror(folder, terraformProviderFolder())), ...(await simulatorEnvironment(folder, simulator)), PROXMOX_FINGERPRINT: simulator.fingerprint };
  const more = [...(options.tofu ? ['--terraform', process.env.PROXMOX_WORKBENCH_TOFU ?? 'tofu'] : []), ...(options.keep === undefined ? [] : ['--keep', options.keep])];
  process.exitCode = await runNode('src/cli/import-proof.ts', more, environment);
} catch (error) {
  console.error(error.message.replaceAll('\n', ' ').trim());
  process.exitCode = 2;
} finally {
  await simulator?.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Runs a module of ours to its end. @returns {Promise<number>} its exit code */
function runNode(module, args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(node24, [join(root, module), ...args], { stdio: 'inherit', env: { ...process.env, ...environment } });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
