import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { registerCommand } from '../../contributed.ts';
import { type CommandId, commandIds, guestScheme } from '../../ids.ts';
import type { LensArgument } from '../plan/plan-lenses.ts';
import type { LensSource } from '../plan/register-plan.ts';
import type { TerraformServices } from '../services.ts';
import type * as room from './room.ts';

/** Registers what shows how code and cluster stand to each other. What is behind it is loaded with the first Terraform file, or the first guest in sight. */
export function registerDrift(services: TerraformServices): Disposable & LensSource {
  const store = new DisposableStore();
  const lensesChanged = store.add(new vscode.EventEmitter<void>());
  const badgesChanged = store.add(new vscode.EventEmitter<undefined>());
  let opening: Promise<room.Drift> | undefined;
  const open = (): Promise<room.Drift> => (opening ??= import('./room.ts').then(({ Drift }) => {
    const drift = store.add(new Drift(services));
    store.add(drift.watch.onDidChange(() => {
      lensesChanged.fire();
      badgesChanged.fire(undefined);
    }));
    return drift;
  }));
  store.add(vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: badgesChanged.event,
    provideFileDecoration: async (uri) => (uri.scheme === guestScheme && (await services.projects.folders()).length > 0 ? (await open()).badge(uri) : undefined),
  }));
  const command = (id: CommandId, run: (drift: room.Drift, about: LensArgument | undefined) => Promise<void>): void => {
    store.add(registerCommand(id, async (given: unknown) => run(await open(), isAbout(given) ? given : undefined)));
  };
  command(commandIds.compareTerraformDrift, (drift, about) => drift.compare(about));
  command(commandIds.updateTerraformCode, (drift, about) => drift.updateCode(about));
  command(commandIds.restoreTerraformCluster, (drift, about) => drift.restoreCluster(about));
  command(commandIds.refreshTerraformState, (drift, about) => drift.lookAgain(about));
  store.add(registerCommand(commandIds.openTerraformCode, async (item: unknown, selected: unknown) => (await open()).openCode(item, selected)));
  return {
    onDidChangeLenses: lensesChanged.event,
    lenses: async (document) => (await open()).lenses(document),
    dispose: () => store.dispose(),
  };
}

function isAbout(value: unknown): value is LensArgument {
  return typeof value === 'object' && value !== null && 'uri' in value && value.uri instanceof vscode.Uri;
}
