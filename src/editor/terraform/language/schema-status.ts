import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Logger } from '../../../base/index.ts';
import type { FolderSchema, ProjectSchemas } from '../../../terraform/language/index.ts';
import { commandIds, openTofuLanguages, terraformLanguages } from '../../ids.ts';
import { folderName } from '../folder-name.ts';
import type { OpenFolders } from './open-folders.ts';

/** Says which version of the provider the code of the active editor is held against, beside its language, and in the log when it is not the folder's. */
export class SchemaStatus implements Disposable {
  readonly #schemas: ProjectSchemas;
  readonly #folders: OpenFolders;
  readonly #logger: Logger;
  readonly #store = new DisposableStore();
  readonly #item = this.#store.add(vscode.languages.createLanguageStatusItem('proxmox.terraform.schema', [...Object.values(terraformLanguages), ...Object.values(openTofuLanguages)].map((language) => ({ language }))));
  readonly #told = new Map<string, string>();

  constructor(schemas: ProjectSchemas, folders: OpenFolders, logger: Logger) {
    this.#schemas = schemas;
    this.#folders = folders;
    this.#logger = logger;
    this.#item.name = 'Proxmox Provider';
    this.#store.add(vscode.window.onDidChangeActiveTextEditor(() => void this.show()));
    this.#store.add(schemas.onDidChange((folder) => void this.#log(folder)));
    void this.show();
  }

  async show(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || vscode.languages.match(this.#item.selector, document) === 0) return;
    const known = await this.#schemas.of(this.#folders.projectOf(document));
    const { text, detail } = schemaText(known);
    this.#item.text = text;
    this.#item.detail = detail;
    this.#item.command = known.problem === undefined ? undefined : { title: 'Why', command: commandIds.showLog };
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #log(folder: string): Promise<void> {
    const known = await this.#schemas.of(folder);
    const { text, detail } = schemaText(known);
    const told = [`code is held against ${text}: ${detail}`, ...(known.problem === undefined ? [] : [known.problem])].join('. ');
    if (this.#told.get(folder) !== told) {
      this.#told.set(folder, told);
      this.#logger[known.problem === undefined ? 'info' : 'warn'](`Terraform: ${folderName(folder)}: ${told}`);
    }
    await this.show();
  }
}

/** Which provider code is checked against, and why it is that one. */
export function schemaText({ version, from, wanted, problem }: FolderSchema): { readonly text: string; readonly detail: string } {
  const text = `bpg/proxmox ${version ?? ''}`.trimEnd();
  if (from === 'project' || wanted === version) return { text, detail: 'as installed in this folder' };
  if (wanted === undefined) return { text, detail: 'nothing is installed in this folder' };
  // There is one line for it; why it is so stands in the log.
  return { text, detail: problem === undefined ? `${wanted} is being read` : `${wanted} could not be read` };
}
