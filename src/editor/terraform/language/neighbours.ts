import * as vscode from 'vscode';
import { onSettingChanged, readSetting } from '../../contributed.ts';
import { openTofuLanguages, terraformLanguages } from '../../ids.ts';
import { type Extent, extentOf } from './extent.ts';

/** Extensions with a language server for the same files, and the setting that switches it off. */
const neighbours = [
  { id: 'hashicorp.terraform', setting: 'terraform.languageServer.enable', languages: terraformLanguages },
  { id: 'opentofu.vscode-opentofu', setting: 'opentofu.languageServer.enable', languages: openTofuLanguages },
] as const;

/** A language of Terraform files, and how much is to be done in it. */
export interface LanguageExtent {
  readonly language: string;
  /** Files of values for variables, not of code. */
  readonly values: boolean;
  readonly extent: Extent;
}

/** How much is to be done in each language, with the extensions that are enabled now. */
export function languageExtents(): LanguageExtent[] {
  const wanted = readSetting('proxmox.terraform.languageFeatures');
  return neighbours.flatMap(({ id, setting, languages }) => {
    // Disabled extensions are not among those that the window knows.
    const served = vscode.extensions.getExtension(id) !== undefined && vscode.workspace.getConfiguration().get(setting) !== false;
    const extent = extentOf(wanted, served);
    return [{ language: languages.code, values: false, extent }, { language: languages.values, values: true, extent }];
  });
}

/** Whether a document is one of Terraform's, whoever brings its language. */
export function isTerraform({ languageId }: vscode.TextDocument): boolean {
  return neighbours.some(({ languages }) => languageId === languages.code || languageId === languages.values);
}

/** Tells when {@link languageExtents} may be others. */
export function onLanguageExtentsChanged(listener: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.extensions.onDidChange(listener),
    onSettingChanged('proxmox.terraform.languageFeatures', listener),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (neighbours.some(({ setting }) => event.affectsConfiguration(setting))) listener();
    }),
  );
}
