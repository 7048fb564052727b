import { strict as assert } from 'node:assert';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { postgresFolder, postgresPrograms } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/server.mjs';

/** Debian's user that owns nothing: the server refuses to run as root. */
const NOBODY = 65_534;

/** PostgreSQL's own server on a free port of the loopback, with an empty database and a password. */
export class PostgresServer {
  /** `postgres://…`, with the password. */
  readonly url: string;
  readonly password: string;
  readonly #folder: string;
  readonly #programs: string;
  readonly #port: number;
  readonly #identity: { readonly uid?: number; readonly gid?: number };
  #process: ChildProcess | undefined;

  private constructor(folder: string, programs: string, port: number, password: string) {
    this.#folder = folder;
    this.#programs = programs;
    this.#port = port;
    this.password = password;
    this.url = `postgres://terraform:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
    this.#identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  }

  static async set(): Promise<PostgresServer> {
    const installed = postgresPrograms();
    assert.ok(installed, 'There is no PostgreSQL server; npm test unpacks one.');
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    const server = new PostgresServer(folder, await reachable(installed, folder), await freePort(), randomUUID());
    const password = join(folder, 'password');
    await writeFile(password, `${server.password}\n`);
    if (server.#identity.uid !== undefined) for (const path of [folder, password]) await chown(path, NOBODY, NOBODY);
    const options = ['--username=terraform', `--pwfile=${password}`, '--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--no-sync'];
    await promisify(execFile)(join(server.#programs, 'initdb'), ['-D', join(folder, 'data'), ...options], { ...server.#identity, cwd: folder, env: server.#environment });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', jit: 'off', dynamic_shared_memory_type: 'mmap' };
    const child = spawn(join(this.#programs, 'postgres'), ['-D', join(this.#folder, 'data'), '-p', String(this.#port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
      ...this.#identity, cwd: this.#folder, env: this.#environment, stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
        if (/ready to accept connections/.test(errors)) resolve();
      });
      child.once('error', reject).once('exit', () => reject(new Error(`PostgreSQL did not start: ${errors}`)));
    });
    this.#process = child;
  }

  /** Ends it at once, as when its machine goes down; {@link start} brings it back. */
  async halt(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    await gone;
  }

  async strike(): Promise<void> {
    await this.halt();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #environment(): NodeJS.ProcessEnv {
    return { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...(this.#programs.startsWith('/usr/') ? {} : { LD_LIBRARY_PATH: librariesBeside(this.#programs) }) };
  }
}

/** Nobody cannot look into root's cache: what is unpacked there is copied beside the data. */
async function reachable(programs: string, folder: string): Promise<string> {
  const unpacked = postgresFolder();
  if (process.getuid?.() !== 0 || !programs.startsWith(unpacked + sep)) return programs;
  await cp(unpacked, join(folder, 'unpacked'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'unpacked', programs.slice(unpacked.length));
}

/** Of a server that is unpacked: the folders with the libraries that were unpacked with it. */
function librariesBeside(programs: string): string {
  return globSync(join(programs, '../../../*-linux-gnu*')).join(':');
}
