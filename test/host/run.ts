import { createWriteStream } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** VS Code calls this inside the extension host; the compiled `*.test.js` files stand beside this one. */
export async function run(): Promise<void> {
  const { PROXMOX_WORKBENCH_OUTPUT: outputFile, PROXMOX_WORKBENCH_ROOT: root } = process.env;
  if (outputFile === undefined || root === undefined) throw new Error('This module is started by test/support/host/run-in-host.ts.');
  const output = createWriteStream(outputFile);
  // The host forwards console output to the window, where nobody reads it.
  Mocha.reporters.Base.consoleLog = (...values: unknown[]) => void output.write(`${format(...values)}\n`);
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: join(root, 'test/support/reporter.cjs'), color: false, forbidOnly: true });
  for await (const file of glob('**/*.test.js', { cwd: import.meta.dirname })) mocha.addFile(join(import.meta.dirname, file));
  try {
    await mocha.loadFilesAsync();
    await new Promise((resolve) => mocha.run(resolve));
  } catch (error) {
    output.write(format(error));
    throw error;
  } finally {
    await new Promise((resolve) => output.end(resolve));
  }
}
