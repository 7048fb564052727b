import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { type HclDocument, jsonBlocks, resourceBlock, rowIdOf, TerraformFailed, updateCode } from '../../../terraform/index.ts';
import { lineChanges } from '../../../terraform/language/index.ts';
import { commandIds, driftScheme } from '../../ids.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage, withProgress } from '../../notices/index.ts';
import { visible } from '../../text/index.ts';
import { askFolder } from '../connect-folder.ts';
import type { LensArgument } from '../plan/plan-lenses.ts';
import { TerraformTrouble } from '../projects/index.ts';
import type { TerraformServices } from '../services.ts';
import { showTrouble } from '../show-trouble.ts';
import { driftLenses } from './drift-lenses.ts';
import { DriftWatch } from './drift-watch.ts';
import { guestBadge } from './guest-badge.ts';
import { DriftGutter } from './gutter.ts';
import { type CodeStanding, standingsIn } from './standings.ts';

/** A resource or module of a file, and how it stands. */
interface Place {
  readonly document: vscode.TextDocument;
  readonly parsed: HclDocument;
  readonly standing: CodeStanding;
}

/** What the surfaces of drift do. */
export class Drift implements Disposable {
  readonly watch: DriftWatch;
  readonly #services: TerraformServices;
  readonly #store = new DisposableStore();
  #follows = false;

