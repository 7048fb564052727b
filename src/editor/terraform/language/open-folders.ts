import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { fetchedFor, type HclDocument, type InstalledModules, installedModules } from '../../../terraform/index.ts';
import { calledFolders, callsElsewhere, type ModuleFolder, type ModuleFolders } from '../../../terraform/language/index.ts';
import { openTofuLanguages, terraformLanguages } from '../../ids.ts';
import type { StandingDocument } from '../../text/index.ts';
import type { HclDocuments } from '../documents/index.ts';
import type { TerraformProjects } from '../projects/index.ts';

/** How far around a document is looked: its folder, the modules that are called from there and what those call, or every folder of the workspace as well. */
export type Breadth = 'folder' | 'calls' | 'workspace';

/** A document among the files that Terraform reads with it. */
export interface OpenedFile {
  /** Absolute path; something made up for what is no file of this machine. */
  readonly folder: string;
  readonly file: string;
  readonly document: HclDocument;
  readonly modules: ModuleFolders;
}

const files = /\.(?:tf|tofu|tfvars)$/;

/** Terraform's files in the folders that belong together. */
export class OpenFolders {
  readonly #documents: HclDocuments;
  readonly #projects: TerraformProjects;

  constructor(documents: HclDocuments, projects: TerraformProjects) {
    this.#documents = documents;
    this.#projects = projects;
  }

  /** A document and what belongs to it. */
  async open(document: StandingDocument, breadth: Breadth = 'folder'): Promise<OpenedFile> {
    const file = fileOf(document);
    const folder = dirname(file);
    const folders = new Map<string, ModuleFolder>();
    const reading = new Map<string, Promise<void>>();
    const projects = breadth === 'workspace' ? await this.#projects.folders() : [];
    let fetched = await fetchedIn([fetchedFor(folder) ?? folder, ...projects]);
    const read = (path: string): Promise<void> => {
      let known = reading.get(path);
      if (known === undefined) reading.set(path, (known = this.#folder(path, fetched).then((one) => void folders.set(path, one))));
      return known;
    };
    if (document.uri.scheme === 'file') await read(folder);
    let own = folders.get(folder) ?? { folder, files: new Map<string, HclDocument>() };
    if (breadth === 'calls' && fetched.size === 0 && callsElsewhere(own)) {
      // A module of the workspace calls what was fetched for the projects that call it.
      fetched = await fetchedIn(await this.#projects.folders());
      own = { ...own, fetched: fetched.get(folder) };
    }
    if (breadth === 'workspace') await Promise.all(projects.map(read));
    let around: readonly ModuleFolder[] = breadth === 'folder' ? [] : breadth === 'calls' ? [own] : [...folders.values()];
    while (around.length > 0) {
      const called = around.flatMap(calledFolders).filter((path) => !reading.has(path));
      await Promise.all(called.map(read));
      around = called.flatMap((path) => folders.get(path) ?? []);
    }
    // The text at this moment, whatever was typed while files were read.
    const parsed = await this.#documents.of(document);
    folders.set(folder, { ...own, files: new Map([...own.files, [file, parsed]]) });
    return { folder, file, document: parsed, modules: { of: (path) => folders.get(path), all: () => folders.values() } };
  }

  /** The folder that says which cluster a document is about: its own, or for what is not saved yet the one that is open. */
  projectOf({ uri }: StandingDocument): string {
    return this.#projects.folderOf(uri) ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '/';
  }

  /** A document by itself. */
  document(document: StandingDocument): Promise<HclDocument> {
    return this.#documents.of(document);
  }

  /** Every folder of the workspace. */
  async workspace(): Promise<ModuleFolders> {
    const paths = await this.#projects.folders();
    const fetched = await fetchedIn(paths);
    const folders = new Map(await Promise.all(paths.map(async (path) => [path, await this.#folder(path, fetched)] as const)));
    return { of: (path) => folders.get(path), all: () => folders.values() };
  }

  async #folder(folder: string, fetched: InstalledModules): Promise<ModuleFolder> {
    const [named, json] = await Promise.all([this.#documents.inFolder(folder, files), this.#documents.jsonInFolder(folder)]);
    const byPath = <T>(all: ReadonlyMap<string, T>): ReadonlyMap<string, T> => new Map([...all].map(([name, one]) => [join(folder, name), one]));
    return { folder, files: byPath(named), json: byPath(json), fetched: fetched.get(folder) };
  }
}

/** What was fetched for some projects, by who calls it. A module of several projects has what the first of them fetched for it. */
async function fetchedIn(projects: readonly string[]): Promise<InstalledModules> {
  const all = await Promise.all([...new Set(projects)].map((project) => installedModules(project, process.env)));
  return new Map(all.toReversed().flatMap((one) => [...one]));
}

function fileOf({ uri, languageId }: StandingDocument): string {
  if (uri.scheme === 'file') return uri.fsPath;
  const values = languageId === terraformLanguages.values || languageId === openTofuLanguages.values;
  return `/${uri.scheme}:${uri.path}${values && !uri.path.endsWith('.tfvars') ? '.tfvars' : ''}`;
}
