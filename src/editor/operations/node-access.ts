import * as vscode from 'vscode';
import { addressText, type Connection, PveError } from '../../pve/index.ts';
import { showWarningMessage, withProgress } from '../notices/index.ts';
import { labelText, visible } from '../text/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { enter } from '../questions/index.ts';

/**
 * Makes sure that the node's host key is accepted and that it lets us in, before anything is proposed. Asks about a key that is new or has changed,
 * and for a password where no key is let in.
 * @returns false when the person does not want to go on @throws PveError for what else is in the way
 */
export async function reachNode(clusters: Clusters, connectionId: string, node: string, title: string): Promise<boolean> {
  const { connections } = clusters;
  for (;;) {
    const connection = connections.find(connectionId);
    if (connection === undefined) throw new Error('The connection is not there any more.');
    const shell = await clusters.shell(connection);
    const signal = AbortSignal.timeout(30_000);
    try {
      await withProgress({ location: vscode.ProgressLocation.Window, title: `Reaching ${labelText(node)} over SSH` }, () => shell.run(node, ['true'], signal));
      return true;
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      if (error.kind === 'unauthorised') {
        const password = await askPassword(title, error, connection);
        if (password === undefined) return false;
        connections.secrets.keepSshPassword(connection.id, password);
        continue;
      }
      if (error.kind !== 'untrusted-certificate' || error.details.certificate === undefined) throw error;
      const { presented, expected } = error.details.certificate;
      if (!(await askAboutKey(title, error, expected))) return false;
      await connections.save(withKey(connection, addressText(await shell.addressOf(node, signal)), presented));
    }
  }
}

async function askAboutKey(title: string, { message, details }: PveError, expected: string | undefined): Promise<boolean> {
  const accept = { title: expected === undefined ? 'Accept Host Key' : 'Accept New Host Key' };
  const detail = [visible(message, 500), details.advice].filter((line) => line !== undefined).join('\n\n');
  return (await showWarningMessage(`${title}: ${expected === undefined ? 'an SSH host key that is new' : 'the SSH host key has changed'}`, { modal: true, detail }, accept)) === accept;
}

/** Where neither the agent nor a key is let in. */
async function askPassword(title: string, { message }: PveError, { ssh }: Connection): Promise<string | undefined> {
  return await enter({
    title, password: true,
    prompt: `${visible(message, 300)} The password of ${visible(ssh?.user ?? 'root', 40)}, which is kept until the window closes:`,
  });
}

function withKey(connection: Connection, address: string, key: string): Connection {
  return { ...connection, ssh: { ...connection.ssh, hostKeys: { ...connection.ssh?.hostKeys, [address]: key } } };
}
