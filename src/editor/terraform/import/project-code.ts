import { join } from 'node:path';
import * as vscode from 'vscode';
import { applyEdits, formatHcl, type HclDocument, type HclEdit, type JsonBlock, jsonBlocks, resourceBlock } from '../../../terraform/index.ts';
import type { HclDocuments } from '../documents/index.ts';
import type { TerraformProjects } from '../projects/index.ts';

/** Where an edit finds what it is about; undefined when it is not in the file or cannot be edited there. */
export type EditOf = (document: HclDocument) => readonly HclEdit[] | undefined;

/** A project's `*.tf` and `*.tofu` files as its editors and the disk have them, and changes to them that can be undone. */
export class ProjectCode {
  readonly folder: string;
  readonly #documents: HclDocuments;
  readonly #projects: Pick<TerraformProjects, 'program'>;

  /** @param folder absolute path */
  constructor(folder: string, documents: HclDocuments, projects: Pick<TerraformProjects, 'program'>) {
    this.folder = folder;
    this.#documents = documents;
    this.#projects = projects;
  }

  /** By file name, in the order of the names; a folder that is not there has none. */
  async documents(): Promise<ReadonlyMap<string, HclDocument>> {
    return await this.#documents.inFolder(this.folder);
  }

  /** What stands in its `*.tf.json`, which is read and never edited. */
  async json(): Promise<readonly JsonBlock[]> {
    return [...(await this.#documents.jsonInFolder(this.folder)).values()].flatMap((text) => jsonBlocks(text) ?? []);
  }

  /** Shows the code of a resource, or a file from its beginning. @returns whether there is such code */
  async show({ address, file }: { readonly address?: string; readonly file?: string }): Promise<boolean> {
    for (const [name, document] of await this.documents()) {
      const block = address === undefined ? undefined : resourceBlock(document, address);
      if (block === undefined && name !== file) continue;
      const { line, character } = block?.headRange.start ?? { line: 0, character: 0 };
      const at = new vscode.Position(line, character);
      await vscode.window.showTextDocument(vscode.Uri.file(join(this.folder, name)), { selection: new vscode.Range(at, at), preview: false });
      return true;
    }
    return false;
  }

  /**
   * Edits the first file in which that is possible, lays it out anew and saves it.
   * @returns whether there is one
   */
  async edit(...edits: readonly EditOf[]): Promise<boolean> {
    let all = true;
    for (const editOf of edits) all = (await this.#editFirst(editOf)) && all;
    return all;
  }

  /** Edits every file that it says something about; one that has nothing left is deleted. @returns by the names of the edited files what was in them */
  async editAll(editOf: EditOf): Promise<ReadonlyMap<string, string>> {
    const edited = new Map<string, string>();
    for (const [name, document] of await this.documents()) {
      const edits = editOf(document) ?? [];
      if (edits.length === 0) continue;
      const text = applyEdits(document, edits);
      if (text.trim() === '') {
        const change = new vscode.WorkspaceEdit();
        change.deleteFile(vscode.Uri.file(join(this.folder, name)), { ignoreIfNotExists: true });
        await vscode.workspace.applyEdit(change);
      } else await this.#replace(name, text);
      edited.set(name, document.text);
    }
    return edited;
  }

  /** Writes files as they were. @param before by name, as from {@link editAll} */
  async putBack(before: ReadonlyMap<string, string>): Promise<void> {
    for (const [name, text] of before) await this.#replace(name, text);
  }

  /** Puts text at the end of a file, and makes the file if it is not there. @returns the line it begins at, 0-based */
  async append(name: string, text: string): Promise<number> {
    const document = (await this.documents()).get(name);
    const before = document === undefined || document.text.trim() === '' ? '' : `${document.text.trimEnd()}\n\n`;
    await this.#replace(name, `${before}${text}`);
    return before.split('\n').length - 1;
  }

  async #editFirst(editOf: EditOf): Promise<boolean> {
    for (const [name, document] of await this.documents()) {
      const edits = editOf(document);
      if (edits === undefined) continue;
      if (edits.length > 0) await this.#replace(name, await this.#formatted(applyEdits(document, edits)));
      return true;
    }
    return false;
  }

  /** What Terraform cannot lay out stays as it is: it is told when it is planned. */
  async #formatted(text: string): Promise<string> {
    try {
      return await formatHcl((await this.#projects.program()).path, text, process.env);
    } catch {
      return text;
    }
  }

  async #replace(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.file(join(this.folder, name));
    const change = new vscode.WorkspaceEdit();
    const there = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
    if (!there) change.createFile(uri, { contents: Buffer.from(text) });
    else {
      const document = await vscode.workspace.openTextDocument(uri);
      change.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    }
    if (!(await vscode.workspace.applyEdit(change))) throw new Error(`${name} could not be edited.`);
    if (there) await (await vscode.workspace.openTextDocument(uri)).save();
  }
}
