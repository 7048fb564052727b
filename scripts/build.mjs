// Builds dist/extension: the folder that is developed against, tested and packaged. Runs under Node 24, which reads
// the typed source of the package manifest directly. `--tests` also bundles the suites for the extension host.
import { build } from 'esbuild';
import { copyFile, cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { externals } from './lib/externals.mjs';
import { root } from './lib/paths.mjs';

const { values: options } = parseArgs({ options: { tests: { type: 'boolean', default: false } } });
const target = join(root, 'dist/extension');

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external: externals,
  logLevel: 'warning',
  // CommonJS packages inside an ES module still ask for `require` and `__dirname`.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;" },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const [extension] = await Promise.all([
  build({ ...shared, entryPoints: { extension: 'src/extension.ts' }, outdir: target, chunkNames: 'chunks/[name]-[hash]', splitting: true, minify: true, keepNames: true, metafile: true }),
  build({ ...shared, entryPoints: { simulator: 'src/simulator/main.ts' }, outdir: target, minify: true, keepNames: true }),
  buildWebviews(),
  writeManifest(),
  copyFile(join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), join(target, 'sql-wasm.wasm')),
  copyFile(join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm'), join(target, 'web-tree-sitter.wasm')),
  copyFile(join(root, 'node_modules/@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'), join(target, 'tree-sitter-terraform.wasm')),
  cp(join(root, 'media'), join(target, 'media'), { recursive: true }).then(copyTerraformGrammar),
  cp(join(root, 'snippets'), join(target, 'snippets'), { recursive: true }),
  ...['README.md', 'CHANGELOG.md', 'LICENSE'].filter((name) => existsSync(join(root, name))).map((name) => copyFile(join(root, name), join(target, name))),
]);
await mkdir(join(root, 'out'), { recursive: true });
await writeFile(join(root, 'out/metafile.json'), JSON.stringify(extension.metafile));
if (options.tests) await buildHostTests();

/** Each folder webview-ui/<name> with a main.ts becomes webview/<name>.js (and webview/<name>.css, if it imports styles). */
async function buildWebviews() {
  const entries = await Array.fromAsync(glob('webview-ui/*/main.ts', { cwd: root }));
  if (entries.length === 0) return;
  await build({
    ...shared, platform: 'browser', target: 'chrome120', external: [], banner: {}, minify: true,
    entryPoints: Object.fromEntries(entries.map((entry) => [basename(dirname(entry)), entry])),
    outdir: join(target, 'webview'),
  });
}

/** Terraform's grammar, and of the package's notices the one that goes with it. */
async function copyTerraformGrammar() {
  const [from, to] = [join(root, 'node_modules/tm-grammars'), join(target, 'media/language')];
  const notices = (await readFile(join(from, 'NOTICE'), 'utf8')).split(/^={20,}$/m);
  const notice = notices.find((text) => /^Files:.*\bterraform\.json\b/m.test(text));
  if (notice === undefined) throw new Error('The package tm-grammars no longer says what the licence of terraform.json is.');
  await copyFile(join(from, 'grammars/terraform.json'), join(to, 'terraform.tmLanguage.json'));
  await writeFile(join(to, 'terraform.tmLanguage.NOTICE.txt'), notice.trimStart());
}

async function writeManifest() {
  const { manifest } = await import(join(root, 'src/build/manifest.ts'));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(join(target, 'package.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
}

/** The suites that run inside the extension host; mocha itself is loaded by their entry point, test/host/run.ts. */
async function buildHostTests() {
  const entryPoints = await Array.fromAsync(glob('test/host/**/*.ts', { cwd: root }));
  const outdir = join(root, 'out/test/host');
  await rm(outdir, { recursive: true, force: true });
  await build({ ...shared, external: [...externals, 'mocha'], entryPoints, outbase: 'test/host', outdir, splitting: true, sourcemap: 'inline' });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
}
