// npm run bench [-- simulator refresh door rehearsal import language bundle host]: how fast, how big. Prints a table, writes out/bench.json, and ends with exit
// code 1 when a limit is broken. Ratios are of one run: absolute times mean little on a shared machine.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { externals } from './lib/externals.mjs';
import { installPackages, installTerraformLs, installTestTools, installVsCode } from './lib/install.mjs';
import { activationBundle } from './lib/activation-bundle.mjs';
import { node24, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const parts = {
  simulator: () => figuresOf('test/bench/simulator.ts'),
  refresh: () => figuresOf('test/bench/refresh.ts'),
  door: () => figuresOf('test/bench/door.ts'),
  rehearsal: () => figuresOf('test/bench/rehearsal.ts'),
  import: () => figuresOf('test/bench/import.ts'),
  async language() {
    await installTerraformLs();
    return figuresOf('test/bench/language.ts');
  },
  async bundle() {
    const { bytes } = activationBundle(JSON.parse(await readFile(join(root, 'out/metafile.json'), 'utf8')));
    return [{ name: 'bundle: the activation entry and what it imports statically', value: bytes / 1000, unit: 'kB', limit: 250 }];
  },
  async host() {
    await installTestTools();
    await installVsCode();
    await buildHostPart();
    return figuresOf('test/bench/in-host.ts');
  },
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part '${unknown.join("', '")}'. Choose from ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

await installPackages();
await run(node24, ['scripts/build.mjs'], { cwd: root, what: 'The build' });
const figures = [];
const failures = [];
for (const name of named.length > 0 ? named : Object.keys(parts)) {
  console.error(`measuring: ${name} …`);
  try {
    for (const figure of await parts[name]()) figures.push({ ...figure, passed: figure.limit === undefined || figure.value <= figure.limit });
  } catch (error) {
    failures.push({ part: name, reason: error.message });
  }
}
const passed = failures.length === 0 && figures.every((figure) => figure.passed);
await mkdir(join(root, 'out'), { recursive: true });
await writeFile(join(root, 'out/bench.json'), `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cpus: cpus().length, passed, figures, failures }, null, 2)}\n`);
printTable();
for (const { part, reason } of failures) console.log(`\n${part} could not be measured: ${reason}`);
process.exit(passed ? 0 : 1);

/** What a part prints as its last line; each part is a process of its own, so that none has another's garbage and warmth. */
function figuresOf(module) {
  return new Promise((resolve, reject) => {
    const child = spawn(node24, [join(root, module)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`${module} ended with exit code ${code}.`));
      else resolve(JSON.parse(output.trim().split('\n').at(-1)));
    });
  });
}

/** The part that runs inside the extension host, with the extension's own sources. */
async function buildHostPart() {
  const { build } = await import('esbuild');
  const outdir = join(root, 'out/bench/host');
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root, bundle: true, format: 'esm', platform: 'node', target: 'node22', external: externals, logLevel: 'warning', splitting: true, minify: true,
    entryPoints: ['test/bench/host/run.ts'], outdir,
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;" },
  });
  await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
}

function printTable() {
  const rows = figures.map(({ name, value, unit, limit, from, passed: ok }) => [
    name,
    `${value.toFixed(unit === '×' ? 2 : 1)} ${unit}`,
    limit === undefined ? '' : `≤ ${limit} ${unit}`,
    ok ? 'passed' : 'FAILED',
    Object.entries(from ?? {}).map(([key, part]) => `${key} ${part.toFixed(1)}`).join(', '),
  ]);
  const all = [['what', 'measured', 'limit', '', 'from'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) console.log(row.map((cell, column) => (column === 1 || column === 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd());
}
