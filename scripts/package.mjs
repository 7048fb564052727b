// npm run package: builds the extension and packs it as out/proxmox-workbench.vsix.
import { createVSIX } from '@vscode/vsce';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './lib/install.mjs';
import { node24, root } from './lib/paths.mjs';
import { run, step } from './lib/run.mjs';

export const vsix = join(root, 'out/proxmox-workbench.vsix');

/** Packs dist/extension, which has been built before. */
export async function pack() {
  await createVSIX({ cwd: join(root, 'dist/extension'), packagePath: vsix, dependencies: false, allowMissingRepository: true, skipLicense: false, rewriteRelativeLinks: false });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installPackages();
  await step('Build', () => run(node24, ['scripts/build.mjs'], { cwd: root, what: 'The build' }));
  await pack();
}
