import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleForHost } from '../bundle-for-host.ts';

/** What the driver in the extension host can be told to do. Lines count from 1. */
export type Order =
  | { readonly kind: 'command'; readonly id: string }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'go'; readonly line: number }
  | { readonly kind: 'find'; readonly pattern: string }
  | { readonly kind: 'replace'; readonly pattern: string; readonly text: string }
  | { readonly kind: 'save' }
  | { readonly kind: 'theme'; readonly name: string };

/** Installs the extension that carries orders out. @param extensionsFolder of a server that has not started yet: it takes what lies there */
export async function installDriver(extensionsFolder: string): Promise<void> {
  const folder = join(extensionsFolder, 'proxmox-workbench-tests.driver-1.0.0');
  await mkdir(folder, { recursive: true });
  await bundleForHost('test/support/host/driver/driver-in-host.ts', 'driver', folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({
    publisher: 'proxmox-workbench-tests', name: 'driver', version: '1.0.0', type: 'module', main: './driver.js', engines: { vscode: '^1.90.0' }, activationEvents: ['*'], extensionKind: ['workspace'],
  }));
}

/** Tells the extension host of a window what to do. An order is done when its promise resolves. */
export class Driver {
  readonly #file: string;

  /** @param file into which the extension writes on which port it listens */
  constructor(file: string) {
    this.#file = file;
  }

  /** @param path absolute */
  async open(path: string): Promise<void> {
    await this.#order({ kind: 'open', path });
  }

  /** @param line counts from 1 */
  async goTo(line: number): Promise<void> {
    await this.#order({ kind: 'go', line });
  }

  /** Puts the cursor behind what first matches in the active editor. */
  async goBehind(pattern: RegExp): Promise<void> {
    await this.#order({ kind: 'find', pattern: pattern.source });
  }

  /** Replaces what first matches in the active editor. */
  async replace(pattern: RegExp, text: string): Promise<void> {
    await this.#order({ kind: 'replace', pattern: pattern.source, text });
  }

  /** Saves the document of the active editor. */
  async save(): Promise<void> {
    await this.#order({ kind: 'save' });
  }

  /** @param name as the setting `workbench.colorTheme` has it */
  async theme(name: string): Promise<void> {
    await this.#order({ kind: 'theme', name });
  }

  /** Runs a command of VS Code's own, by its id. Resolves when it is done. */
  async command(id: string): Promise<void> {
    await this.#order({ kind: 'command', id });
  }

  /** As {@link command}, for one that goes on until a person has answered, or the window is closed: wait for its effect. */
  begin(id: string): void {
    this.command(id).catch(() => undefined);
  }

  async #order(order: Order): Promise<void> {
    // After a reload another host is on its way, which listens elsewhere.
    for (let tries = 0; ; tries++) {
      const response = await readFile(this.#file, 'utf8')
        .then((port) => fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: JSON.stringify(order) }))
        .catch((error: unknown) => new Error(`The driver does not answer: ${String(error)}`));
      if (response instanceof Response) {
        if (!response.ok) throw new Error(`The driver cannot carry out ${JSON.stringify(order)}: ${await response.text()}`);
        return;
      }
      if (tries > 300) throw response;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
