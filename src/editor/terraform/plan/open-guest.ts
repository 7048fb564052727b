import * as vscode from 'vscode';
import type { GuestRow } from '../../../inventory/index.ts';
import { showInformationMessage } from '../../notices/index.ts';
import { visible } from '../../text/index.ts';
import type { TerraformServices } from '../services.ts';
import { findGuest } from './find-guest.ts';
import { lensTargets } from './lens-targets.ts';
import type { LensArgument } from './plan-lenses.ts';

/** Selects the guest that a resource is in the explorer. */
export async function openGuest({ clusters, documents, projects, explorer }: TerraformServices, { uri, address }: LensArgument): Promise<void> {
  const folder = projects.folderOf(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  const hint = lensTargets(await documents.of(document)).find((target) => target.address === address)?.guest;
  if (folder === undefined || hint === undefined) return;
  await clusters.connections.load();
  const connection = projects.connectionOf(folder);
  if (connection === undefined) return void showInformationMessage('Connect the folder to a cluster first.');
  const inventory = await clusters.inventory();
  if (inventory.rows(connection.id).size === 0) await clusters.refresh([connection.id]);
  const guests = [...inventory.rows(connection.id).values()].filter((row): row is GuestRow => row.kind === 'qemu' || row.kind === 'lxc');
  const found = findGuest(hint, guests);
  if (found !== undefined && (await explorer().reveal(connection.id, found.id))) return;
  void showInformationMessage(`${visible(address ?? '', 120)} is not a guest on ${visible(connection.name, 60)} yet, or the code does not say which.`);
}
