import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { onSettingChanged, readSetting, registerCommand } from '../../contributed.ts';
import { type CommandId, commandIds, openTofuLanguages, terraformLanguages } from '../../ids.ts';
import type { TerraformServices } from '../services.ts';
import type { LensArgument } from './plan-lenses.ts';
import type * as room from './room.ts';

const languages = [terraformLanguages.code, openTofuLanguages.code].map((language) => ({ language, scheme: 'file' }));

/** More to be shown above resources, before what can be done with them. */
export interface LensSource {
  readonly onDidChangeLenses: vscode.Event<void>;
  lenses(document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]>;
}

/** Registers planning and what follows from it: the lenses in Terraform's files and the commands. What is behind them is loaded when it is first used. */
export function registerPlan(services: TerraformServices, badges: LensSource): Disposable {
  const store = new DisposableStore();
  const shown = store.add(new vscode.EventEmitter<void>());
  store.add(services.projects.onDidChange(() => shown.fire()));
  store.add(onSettingChanged('proxmox.terraform.codeLens', () => shown.fire()));
  store.add(badges.onDidChangeLenses(() => shown.fire()));
  store.add(vscode.languages.registerCodeLensProvider(languages, {
    onDidChangeCodeLenses: shown.event,
    async provideCodeLenses(document) {
      if (!readSetting('proxmox.terraform.codeLens')) return [];
      const { planLenses } = await import('./plan-lenses.ts');
      return (await Promise.all([badges.lenses(document), planLenses(services, document)])).flat();
    },
  }));

  let opening: Promise<room.Planning> | undefined;
  const planning = (): Promise<room.Planning> => (opening ??= import('./room.ts').then(({ Planning }) => store.add(new Planning(services))));
  // From a lens comes what it is about, from an editor's title its file, from the palette nothing.
  const command = (id: CommandId, run: (planning: room.Planning, argument: LensArgument | undefined) => Promise<void>): void => {
    store.add(registerCommand(id, async (given: unknown) => run(await planning(), given instanceof vscode.Uri ? { uri: given } : isLensArgument(given) ? given : undefined)));
  };
  command(commandIds.terraformPlan, (room, about) => room.plan(about, 'Terraform Plan'));
  // What is applied is what was reviewed, so applying begins with a plan too.
  command(commandIds.terraformApply, (room, about) => room.plan(about, 'Terraform Apply'));
  command(commandIds.terraformDestroy, (room, about) => room.plan(about, 'Terraform Destroy', { destroy: true }));
  command(commandIds.terraformPlanSelected, (room, about) => room.planSelected(about));
  command(commandIds.unlockTerraformState, (room, about) => room.forceUnlock(about));
  command(commandIds.terraformInit, (room, about) => room.init(about));
  command(commandIds.selectTerraformWorkspace, async (room, about) => {
    await room.selectWorkspace(about);
    shown.fire();
  });
  command(commandIds.chooseTerraformVariables, async (room, about) => {
    await room.chooseVariables(about);
    shown.fire();
  });
  command(commandIds.terraformProject, (room, about) => room.chooseAction(about));
  store.add(registerCommand(commandIds.showTerraformLog, async () => (await planning()).showLog()));
  command(commandIds.openTerraformGuest, (room, about) => room.openGuest(about));
  return store;
}

function isLensArgument(value: unknown): value is LensArgument {
  return typeof value === 'object' && value !== null && 'uri' in value && value.uri instanceof vscode.Uri;
}
