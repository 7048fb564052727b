// A running VS Code server, and a folder it may call its own.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { node24, vscodeServer } from './paths.mjs';

/** Settings for a window that shows the work at once; only written where there are none yet. */
const firstSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/**
 * Starts VS Code's server and resolves when it answers. The process ends with `stop()`, and with this process.
 * @param {{ port: number, dataFolder: string, env?: Record<string, string | undefined>, settings?: Record<string, unknown>, extensionsFolder?: string, log?: (line: string) => void }} options
 * @returns {Promise<{ port: number, stop(): Promise<void>, exited: Promise<string> }>}
 */
export async function startServer({ port, dataFolder, env = {}, settings = {}, extensionsFolder, log = () => {} }) {
  await writeSettings(dataFolder, settings);
  const child = spawn(node24, [...serverArguments(dataFolder, extensionsFolder), '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--enable-smoke-test-driver'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group, so that the extension hosts and everything they started can be ended together.
    detached: true,
  });
  const tail = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      tail.push(text);
      if (tail.length > 50) tail.shift();
      log(text);
    });
  }
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)));
  const killGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  const onExit = () => killGroup('SIGKILL');
  process.on('exit', onExit);
  const stop = async () => {
    killGroup('SIGTERM');
    const ended = await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 3000).unref())]);
    if (ended === undefined) killGroup('SIGKILL');
    await exited;
    killGroup('SIGKILL');
    process.off('exit', onExit);
  };
  const ready = await Promise.race([answers(port), exited]);
  if (ready !== true) {
    await stop();
    throw new Error(`VS Code’s server did not start (${ready}).\n${tail.join('').split('\n').slice(-20).join('\n')}`);
  }
  return { port, stop, exited };
}

/** Installs a packaged extension into a server's own extensions folder. */
export function installArguments(dataFolder, extensionsFolder, vsix) {
  return [...serverArguments(dataFolder, extensionsFolder), '--install-extension', vsix, '--force'];
}

function serverArguments(dataFolder, extensionsFolder) {
  return [
    vscodeServer(), '--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust', '--server-data-dir', dataFolder,
    ...(extensionsFolder ? ['--extensions-dir', extensionsFolder] : []),
  ];
}

async function writeSettings(dataFolder, settings) {
  const file = join(dataFolder, 'data/Machine/settings.json');
  if (existsSync(file)) return;
  await mkdir(join(dataFolder, 'data/Machine'), { recursive: true });
  await writeFile(file, JSON.stringify({ ...firstSettings, ...settings }, null, 2));
}

async function answers(port) {
  for (let tries = 0; tries < 300; tries++) {
    const status = await fetch(`http://127.0.0.1:${port}/version`).then((response) => response.status, () => 0);
    if (status === 200) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return 'no answer within 60 seconds';
}

/** A port nobody listens on; `wanted` itself, or an error when that one is taken. @returns {Promise<number>} */
export function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(error.code === 'EADDRINUSE' ? new Error(`Port ${wanted} is in use. Choose another with --port.`) : error));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * The address that opens a folder, with an extension under development and optionally its tests.
 * @param {number} port
 * @param {{ folder: string, extension?: string | undefined, tests?: string | undefined }} what absolute paths
 */
export function workbenchUrl(port, { folder, extension, tests }) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []), ...(tests ? [['extensionTestsPath', remote(tests)]] : [])];
  const query = new URLSearchParams({ folder, ...(payload.length > 0 ? { payload: JSON.stringify(payload) } : {}) });
  return `http://127.0.0.1:${port}/?${query}`;
}
