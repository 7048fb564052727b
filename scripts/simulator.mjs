// npm run simulator -- [options]: the simulated cluster, straight from the sources.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installPackages } from './lib/install.mjs';
import { node24, root } from './lib/paths.mjs';

await installPackages();
const child = spawn(node24, [join(root, 'src/simulator/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
