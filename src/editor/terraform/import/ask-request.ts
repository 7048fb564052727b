import type * as vscode from 'vscode';
import type { GuestRow, Row } from '../../../inventory/index.ts';
import type { Connection } from '../../../pve/index.ts';
import { showInformationMessage, showWarningMessage } from '../../notices/index.ts';
import { counted, labelText, naturalOrder } from '../../text/index.ts';
import type { TerraformServices } from '../services.ts';
import { pick, pickMany } from '../../questions/index.ts';
import { importRequest, type ImportRequest } from './import-request.ts';

const title = 'Import into Terraform';

/** What a command was called on in the explorer, what is selected there, or what the person chooses. */
export async function askRequest({ explorer, clusters }: TerraformServices, argument: unknown, selected: unknown): Promise<ImportRequest | undefined> {
  await clusters.connections.load();
  const targets = argument === undefined ? await explorer().selection() : await explorer().targets(argument, selected);
  const inventory = await clusters.inventory();
  const request = importRequest(targets, (id) => inventory.rows(id), (id) => clusters.connections.find(id)?.name ?? '');
  if (typeof request === 'string') return void showWarningMessage(request);
  if (request !== undefined) return request;
  const connection = await askConnection(clusters.connections.all);
  return connection && (await askScope(connection, inventory.rows(connection.id)));
}

async function askConnection(all: readonly Connection[]): Promise<Connection | undefined> {
  const [only, ...others] = all;
  if (only === undefined) return void showInformationMessage('There is no connection to import guests from.');
  if (others.length === 0) return only;
  return (await pick(all.map((connection) => ({ label: labelText(connection.name, 60), connection })), { title, placeHolder: 'From which cluster?' }))?.connection;
}

async function askScope({ id: connectionId, name }: Connection, rows: ReadonlyMap<string, Row>): Promise<ImportRequest | undefined> {
  const guests = [...rows.values()].filter((row): row is GuestRow => row.kind === 'qemu' || row.kind === 'lxc');
  if (guests.length === 0) return void showInformationMessage('There are no guests on this cluster, or it has not been read yet. Show it in the explorer first.');
  const named = (kind: 'node' | 'pool'): readonly string[] => [...rows.values()].flatMap((row) => (row.kind === kind ? [row.kind === 'node' ? row.node : row.kind === 'pool' ? row.pool : ''] : [])).sort(naturalOrder);
  type Item = vscode.QuickPickItem & { readonly request?: ImportRequest };
  const items: Item[] = [
    { label: '$(server-environment) The Whole Cluster', description: counted(guests.length, 'guest'), request: { connectionId, scope: { kind: 'cluster' }, name } },
    { label: '$(list-selection) Choose Guests…' },
    ...named('pool').map((pool): Item => ({ label: `$(folder) ${labelText(pool, 60)}`, description: `pool · ${counted(guests.filter((guest) => guest.pool === pool).length, 'guest')}`, request: { connectionId, scope: { kind: 'pool', pool }, name: pool } })),
    ...named('node').map((node): Item => ({ label: `$(server) ${labelText(node, 60)}`, description: `node · ${counted(guests.filter((guest) => guest.node === node).length, 'guest')}`, request: { connectionId, scope: { kind: 'node', node }, name: node } })),
  ];
  const chosen = await pick(items, { title, placeHolder: 'What is imported?', matchOnDescription: true });
  if (chosen === undefined || chosen.request !== undefined) return chosen?.request;
  const picked = await pickMany(guests.toSorted((a, b) => a.vmid - b.vmid).map((guest) => ({ label: `${guest.vmid} ${labelText(guest.name, 60)}`, description: `${guest.kind === 'qemu' ? 'VM' : 'container'} on ${labelText(guest.node, 60)}`, guest })), { title, placeHolder: 'Which guests are imported?', matchOnDescription: true });
  const [first, ...others] = picked ?? [];
  return first && { connectionId, scope: { kind: 'guests', ids: (picked ?? []).map(({ guest }) => guest.id) }, name: others.length === 0 ? first.guest.name : name };
}
