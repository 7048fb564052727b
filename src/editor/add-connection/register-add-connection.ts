import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Connection } from '../../pve/index.ts';
import { registerCommand } from '../contributed.ts';
import { type CommandId, commandIds } from '../ids.ts';
import { showWarningMessage, withProgress } from '../notices/index.ts';
import { labelText, visible } from '../text/index.ts';
import { pick } from '../questions/index.ts';
import type { WizardServices } from './wizard.ts';

/** Registers adding, editing, removing and reconnecting connections, and reviewing their certificates. The wizard is loaded when it is wanted. */
export function registerAddConnection(services: WizardServices): Disposable {
  const { connections, clusters } = services;
  const store = new DisposableStore();

  /** The connection a command is about: named by a tree item or a notice, or asked for. */
  const onConnection = (id: CommandId, run: (connection: Connection) => Promise<unknown>): void => {
    store.add(registerCommand(id, async (argument: unknown) => {
      await connections.load();
      const named = typeof argument === 'string' ? connections.find(argument) : undefined;
      const connection = named ?? (await pickConnection(connections.all));
      if (connection !== undefined) await run(connection);
    }));
  };

  store.add(registerCommand(commandIds.addConnection, async (address: unknown) => {
    await connections.load();
    const { ConnectionWizard } = await import('./wizard.ts');
    return (await new ConnectionWizard(services, typeof address === 'string' ? { address } : {}).run())?.id;
  }));
  onConnection(commandIds.editConnection, async (existing) => {
    const { ConnectionWizard } = await import('./wizard.ts');
    await new ConnectionWizard(services, { existing }).run();
  });
  onConnection(commandIds.reviewCertificate, async (connection) => (await import('./review-certificate.ts')).reviewCertificate(connection, services));
  onConnection(commandIds.reconnect, ({ id, name }) => withProgress({ location: vscode.ProgressLocation.Window, title: `Connecting to ${labelText(name, 40)}` }, () => clusters.reconnect(id)) as Promise<void>);
  onConnection(commandIds.removeConnection, async ({ id, name }) => {
    const ephemeral = connections.isEphemeral(id);
    const detail = ephemeral ? 'It is known to this window only. Nothing changes on the cluster.' : 'Its address, its secret and what the inventory knows of it are forgotten. Nothing changes on the cluster.';
    const remove = 'Remove';
    if ((await showWarningMessage(`Remove the connection “${visible(name, 60)}”?`, { modal: true, detail }, remove)) === remove) await connections.remove(id);
  });
  return store;
}

async function pickConnection(all: readonly Connection[]): Promise<Connection | undefined> {
  if (all.length < 2) return all[0];
  const chosen = await pick(all.map((connection) => ({ label: labelText(connection.name), description: connection.endpoints.join(', '), connection })), { title: 'Proxmox Connections', placeHolder: 'Choose a connection' });
  return chosen?.connection;
}
