import { showInformationMessage } from '../notices/index.ts';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { GuestType } from '../../changes/create/index.ts';
import { registerCommand } from '../contributed.ts';
import type { RegisteredExplorer } from '../explorer/index.ts';
import { commandIds } from '../ids.ts';
import { visible } from '../text/index.ts';
import { pick } from '../questions/index.ts';
import type { CreateServices } from './create-panel.ts';

export interface RegisterCreateServices extends CreateServices {
  readonly explorer: () => RegisteredExplorer;
}

const commands = [['createContainer', 'lxc'], ['createVm', 'qemu']] as const satisfies readonly (readonly [keyof typeof commandIds, GuestType])[];

/** Registers the commands that open the form. The form and what it knows are loaded when the first is called. */
export function registerCreate(services: RegisterCreateServices): Disposable {
  const store = new DisposableStore();
  for (const [id, type] of commands) {
    store.add(registerCommand(commandIds[id], async (argument: unknown) => {
      const place = argument === undefined ? await askedPlace(services) : await calledPlace(services, argument);
      if (place === undefined) return;
      const { openCreatePanel } = await import('./create-panel.ts');
      await openCreatePanel(services, { type, ...place });
    }));
  }
  return store;
}

interface Place {
  readonly connectionId: string;
  readonly surface: string;
  readonly node?: string;
}

/** The connection or node that the command was called on. */
async function calledPlace({ explorer }: RegisterCreateServices, argument: unknown): Promise<Place | undefined> {
  const [target] = await explorer().targets(argument);
  if (target === undefined) return undefined;
  return { connectionId: target.connectionId, surface: 'explorer', ...(target.node.type === 'node' && { node: target.node.node }) };
}

/** From the palette: the only connection, or one that is chosen. */
async function askedPlace({ clusters }: RegisterCreateServices): Promise<Place | undefined> {
  await clusters.connections.load();
  const { all } = clusters.connections;
  const [only, ...others] = all;
  if (only === undefined) return void showInformationMessage('There is no connection to create anything on.');
  if (others.length === 0) return { connectionId: only.id, surface: 'palette' };
  const chosen = await pick(all.map(({ id, name }) => ({ label: visible(name, 60), id })), { title: 'Create', placeHolder: 'On which cluster?' });
  return chosen && { connectionId: chosen.id, surface: 'palette' };
}
