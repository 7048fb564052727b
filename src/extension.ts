import { join } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from './base/index.ts';
import { registerAddConnection } from './editor/add-connection/index.ts';
import { registerAudit } from './editor/audit/index.ts';
import { Clusters, Privileges } from './editor/clusters/index.ts';
import { registerConfigFiles } from './editor/config-file/index.ts';
import { Connections, EditorSecrets, embeddedConnection, takeEmbeddedCluster } from './editor/connections/index.ts';
import { Consoles } from './editor/console/index.ts';
import { registerCommand } from './editor/contributed.ts';
import { registerCreate } from './editor/create/index.ts';
import { EditorDoor, registerPolicyLanguage, reviewingDoor } from './editor/door/index.ts';
import { registerExplorer, type RegisteredExplorer } from './editor/explorer/index.ts';
import { HealthStatus, registerHealthCommands } from './editor/health/index.ts';
import { HistoryDocuments } from './editor/history/index.ts';
import { commandIds, explorerViewId, extensionId, walkthroughId } from './editor/ids.ts';
import { registerOperations } from './editor/operations/index.ts';
import { TaskLogDocuments } from './editor/tasks/index.ts';
import { registerTerraform, type RegisteredTerraform } from './editor/terraform/index.ts';

/** The id of the connection to the cluster that `npm start` hands over. */
const startedWithId = '~start';

/** Builds the services and registers the surfaces. What is behind a surface is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const { extensionPath, extensionUri, globalState, secrets, globalStorageUri, storageUri, subscriptions } = context;
  const own = <T extends vscode.Disposable>(item: T): T => {
    subscriptions.push(item);
    return item;
  };
  const logger = own(vscode.window.createOutputChannel('Proxmox Workbench', { log: true }));
  const connections = own(new Connections(new EditorSecrets(secrets)));
  const clusters = own(new Clusters({
    connections,
    logger,
    folder: join((storageUri ?? globalStorageUri).fsPath, 'inventory'),
    sqlWasm: join(extensionPath, 'sql-wasm.wasm'),
  }));
  const tasks = own(new TaskLogDocuments(clusters));
  const histories = own(new HistoryDocuments(clusters));

  const privileges = own(new Privileges(clusters, logger));

  // The explorer and the door know of each other: what is dropped in the one goes through the other, which then shows it in the one.
  const explorer = (): RegisteredExplorer => registered;
  // Likewise Terraform: it proposes at the door, which has it carry out what was approved.
  const withTerraform = (): RegisteredTerraform => terraform;
  const seen = own(new Emitter<void>());
  const door = own(new EditorDoor({
    clusters, logger, extensionUri, folder: globalStorageUri.fsPath, firstSeen: seen.event,
    refresh: (id) => void explorer().refresh(id),
    contributions: async () => [await withTerraform().contribution()],
  }));
  own(registerPolicyLanguage());
  own(registerAudit({ folder: door.auditFolder, log: async () => (await door.open()).audit }));
  const operations = own(registerOperations({ door, clusters, privileges, explorer }));
  own(registerCreate({ door, clusters, extensionUri, explorer, terraform: withTerraform }));
  const configs = own(registerConfigFiles({ clusters, logger, door: reviewingDoor(door) }));

  const consoles = own(new Consoles(clusters, extensionUri));
  const registered = own(registerExplorer({ clusters, privileges, tasks, histories, consoles, configs, logger, extensionUri, memory: globalState, seen: () => seen.fire(), dropped: operations.dropped }));
  const terraform = own(registerTerraform({ clusters, door, privileges, explorer, logger, extensionUri, memory: globalState, storage: join(globalStorageUri.fsPath, 'terraform') }));
  own(registerAddConnection({ connections, clusters, logger }));
  own(new HealthStatus(clusters));
  own(registerHealthCommands(clusters));
  own(registerCommand(commandIds.continueTaskLog, () => tasks.more()));
  own(registerCommand(commandIds.showLog, () => logger.show()));
  own(registerCommand(commandIds.editSettings, () => vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId} connections`)));
  own(registerCommand(commandIds.gettingStarted, () => vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId.replace(/^proxmox\./, '')}`, false)));
  own(registerCommand(commandIds.tryDemo, async () => {
    const { startDemo } = await import('./editor/demo/index.ts');
    await startDemo(join(extensionPath, 'simulator.js'), connections, logger);
    await vscode.commands.executeCommand(`${explorerViewId}.focus`);
  }));
  void openStartedWith(connections);
}

/** Connects to the cluster that `npm start` hands over; without credentials it asks for them. */
async function openStartedWith(connections: Connections): Promise<void> {
  const cluster = takeEmbeddedCluster(process.env);
  if (cluster === undefined) return;
  const embedded = embeddedConnection(cluster, startedWithId);
  if (embedded !== undefined) connections.addEphemeral(embedded.connection, embedded.secret);
  if (cluster.sshPassword !== undefined) connections.secrets.keepSshPassword(startedWithId, cluster.sshPassword);
  await vscode.commands.executeCommand(`${explorerViewId}.focus`);
  if (embedded === undefined) await vscode.commands.executeCommand(commandIds.addConnection, cluster.url);
}
