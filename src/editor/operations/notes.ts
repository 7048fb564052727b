import * as vscode from 'vscode';
import type { GuestTarget } from '../../changes/index.ts';
import { notesScheme } from '../ids.ts';
import { placeOf, readConfig } from './place.ts';
import type { OperationServices } from './services.ts';
import { guestTarget, type GuestSubject } from './subject.ts';

/** Opens a guest's notes as a Markdown file; saving it proposes the change. */
export async function openNotes({ connectionId, target: { type, vmid, name } }: GuestSubject): Promise<void> {
  const uri = vscode.Uri.from({ scheme: notesScheme, path: `/${encodeURIComponent(connectionId)}/${type}/${vmid}/${(name ?? String(vmid)).replaceAll('/', '-')}.md` });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

interface Notes {
  readonly text: Uint8Array;
  readonly changed: number;
}

/** Guests' notes, as they were when they were last read or saved. */
export class NotesFiles {
  readonly #services: OperationServices;
  readonly #known = new Map<string, Notes>();

  constructor(services: OperationServices) {
    this.#services = services;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, changed } = this.#known.get(uri.toString()) ?? (await this.#read(uri));
    return { type: vscode.FileType.File, ctime: changed, mtime: changed, size: text.length };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#read(uri)).text;
  }

  /** Has the change decided about and carried out. Throws when it was not, so that the editor stays unsaved. */
  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { connectionId, target } = await this.#guest(uri);
    const before = this.#known.get(uri.toString());
    const now = await this.#read(uri);
    if (before !== undefined && Buffer.compare(before.text, now.text) !== 0) throw new vscode.FileSystemError('The notes were changed on the cluster meanwhile. Copy yours, revert the file, and enter them again.');
    if (Buffer.compare(now.text, content) === 0) return;
    const description = new TextDecoder().decode(content);
    const { door } = this.#services;
    const proposal = await door.propose({ connectionId, surface: 'editor', wishes: [{ operation: 'guest.configure', target, parameters: description.trim() === '' ? { delete: 'description' } : { description } }] });
    const journal = await door.review(proposal);
    if (journal?.state !== 'succeeded') throw new vscode.FileSystemError(journal === undefined ? 'The notes were not changed.' : 'Changing the notes failed.');
    await this.#read(uri);
  }

  async #read(uri: vscode.Uri): Promise<Notes> {
    const { connectionId, target } = await this.#guest(uri);
    const place = await placeOf(this.#services.clusters, connectionId, 'Edit Notes');
    const description = (await readConfig(place, target))['description'];
    const text = new TextEncoder().encode(typeof description === 'string' ? description : '');
    const known = this.#known.get(uri.toString());
    const notes = known !== undefined && Buffer.compare(known.text, text) === 0 ? known : { text, changed: Date.now() };
    this.#known.set(uri.toString(), notes);
    return notes;
  }

  async #guest(uri: vscode.Uri): Promise<{ readonly connectionId: string; readonly target: GuestTarget }> {
    const [, connection = '', type = '', vmid = ''] = uri.path.split('/');
    const connectionId = decodeURIComponent(connection);
    const { clusters } = this.#services;
    await clusters.connections.load();
    const inventory = await clusters.inventory();
    if (inventory.rows(connectionId).size === 0) await clusters.refresh([connectionId]);
    const target = guestTarget(inventory.rows(connectionId), `${type}/${vmid}`);
    if (target === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return { connectionId, target };
  }
}
