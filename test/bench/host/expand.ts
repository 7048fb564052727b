import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLogger } from '../../../src/base/index.ts';
import { Clusters } from '../../../src/editor/clusters/index.ts';
import { Connections, EditorSecrets, embeddedConnection } from '../../../src/editor/connections/index.ts';
import { Explorer } from '../../../src/editor/explorer/explorer.ts';
import { timed } from '../rounds.ts';

/**
 * Milliseconds per time that the pool `thousand` takes to expand: what VS Code asks the view for then, in the extension
 * host, over the real inventory of the cluster. Each time the tree has forgotten what it showed.
 */
export async function expandFolder(cluster: Parameters<typeof embeddedConnection>[0], folder: string): Promise<number[]> {
  const embedded = embeddedConnection(cluster, 'bench');
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.proxmox-workbench'));
  assert(embedded !== undefined && extension !== undefined);
  const none: vscode.SecretStorage = {
    keys: () => Promise.resolve([]),
    get: () => Promise.resolve(undefined),
    store: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const connections = new Connections(new EditorSecrets(none));
  const clusters = new Clusters({ connections, logger: silentLogger, folder, sqlWasm: join(extension.extensionPath, 'sql-wasm.wasm') });
  connections.addEphemeral(embedded.connection, embedded.secret);
  const settings = { grouping: 'pool', sortBy: 'vmid', filter: '' } as const;
  const explorer = await Explorer.open({ clusters, logger: silentLogger, extensionUri: extension.extensionUri, settings, repaint: () => undefined });
  try {
    await clusters.refresh();
    const times: number[] = [];
    for (let round = 0; round < 25; round++) {
      explorer.show(settings);
      await explorer.children();
      const pool = (await explorer.children('bench')).find((id) => id.endsWith('/pool=thousand'));
      assert(pool !== undefined);
      let items: readonly vscode.TreeItem[] = [];
      times.push(await timed(async () => (items = (await explorer.children(pool)).map((id) => explorer.treeItem(id)))));
      assert(items.length > 900, `${items.length} guests`);
    }
    return times;
  } finally {
    explorer.dispose();
    clusters.dispose();
    connections.dispose();
  }
}
