/** The simulator as a program; see docs/simulator.md. */
import { readFile } from 'node:fs/promises';
import { createDemoCluster } from './demo/index.ts';
import { type Faults, noFaults, readFaults } from './faults/index.ts';
import { selfSigned } from './http/certificate.ts';
import { loadCluster, saveCluster } from './load-save/index.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { type RunningSimulator, serve } from './simulator.ts';
import { seededRandom } from './state/create-cluster.ts';
import { applyTwin, readTwinFile } from './twin/index.ts';

/** The editor keeps our standard input open for as long as it wants us: when it closes, even by a crash, we end. */
function whenParentEnds(end: () => void): void {
  if (process.stdin.isTTY) return;
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdin.resume();
}

async function run(options: Options): Promise<void> {
  const { seed, pace, json } = options;
  const report = (message: string): void => void process.stderr.write(`${message}\n`);
  // Read before the cluster is made, asked by its tasks afterwards.
  const faults: Faults = options.faults === undefined ? noFaults : await readFaults(options.faults, seededRandom(seed + 2));
  const settings = { seed, pace, fault: faults.forTask };
  const { cluster, credentials } = options.load === undefined ? createDemoCluster({ ...settings, nodes: options.nodes, guests: options.guests }) : await loadCluster(options.load, settings, report);
  if (options.twin !== undefined) applyTwin(cluster, await readTwinFile(options.twin));
  const certificate = await selfSigned([...cluster.nodes.keys()]);
  const { sshPort, sshKeys } = options;
  const ssh = sshPort === undefined ? {} : { ssh: { port: sshPort, seed, authorizedKeys: sshKeys === undefined ? '' : await readFile(sshKeys, 'utf8') } };
  const simulator = await serve({ cluster, certificate, port: options.port, host: options.host, latency: options.latency, faults, report, ...ssh });
  const { save } = options;
  const store = async (): Promise<void> => {
    if (save !== undefined) await saveCluster(save, cluster);
  };
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void store()
      .catch((error: unknown) => {
        report(`The cluster could not be saved: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      })
      .then(() => simulator.close())
      .finally(() => process.exit());
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGUSR2', () => void store().catch((error: unknown) => report(String(error))));
  if (json) whenParentEnds(end);
  const { url } = simulator;
  const { fingerprint } = certificate;
  if (json) console.log(JSON.stringify({ url, fingerprint, ...credentials, ...sshAddresses(simulator) }));
  else console.log(`Simulated Proxmox VE cluster: ${url}\n  fingerprint  ${fingerprint}\n  user         ${credentials.user}\n  password     ${credentials.password}\n  API token    ${credentials.tokenId}=${credentials.tokenSecret}${sshLines(simulator, options.host)}`);
}

function sshAddresses({ ssh }: RunningSimulator): object {
  return ssh === undefined ? {} : { sshPort: [...ssh.ports.values()][0], sshFingerprint: ssh.fingerprint, sshNodes: Object.fromEntries(ssh.ports) };
}

function sshLines({ ssh }: RunningSimulator, host: string): string {
  return ssh === undefined ? '' : `\n  SSH          root@${host}, host key ${ssh.fingerprint}${[...ssh.ports].map(([node, port]) => `\n    ${node.padEnd(12)} port ${port}`).join('')}`;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await run(options);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof UsageError) process.stderr.write(`${message}\n${USAGE}\n`);
  else process.stderr.write(`${code === 'EADDRINUSE' ? 'The port is in use. Choose another with --port, or 0 for any free one.' : message}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