  constructor(services: TerraformServices) {
    this.#services = services;
    this.watch = this.#store.add(new DriftWatch(services));
    this.#store.add(new DriftGutter(services, this.watch));
    const changed = this.#store.add(new vscode.EventEmitter<vscode.Uri>());
    this.#store.add(this.watch.onDidChange(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === driftScheme) changed.fire(uri);
    }));
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(driftScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async ({ path, query }) => (await this.#updated({ uri: vscode.Uri.file(path), address: query }))?.text ?? '',
    }));
  }

  lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    return driftLenses(this.#services, this.watch, document);
  }

  badge(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (!this.#follows) void this.watch.followAll();
    this.#follows = true;
    return guestBadge(uri, this.watch.projects, this.#services.projects);
  }

  /** Shows the code beside what it would be if it said what the cluster has. */
  async compare(about: LensArgument | undefined): Promise<void> {
    const place = await this.#drifted(about);
    if (place === undefined) return;
    const { document: { uri }, standing: { address } } = place;
    const cluster = vscode.Uri.from({ scheme: driftScheme, path: uri.path, query: address });
    await vscode.commands.executeCommand('vscode.diff', cluster, uri, `${address}: Cluster ↔ Code`, { preview: true });
  }

  /** Makes the code say what the cluster has. */
  async updateCode(about: LensArgument | undefined): Promise<void> {
    const place = await this.#drifted(about);
    const updated = place === undefined ? undefined : await this.#updated({ uri: place.document.uri, address: place.standing.address });
    if (place === undefined || updated === undefined) return;
    const edit = new vscode.WorkspaceEdit();
    edit.set(place.document.uri, lineChanges(place.document.getText(), updated.text).map(({ range: { start, end }, text }) => vscode.TextEdit.replace(new vscode.Range(start.line, start.character, end.line, end.character), text)));
    await vscode.workspace.applyEdit(edit);
    if (updated.left.length === 0) return;
    void showWarningMessage(visible(`${place.standing.address}: ${updated.left.map(({ difference, why }) => `${difference.path}: ${why}`).join(' ')}`, 700));
  }

  /** Plans to make the cluster as the code says, and has that reviewed. */
  async restoreCluster(about: LensArgument | undefined): Promise<void> {
    const place = await this.#place(about);
    if (place === undefined) return;
    await vscode.commands.executeCommand(commandIds.terraformPlan, { uri: place.document.uri, address: place.standing.address } satisfies LensArgument);
  }

  /** Asks the cluster again, and Terraform where only it can read the state. */
  async lookAgain(about: LensArgument | undefined): Promise<void> {
    const folder = about === undefined ? await askFolder(this.#services.projects, 'Refresh Terraform Drift') : this.#services.projects.folderOf(about.uri);
    if (folder === undefined) return;
    try {
      await withProgress({ location: vscode.ProgressLocation.Window, title: 'Comparing code and cluster' }, () => this.watch.lookAgain(folder));
    } catch (error) {
      if (error instanceof TerraformTrouble) return void showTrouble(error);
      if (!(error instanceof TerraformFailed)) throw error;
      void showErrorMessage(`The state could not be read: ${visible(error.message.replaceAll(/\s*\n\s*/g, ' '), 600)}`);
    }
  }

  /** Opens the code of the guest that a command is about. */
  async openCode(item: unknown, selected: unknown): Promise<void> {
    const explorer = this.#services.explorer();
    const targets = item === undefined ? await explorer.selection() : await explorer.targets(item, selected);
    const guest = targets.map(({ node }) => node).find((node) => node.type === 'guest');
    if (guest === undefined) return void showInformationMessage('Select a guest in the explorer first.');
    await this.watch.followAll();
    await this.watch.settled();
    for (const { folder, resources } of this.watch.projects) {
      if (this.#services.projects.connectionOf(folder)?.id !== guest.connectionId) continue;
      const resource = resources.find((each) => rowIdOf(each) === guest.rowId);
      if (resource === undefined) continue;
      // The code of a module is found through the module's own block.
      const module = /^module\.([\w-]+)/.exec(resource.module ?? '')?.[1];
      for (const [file, parsed] of await this.#services.documents.inFolder(folder)) {
        const block = module === undefined ? resourceBlock(parsed, `${resource.type}.${resource.name}`) : parsed.blocks.find(({ type, labels }) => type === 'module' && labels[0] === module);
        if (block === undefined) continue;
        const { start } = block.range;
        await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(folder), file), { selection: new vscode.Range(start.line, start.character, start.line, start.character) });
        return;
      }
      for (const [file, text] of await this.#services.documents.jsonInFolder(folder)) {
        if (jsonBlocks(text)?.some(({ type, labels }) => (module === undefined ? type === 'resource' && labels.join('.') === `${resource.type}.${resource.name}` : type === 'module' && labels[0] === module)) !== true) continue;
        const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(vscode.Uri.file(folder), file));
        const at = document.positionAt(Math.max(0, text.indexOf(JSON.stringify(module ?? resource.name))));
        await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
        return;
      }
      return void showInformationMessage(`${visible(resource.address, 120)} in ${visible(vscode.workspace.asRelativePath(folder, true), 80)} manages this guest, but its code is not there any more.`);
    }
    void showInformationMessage('No Terraform project of this window manages this guest. Import it into one, or open the folder of the one that does.');
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #updated(about: LensArgument): Promise<ReturnType<typeof updateCode> | undefined> {
    const [place, parser] = await Promise.all([this.#place(about), this.#services.documents.parser()]);
    const drift = place?.standing.drifts[0];
    if (place === undefined || drift === undefined) return undefined;
    const differences = drift.standing.kind === 'drifted' ? drift.standing.differences : [];
    return updateCode((text, before) => parser.parse(text, before), place.parsed, drift.resource, differences);
  }

  /** A resource that has drifted and whose code can be looked at by itself; what else it is the person is told. */
  async #drifted(about: LensArgument | undefined): Promise<Place | undefined> {
    const place = await this.#place(about);
    if (place === undefined) return undefined;
    const { kind, text, drifts, address } = place.standing;
    const say = (words: string): undefined => void showInformationMessage(visible(words, 300));
    if (kind !== 'drifted') return say(`${address}: ${text}.`);
    if (address.startsWith('module.')) return say(`${address} is a module: open its own code, or restore the cluster.`);
    if (drifts.length > 1) return say(`${address} has ${String(drifts.length)} instances of the same code. Change it by hand, or restore the cluster.`);
    return place;
  }

  /** What a command is about: what its lens says, otherwise what the cursor is in. */
  async #place(about: LensArgument | undefined): Promise<Place | undefined> {
    const editor = vscode.window.activeTextEditor;
    const uri = about?.uri ?? editor?.document.uri;
    const folder = uri === undefined ? undefined : this.#services.projects.folderOf(uri);
    if (uri === undefined || folder === undefined) return void showInformationMessage('Open a Terraform file first.');
    const document = await vscode.workspace.openTextDocument(uri);
    const project = this.watch.project(folder);
    await this.watch.settled();
    const parsed = await this.#services.documents.of(document);
    const standings = standingsIn(parsed, project.drifts);
    const line = editor?.selection.active.line ?? 0;
    const block = parsed.blocks.find(({ range }) => range.start.line <= line && line <= range.end.line);
    const standing = about?.address === undefined ? standings.find((each) => each.line === block?.range.start.line) : standings.find(({ address }) => address === about.address);
    if (standing === undefined) return void showInformationMessage(project.hindrance?.message ?? 'Place the cursor in a resource of the Proxmox provider.');
    return { document, parsed, standing };
  }
}
