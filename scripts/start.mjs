// npm start: the embedded cluster and a real VS Code that shows it.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, installVsCode } from './lib/install.mjs';
import { cacheFolder, node24, root } from './lib/paths.mjs';
import { run, step } from './lib/run.mjs';
import { freePort, startServer, workbenchUrl } from './lib/server.mjs';
import { startSimulator } from './lib/simulator.mjs';

const help = `npm start -- [--port N] [--no-open] [--cluster URL] [--folder DIR]

  --port N       the port of VS Code; default: a free one
  --no-open      do not open a browser
  --cluster URL  connect to this cluster instead of the demo. The environment may carry PROXMOX_TOKEN_ID
                 (user@realm!name) and PROXMOX_TOKEN_SECRET; otherwise the add-connection wizard asks.
  --folder DIR   the folder to open; default: an empty one`;

let options;
try {
  ({ values: options } = parseArgs({
    options: {
      port: { type: 'string' },
      open: { type: 'boolean', default: true },
      cluster: { type: 'string' },
      folder: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowNegative: true,
  }));
  if (options.port !== undefined && !(Number.isInteger(Number(options.port)) && Number(options.port) >= 1 && Number(options.port) <= 65535)) {
    throw new Error(`--port takes a number from 1 to 65535, not '${options.port}'.`);
  }
  if (options.cluster !== undefined && !URL.canParse(options.cluster)) throw new Error(`--cluster takes an address such as https://pve1.example.org:8006, not '${options.cluster}'.`);
} catch (error) {
  console.error(`${error.message}\n\n${help}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}

const started = [];
let stopping;
function stopAll(code) {
  stopping ??= (async () => {
    for (const part of started.reverse()) await part.stop();
    process.exit(code);
  })();
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stopAll(0));

try {
  const port = await freePort(options.port === undefined ? 0 : Number(options.port));
  await installPackages();
  await installVsCode();
  await step('Build', () => run(node24, ['scripts/build.mjs'], { cwd: root, what: 'The build' }));
  const extension = join(root, 'dist/extension');
  const cluster = options.cluster === undefined ? await demoCluster(join(extension, 'simulator.js')) : ownCluster(options.cluster);
  const folder = options.folder === undefined ? join(cacheFolder, 'workspace') : resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const server = await startServer({
    port,
    // One for all runs, so that settings and layout stay; a second VS Code beside it takes another port and its own.
    dataFolder: join(cacheFolder, options.port === undefined ? 'start' : `start-${port}`),
    env: { PROXMOX_WORKBENCH_CLUSTER: JSON.stringify(cluster), PROXMOX_TOKEN_SECRET: undefined },
  });
  started.push(server);
  void server.exited.then((reason) => {
    if (stopping) return;
    console.error(`VS Code’s server ended (${reason}).`);
    void stopAll(1);
  });
  const url = workbenchUrl(port, { folder, extension });
  console.log(`Proxmox Workbench: ${url}`);
  if (options.open) openBrowser(url);
} catch (error) {
  console.error(error.message);
  await stopAll(1);
}

async function demoCluster(entry) {
  const simulator = await startSimulator(entry, ['--ssh-port', '0']);
  started.push(simulator);
  const { url, fingerprint, tokenId, tokenSecret, sshNodes, sshFingerprint, password } = simulator;
  return { name: 'Demo cluster', url, fingerprint, tokenId, tokenSecret, sshNodes, sshFingerprint, sshPassword: password };
}

function ownCluster(url) {
  return { url, tokenId: process.env.PROXMOX_TOKEN_ID, tokenSecret: process.env.PROXMOX_TOKEN_SECRET };
}

function openBrowser(url) {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  // Without a desktop there is nothing to open it with; the address is on the screen either way.
  spawn(command, [url], { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
}
