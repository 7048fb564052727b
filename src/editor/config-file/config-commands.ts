import * as vscode from 'vscode';
import { showErrorMessage, showInformationMessage } from '../notices/index.ts';
import { counted, formatTime, visible } from '../text/index.ts';
import { pick, pickMany } from '../questions/index.ts';
import { readConfig, readSnapshots } from './cluster-config.ts';
import { type ConfigFiles, configUri } from './config-files.ts';
import { type ConfigPlace, type ConfigVersion, parseConfigPath } from './config-place.ts';
import { pendingText } from './pending-lenses.ts';

const at = (place: ConfigPlace, version: ConfigVersion): vscode.Uri => configUri({ ...place, version });
const edited = (place: ConfigPlace): vscode.Uri => at(place, { type: 'configuration' });

export async function editConfig(place: ConfigPlace): Promise<void> {
  await vscode.window.showTextDocument(edited(place), { preview: false });
}

/** The running configuration on the left, the one from the next start on at the right. */
export async function compareWithRunning(place: ConfigPlace): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', at(place, { type: 'running' }), edited(place), `${place.vmid}.conf: running ↔ configured`);
}

/** Lets the person choose one of the guest's snapshots, and compares. */
export async function compareWithSnapshot(files: ConfigFiles, place: ConfigPlace): Promise<void> {
  const snapshots = await readSnapshots(await files.clientFor(place), await files.placeNow(place));
  if (snapshots.length === 0) {
    void showInformationMessage(`Guest ${place.vmid} has no snapshots.`);
    return;
  }
  const items = snapshots.toReversed().map(({ name, description, snaptime }) => ({ label: name, description: snaptime === undefined ? '' : formatTime(snaptime * 1000), detail: visible(description ?? '', 120) }));
  const chosen = await pick(items, { title: `Compare the configuration of ${place.vmid} with`, placeHolder: 'Snapshot' });
  if (chosen === undefined) return;
  await vscode.commands.executeCommand('vscode.diff', at(place, { type: 'snapshot', name: chosen.label }), edited(place), `${place.vmid}.conf: ${chosen.label} ↔ configured`);
}

/**
 * Takes back changes that wait for the next start.
 * @param keys options to revert without asking which
 */
export async function revertPending(files: ConfigFiles, place: ConfigPlace, keys: readonly string[] | undefined): Promise<void> {
  const { door } = files;
  if (door === undefined) {
    void showErrorMessage('Changes to clusters are switched off in this window.');
    return;
  }
  const here = await files.placeNow(place);
  const client = await files.clientFor(here);
  const { pending, digest } = await readConfig(client, here);
  if (pending.length === 0) {
    void showInformationMessage(`No change of ${place.vmid} waits for its next start.`);
    return;
  }
  const chosen = keys ?? (await pickMany(
    pending.map((option) => ({ label: option.key, description: pendingText(option), picked: true })),
    { title: `Revert pending changes of ${place.vmid}`, placeHolder: counted(pending.length, 'pending change') },
  ))?.map(({ label }) => label);
  if (chosen === undefined || chosen.length === 0) return;
  const name = await files.nameOf(here);
  const target = { kind: 'guest' as const, type: here.kind, vmid: here.vmid, node: here.node, ...(name !== undefined && { name }) };
  const parameters = { revert: chosen.join(','), ...(digest !== undefined && { digest }) };
  const proposal = await door.propose({ connection: client.connection, origin: 'person', surface: 'editor' }, [{ operation: 'guest.configure', target, parameters }]);
  if (await door.review(proposal)) await files.reload(edited(place));
}

/** The configuration that a command's argument or the active editor is about. */
export function placeOf(uri: vscode.Uri | undefined): ConfigPlace | undefined {
  const from = uri ?? vscode.window.activeTextEditor?.document.uri;
  return from === undefined ? undefined : parseConfigPath(from.path);
}
