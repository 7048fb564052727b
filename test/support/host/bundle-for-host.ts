import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { externals } from '../../../scripts/lib/externals.mjs';
import { root } from '../../../scripts/lib/paths.mjs';

/**
 * Bundles a module that is to run inside the extension host.
 * @param entry relative to the repository's root
 * @param folder absolute, where the bundle goes
 * @returns the bundle's absolute path
 */
export async function bundleForHost(entry: string, name: string, folder = join(root, 'out/test/ui')): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  const outfile = join(folder, `${name}.js`);
  await build({
    absWorkingDir: root, entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node22', external: externals, logLevel: 'warning',
    // CommonJS packages inside an ES module still ask for these.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;" },
  });
  return outfile;
}
