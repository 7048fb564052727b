import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { registerCommand } from '../contributed.ts';
import { commandIds } from '../ids.ts';

/** Registers the list of connections and their health. */
export function registerHealthCommands(clusters: Clusters): Disposable {
  const store = new DisposableStore();
  store.add(registerCommand(commandIds.showHealth, async () => (await import('./show-health.ts')).showHealth(clusters)));
  return store;
}
