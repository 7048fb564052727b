import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import type { HclDocument, HclParser } from '../../../terraform/index.ts';
import type { StandingDocument } from '../../text/index.ts';

const JSON_CODE = /\.(?:tf|tofu)\.json$/;

/** Terraform's files as they are parsed: what is open as it stands in the editor, everything else as it is on disk. Loaded with the first. */
export class HclDocuments implements Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #store = new DisposableStore();
  readonly #parsed = new Map<string, HclDocument>();
  #parser: Promise<HclParser> | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.#extensionUri = extensionUri;
    this.#store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#parsed.delete(uri.toString())));
  }

  /** A file that is open; after an edit only what changed is parsed again. */
  async of(document: StandingDocument): Promise<HclDocument> {
    return await this.#parse(document.uri, document.getText());
  }

  /**
   * The files of a folder by their names, sorted; those that cannot be read are left out.
   * @param wanted the names: all of code unless said otherwise
   */
  async inFolder(folder: string, wanted = /\.(?:tf|tofu)$/): Promise<ReadonlyMap<string, HclDocument>> {
    return await this.#texts(folder, wanted, async ({ name, uri, text }) => [name, await this.#parse(uri, text)]);
  }

  /** The texts of a folder's files of JSON by their names, sorted; those that cannot be read are left out. */
  async jsonInFolder(folder: string): Promise<ReadonlyMap<string, string>> {
    return await this.#texts(folder, JSON_CODE, ({ name, text }) => Promise.resolve([name, text]));
  }

  /** For texts that are in no file yet. */
  parser(): Promise<HclParser> {
    return (this.#parser ??= this.#load());
  }

  dispose(): void {
    this.#store.dispose();
    void this.#parser?.then((parser) => parser.dispose(), () => undefined);
  }

  async #texts<T>(folder: string, wanted: RegExp, readAs: (file: { readonly name: string; readonly uri: vscode.Uri; readonly text: string }) => Promise<readonly [string, T]>): Promise<ReadonlyMap<string, T>> {
    const open = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
    const names = (await readdir(folder).catch(() => [])).filter((name) => wanted.test(name)).sort();
    const read = names.map(async (name): Promise<readonly [string, T] | undefined> => {
      const uri = vscode.Uri.file(join(folder, name));
      const text = open.get(uri.toString())?.getText() ?? (await readFile(uri.fsPath, 'utf8').catch(() => undefined));
      return text === undefined ? undefined : await readAs({ name, uri, text });
    });
    return new Map((await Promise.all(read)).filter((one) => one !== undefined));
  }

  async #parse(uri: vscode.Uri, text: string): Promise<HclDocument> {
    const parser = await this.parser();
    const key = uri.toString();
    const parsed = parser.parse(text, this.#parsed.get(key));
    this.#parsed.set(key, parsed);
    return parsed;
  }

  async #load(): Promise<HclParser> {
    const { loadHclParser } = await import('../../../terraform/index.ts');
    const [treeSitterWasm, grammarWasm] = ['web-tree-sitter.wasm', 'tree-sitter-terraform.wasm'].map((name) => vscode.Uri.joinPath(this.#extensionUri, name).fsPath) as [string, string];
    return await loadHclParser({ treeSitterWasm, grammarWasm });
  }
}
