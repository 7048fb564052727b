import { join } from 'node:path';
import * as vscode from 'vscode';
import { collect, type Collected, existingProject, guestsOf, type ImportOptions, writeProject } from '../../../terraform/index.ts';
import { commandIds } from '../../ids.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage, withProgress } from '../../notices/index.ts';
import { counted, visible } from '../../text/index.ts';
import { ProjectChoices } from '../plan/project-choices.ts';
import type { TerraformServices } from '../services.ts';
import { carryOut, showError } from '../show-trouble.ts';
import type { Way } from '../trouble-offers.ts';
import { askFile, askFiles, askProject } from './ask-destination.ts';
import { prepareImport, type PreparedImport } from './collect-import.ts';
import { importError } from './failure.ts';
import { managedIn } from './managed.ts';
import type { ImportRequest } from './import-request.ts';
import type { ProjectCode } from './project-code.ts';
import { proveImport, type Proven } from './prove-import.ts';
import { openReportPanel } from './report-panel.ts';

const TITLES = { import: 'Import into Terraform', move: 'Move to Terraform' } as const;

/** A new project, files added to one, or resources added to a file that is there. */
export type ImportKind = keyof typeof TITLES;

/**
 * Asks where to, writes the code, proves it with a plan and reports. What goes wrong is told here; what was written stays.
 */
export async function runImport(services: TerraformServices, kind: ImportKind, request: ImportRequest): Promise<void> {
  const title = TITLES[kind];
  try {
    const code = await askProject(services, title, request, kind === 'move');
    if (code === undefined) return;
    const fileFor = kind === 'move' ? 'all' : await filesOf(services, title, request);
    if (fileFor === undefined) return;
    const file = kind === 'move' ? await askFile(title, code) : undefined;
    if (kind === 'move' && file === undefined) return;
    await cancellable(title, (signal, say) => importWith(services, title, request, { code, fileFor, file, signal, tell: say }));
  } catch (error) {
    const again: Way = { title: 'Try Again', run: () => runImport(services, kind, request) };
    const { reason, offers } = importError(error, request.connectionId, again);
    services.logger.error(`${title}: ${reason}`);
    void showError(`${title}: ${visible(reason, 1_000)}`, offers);
  }
}

async function filesOf({ clusters }: TerraformServices, title: string, { connectionId, scope }: ImportRequest): Promise<ImportOptions['fileFor'] | undefined> {
  const guests = guestsOf((await clusters.inventory()).rows(connectionId), scope);
  return guests.length === 1 ? 'all' : await askFiles(title);
}

interface Doing {
  readonly code: ProjectCode;
  readonly fileFor: ImportOptions['fileFor'];
  /** Which file the resources are added to; new files if undefined. */
  readonly file: string | undefined;
  readonly signal: AbortSignal;
  readonly tell: (doing: string) => void;
}

async function importWith(services: TerraformServices, title: string, request: ImportRequest, { code, fileFor, file, signal, tell: say }: Doing): Promise<void> {
  const { clusters, projects, extensionUri } = services;
  const connection = clusters.connections.find(request.connectionId);
  if (connection === undefined) throw new Error('The connection is not there any more.');
  const [inventory, client] = await Promise.all([clusters.inventory(), clusters.client(connection)]);
  let collected: Collected;
  try {
    say('Reading the guests…');
    collected = await collect(inventory.rows(connection.id), client, request.scope, { signal, onProgress: (done, of) => say(`Reading the guests: ${done} of ${of}`) });
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  const prepared = prepareImport(collected, existingProject(await code.documents(), await code.json(), await managedIn(code.folder, projects)), fileFor, file !== undefined);
  if (prepared.things.length === 0) return void showWarningMessage(nothing(prepared));
  const files = file === undefined ? await writeNew(prepared, code) : await addTo(prepared, code, file);
  await projects.bind(code.folder, connection.id);
  const { folder } = code;
  const proveUnder = (until: AbortSignal, told: (doing: string) => void): Promise<Proven> => proveImport(projects, folder, prepared.project, { signal: until, tell: told, variableFiles: new ProjectChoices(services.memory).variablesFiles(folder) });
  const model = openReportPanel({ connectionName: connection.name, folder, ...prepared, files, proof: { kind: 'running', doing: 'Looking for Terraform…' } }, extensionUri, {
    code,
    prove: (told) => cancellable(title, (until, tellAlso) => proveUnder(until, (doing) => {
      told(doing);
      tellAlso(doing);
    })),
    apply: async () => void (await vscode.commands.executeCommand(commandIds.terraformApply, vscode.Uri.file(join(folder, files[0] ?? 'main.tf')))),
    carryOut,
    offerUndo: (text, undo) => void offerUndo(title, text, undo),
    tell: (text) => void showWarningMessage(visible(text, 1_000)),
  });
  await model.plan((told) => proveUnder(signal, (doing) => {
    told(doing);
    say(doing);
  }));
}

async function offerUndo(title: string, text: string, undo: () => Promise<void>): Promise<void> {
  try {
    if ((await showInformationMessage(visible(text, 500), 'Undo')) === 'Undo') await undo();
  } catch (error) {
    void showErrorMessage(`${title}: ${visible(error instanceof Error ? error.message : String(error), 500)}`);
  }
}

/** Does something under a notification that tells how it goes and can be cancelled. */
async function cancellable<T>(title: string, work: (signal: AbortSignal, tell: (doing: string) => void) => Promise<T>): Promise<T> {
  return await withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const giveUp = new AbortController();
    token.onCancellationRequested(() => giveUp.abort());
    return await work(giveUp.signal, (message) => progress.report({ message }));
  });
}

function nothing({ known, leftOut }: PreparedImport): string {
  const [one] = leftOut;
  if (known.length > 0 && one === undefined) return `${counted(known.length, 'guest')} ${known.length === 1 ? 'is' : 'are'} in this project already.`;
  if (one === undefined) return 'There are no guests to import.';
  return `None of ${counted(leftOut.length + known.length, 'guest')} can be imported now. ${visible(one.name, 60)}: ${visible(one.why, 500)}`;
}

/** The names of new files are free; that one of them appeared meanwhile is an error. */
async function writeNew({ project }: PreparedImport, { folder }: ProjectCode): Promise<readonly string[]> {
  const others = await writeProject(project, folder);
  if (others.length > 0) throw new Error(`${others.map(({ name }) => name).join(', ')} appeared meanwhile; nothing was written. Try again.`);
  return mainFirst([...project.files.keys()]);
}

/** Resources go to the end of one file, import blocks into `imports.tf`. */
async function addTo({ project }: PreparedImport, code: ProjectCode, file: string): Promise<readonly string[]> {
  const written = new Set<string>();
  for (const [name, text] of project.files) {
    const into = name === 'imports.tf' || name === 'versions.tf' || name === 'provider.tf' ? name : file;
    await code.append(into, text);
    written.add(into);
  }
  return mainFirst([...written]);
}

/** What holds guests stands before what every project has. */
const mainFirst = (names: readonly string[]): readonly string[] => names.toSorted((a, b) => Number(OF_EVERY_PROJECT.test(a)) - Number(OF_EVERY_PROJECT.test(b)));
const OF_EVERY_PROJECT = /^(versions|provider|imports|pools)/;
