// npm test [-- lint unit host ui]: everything, or the named suites. Ends with the line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { runAgain } from './lib/again.mjs';
import { installOpenTofu, installPackages, installTerraformProvider, installTestTools, installVsCode } from './lib/install.mjs';
import { mocha, node24, openTofuBinary, openTofuFolder, python, root, terraformProviderFolder } from './lib/paths.mjs';

const bin = (name) => join(root, 'node_modules', name);
const results = join(root, 'out/results');

const suites = {
  async lint() {
    await check('eslint', [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']);
    await check('type check', [bin('typescript/bin/tsc'), '-p', '.']);
    await check('type check of the webviews', [bin('typescript/bin/tsc'), '-p', 'webview-ui']);
    await check('import rules', [bin('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.mjs', 'src']);
  },
  unit: () => runMocha('unit', ['test/unit/**/*.test.ts']),
  host: () => runReported('host', [join(root, 'test/support/host/run-in-host.ts')]),
  ui: () => runMocha('ui', ['test/ui/**/*.test.ts'], 180_000),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no suite '${unknown.join("', '")}'. Choose from ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}
const chosen = named.length > 0 ? named : Object.keys(suites);

const total = { passed: 0, failed: 0 };
const failures = [];
/** Tests that failed once and then passed. */
const flaky = [];
try {
  await installPackages();
  if (chosen.some((name) => name !== 'lint')) await installTestTools();
  if (chosen.includes('unit')) {
    await installTerraformProvider();
    await installOpenTofu();
  }
  if (chosen.includes('host') || chosen.includes('ui')) await installVsCode();
  await mkdir(results, { recursive: true });
  for (const name of chosen) {
    console.log(`\n— ${name}`);
    if (name !== 'lint') await check('build', ['scripts/build.mjs', '--tests'], { counted: false });
    await suites[name]();
  }
} catch (error) {
  fail(error.message);
}
if (flaky.length > 0) console.log(`\nFlaky, which is a defect: failed once, and passed when their file was run again:\n${flaky.map((line) => `  ${line}`).join('\n')}`);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

function fail(reason, count = 1) {
  total.failed += count;
  failures.push(reason);
}

/** A command that passes or fails as a whole. */
async function check(name, args, { counted = true } = {}) {
  const code = await spawned(args);
  if (code !== 0) fail(`${name}: exit code ${code}`);
  else if (counted) total.passed++;
  if (counted) console.log(`  ${code === 0 ? '✔' : '✘'} ${name}`);
}

/**
 * @param timeout milliseconds for one test: generous, because the machine may be busy and nothing waits by the clock
 */
async function runMocha(name, files, timeout = 20_000) {
  const run = (chosen) => {
    if (chosen) console.log(`\n— ${name}, once more: ${chosen.map((file) => basename(file)).join(', ')}`);
    return reported(chosen ? `${name}-again` : name, [mocha, '--reporter', 'test/support/reporter.cjs', '--require', 'test/support/property-seed.ts', '--forbid-only', '--exit', '--timeout', String(timeout), ...(chosen ?? files)]);
  };
  const ran = await runAgain(run);
  flaky.push(...ran.flaky.map((title) => `${name}: ${title}`));
  count(name, ran);
}

async function runReported(name, args) {
  count(name, await reported(name, args));
}

/** A run that leaves its counts in a file. */
async function reported(name, args) {
  const file = join(results, `${name}.json`);
  await rm(file, { force: true });
  const code = await spawned(args, { PROXMOX_WORKBENCH_RESULTS: file });
  return { code, result: existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined };
}

/** No result, no tests, or a skipped test: a failure with its reason. */
function count(name, { code, result }) {
  if (!result) return fail(`${name}: the suite ended with exit code ${code} before it had a result`);
  const [passed, failed] = [result.passed.length, result.failed.length];
  total.passed += passed;
  if (failed > 0) fail(`${name}: ${failed} failed, see above`, failed);
  for (const title of result.skipped) fail(`${name}: skipped: ${title}`);
  if (passed + failed === 0) fail(`${name}: no test ran`);
  else if (code !== 0 && failed === 0) fail(`${name}: exit code ${code} although every test passed`);
}

function spawned(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(node24, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env, PROXMOX_WORKBENCH_PYTHON: python(), PROXMOX_WORKBENCH_TERRAFORM_PROVIDER: terraformProviderFolder(), ...openTofuEnvironment() } });
    child.on('exit', (code, signal) => resolve(code ?? signal));
    child.on('error', (error) => resolve(error.message));
  });
}

/** Where OpenTofu was built, it comes last on the PATH. */
function openTofuEnvironment() {
  return existsSync(openTofuBinary()) ? { PATH: `${process.env.PATH ?? ''}${delimiter}${openTofuFolder()}`, PROXMOX_WORKBENCH_TOFU: openTofuBinary() } : {};
}
