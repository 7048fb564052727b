import * as vscode from 'vscode';
import type { Logger } from '../../base/index.ts';
import { type Connections, embeddedConnection } from '../connections/index.ts';
import { withProgress } from '../notices/index.ts';
import { startSimulator } from './demo-simulator.ts';

/** The id of the demo's connection: no saved connection can have one that starts like this. */
export const demoConnectionId = '~demo';

/**
 * Starts the demo cluster on this machine, unless it runs already, and adds its connection to this window.
 * @param entry absolute path of `simulator.js`
 */
export async function startDemo(entry: string, connections: Connections, logger: Logger): Promise<void> {
  if (connections.find(demoConnectionId) !== undefined) return;
  const simulator = await withProgress({ location: vscode.ProgressLocation.Window, title: 'Starting the demo cluster' }, () => startSimulator(entry, ['--ssh-port', '0']));
  const demo = embeddedConnection({ name: 'Demo cluster', ...simulator }, demoConnectionId);
  if (demo === undefined || connections.find(demoConnectionId) !== undefined) return simulator.dispose();
  logger.info(`The demo cluster answers at ${simulator.url}.`);
  connections.addEphemeral(demo.connection, demo.secret, simulator);
  connections.secrets.keepSshPassword(demoConnectionId, simulator.password);
  void simulator.ended.then((reason) => logger.info(`The demo cluster ${reason}.`));
}
