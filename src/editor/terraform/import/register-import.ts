import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { registerCommand } from '../../contributed.ts';
import { commandIds } from '../../ids.ts';
import type { TerraformServices } from '../services.ts';

/** Registers the commands that take guests into Terraform. What is behind them is loaded when the first is called. */
export function registerImport(services: TerraformServices): Disposable {
  const store = new DisposableStore();
  for (const [id, kind] of [[commandIds.importIntoTerraform, 'import'], [commandIds.moveToTerraform, 'move']] as const) {
    store.add(registerCommand(id, async (argument: unknown, selected: unknown) => {
      const { askRequest } = await import('./ask-request.ts');
      const request = await askRequest(services, argument, selected);
      if (request === undefined) return;
      const { runImport } = await import('./run-import.ts');
      await runImport(services, kind, request);
    }));
  }
  return store;
}
