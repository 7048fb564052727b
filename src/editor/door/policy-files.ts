import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Logger } from '../../base/index.ts';
import { parsePolicy, PolicySource } from '../../changes/index.ts';
import { onSettingChanged, readSetting } from '../contributed.ts';
import { showErrorMessage } from '../notices/index.ts';

const setting = 'proxmox.policy';
const path = '.proxmox/policy.yaml';
/** A folder that comes or goes takes its file along, of which nothing is told then. */
const watched = '{.proxmox,.proxmox/policy.yaml}';
/** Milliseconds after which a folder that has just come is looked into once more. */
const SETTLED = 1_000;

/** Feeds the policies in force from the setting and from the opened folder, as they are now and as they change. */
export class PolicyFiles implements Disposable {
  readonly source: PolicySource;
  readonly #store = new DisposableStore();
  readonly #problems = this.#store.add(vscode.languages.createDiagnosticCollection('proxmox-policy'));
  readonly #logger: Logger;
  #uri: vscode.Uri | undefined;
  #text: string | undefined;

  private constructor(logger: Logger) {
    this.#logger = logger;
    this.source = new PolicySource(logger);
    this.#takeSetting();
    this.#store.add(onSettingChanged(setting, () => this.#takeSetting()));
  }

  /** Reads what there is; the source is complete when this resolves. */
  static async open(logger: Logger): Promise<PolicyFiles> {
    const files = new PolicyFiles(logger);
    await files.#watch();
    return files;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #takeSetting(): void {
    this.source.takeSetting(readSetting(setting));
    const messages = this.source.trouble.find(({ source }) => source === 'user')?.messages;
    if (messages === undefined) return;
    void showErrorMessage(`The policy in the settings is not taken: ${messages.join(' ')}`, 'Open Settings').then((chosen) => {
      if (chosen !== undefined) void vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: setting } });
    });
  }

  /** The policy of a folder can only be stricter than the user's own, so that of a folder that is not trusted counts too. */
  async #watch(): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) return;
    this.#uri = vscode.Uri.joinPath(folder.uri, path);
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, watched)));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
      this.#store.add(event(({ path: changed }) => {
        void this.refresh();
        if (changed.endsWith('.proxmox')) setTimeout(() => void this.refresh(), SETTLED);
      }));
    }
    await this.refresh();
  }

  /** Reads the folder's policy as it is now; the source has it when this resolves. */
  async refresh(): Promise<void> {
    const uri = this.#uri;
    if (uri === undefined) return;
    const text = await read(uri, this.#logger);
    if (text === this.#text) return;
    this.#text = text;
    this.source.takeFile(text);
    this.#show(uri, text);
  }

  #show(uri: vscode.Uri, text: string | undefined): void {
    const parsed = text === undefined ? undefined : parsePolicy(text);
    if (parsed === undefined || parsed.ok) return this.#problems.delete(uri);
    this.#problems.set(uri, parsed.problems.map(({ line, column, message }) => {
      const start = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
      const diagnostic = new vscode.Diagnostic(new vscode.Range(start, start.translate(0, 1)), `${message.replace(/\.?$/, '.')} The policy that was in force before stays so; without one, everything asks for the name.`);
      diagnostic.source = 'Proxmox';
      return diagnostic;
    }));
    const [first] = parsed.problems;
    void showErrorMessage(`${path}, line ${first?.line ?? 1}, column ${first?.column ?? 1}: ${first?.message ?? ''}`, 'Open Policy').then((chosen) => {
      if (chosen !== undefined) void vscode.window.showTextDocument(uri);
    });
  }
}

/** Undefined when there is no such file. What cannot be read counts as a policy with a mistake in it: nothing is loosened by it. */
async function read(uri: vscode.Uri, logger: Logger): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    logger.error(`${uri.toString()} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return '!unreadable: [';
  }
}
