import * as vscode from 'vscode';
import { DisposableStore } from '../../base/index.ts';
import type { GuestType } from '../../changes/create/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { EditorDoor } from '../door/index.ts';
import { createViewType } from '../ids.ts';
import { pageHtml } from '../review/index.ts';
import type { RegisteredTerraform } from '../terraform/index.ts';
import { visible } from '../text/index.ts';
import { CreateForm } from './create-form.ts';
import { FactsSource } from './facts-source.ts';
import { titles } from './form-view.ts';
import type { FromPage, ToPage } from './messages.ts';

export interface CreateServices {
  readonly door: EditorDoor;
  readonly clusters: Clusters;
  readonly extensionUri: vscode.Uri;
  readonly terraform: () => Pick<RegisteredTerraform, 'writeNewGuest'>;
}

/** What is to be created, and where the command was called. */
export interface CreateRequest {
  readonly type: GuestType;
  readonly connectionId: string;
  readonly surface: string;
  readonly node?: string | undefined;
}

/** Opens the form in a tab of its own. @throws Error when the connection is not there any more */
export async function openCreatePanel({ door, clusters, extensionUri, terraform }: CreateServices, { type, connectionId, surface, node }: CreateRequest): Promise<void> {
  await clusters.connections.load();
  const connection = clusters.connections.find(connectionId);
  if (connection === undefined) throw new Error('The connection is not there any more.');
  const inventory = await clusters.inventory();
  const root = vscode.Uri.joinPath(extensionUri, 'webview');
  const panel = vscode.window.createWebviewPanel(createViewType, `${titles[type]}: ${visible(connection.name, 40)}`, vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [root] });
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media/icon.svg');
  const { webview } = panel;
  const source = new FactsSource(() => clusters.client(connection), inventory);
  const store = new DisposableStore();
  const form = store.add(new CreateForm({
    type, node, connection: connection.name,
    facts: {
      // What the form says about nodes and VMIDs is of this moment.
      cluster: async (signal) => {
        await clusters.refresh([connectionId]);
        return await source.cluster(signal);
      },
      node: (name, signal) => source.node(name, signal),
      holderOf: (vmid, signal) => source.holderOf(vmid, signal),
    },
    post: (message: ToPage) => void webview.postMessage(message),
    keep: (secret) => door.secrets.keep(secret),
    review: async (wishes) => {
      const proposal = await door.propose({ connectionId, surface, wishes });
      return (await door.review(proposal, { wanted: true }))?.state === 'succeeded';
    },
    writeAsCode: (guest) => terraform().writeNewGuest({ connectionId, ...guest }),
    close: () => {
      panel.dispose();
    },
  }));
  store.add(webview.onDidReceiveMessage((message: FromPage) => void form.receive(message)));
  panel.onDidDispose(() => store.dispose());
  webview.html = pageHtml({
    title: titles[type],
    cspSource: webview.cspSource,
    script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'create.js')).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'create.css')).toString(),
  });
  await form.load();
}
