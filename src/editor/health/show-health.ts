import * as vscode from 'vscode';
import type { Clusters } from '../clusters/index.ts';
import { commandIds } from '../ids.ts';
import { labelText } from '../text/index.ts';
import { pick } from '../questions/index.ts';
import { sentence, settled } from './health-summary.ts';

type Choice = vscode.QuickPickItem & { readonly run?: () => unknown };

/** Lists the connections with their health; choosing one does what helps it. */
export async function showHealth(clusters: Clusters): Promise<void> {
  const { connections } = clusters;
  await connections.load();
  const choices: Choice[] = connections.all.map(({ id, name, endpoints }) => {
    const health = settled(clusters.health(id));
    const failed = health.state === 'failed';
    const untrusted = failed && health.error.kind === 'untrusted-certificate';
    return {
      label: `${failed ? '$(error)' : health.state === 'ok' ? '$(pass)' : '$(server-environment)'} ${labelText(name)}`,
      description: endpoints.join(', '),
      detail: labelText(failed ? [sentence(health), health.error.details.advice ?? ''].join(' ') : sentence(health), 600),
      run: () => vscode.commands.executeCommand(untrusted ? commandIds.reviewCertificate : commandIds.reconnect, id),
    };
  });
  for (const { name, problem } of connections.broken) {
    choices.push({ label: `$(error) ${labelText(name)}`, detail: labelText(`This entry of the settings cannot be read: ${problem}`, 600), run: () => vscode.commands.executeCommand(commandIds.editSettings) });
  }
  choices.push({ label: '$(add) Add connection…', alwaysShow: true, run: () => vscode.commands.executeCommand(commandIds.addConnection) });
  const chosen = await pick(choices, { title: 'Proxmox Connections', placeHolder: 'Choose a connection to connect it again', matchOnDetail: true });
  await chosen?.run?.();
}
