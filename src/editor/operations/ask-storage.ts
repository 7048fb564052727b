import * as z from 'zod';
import * as vscode from 'vscode';
import type { GuestTarget, StorageTarget, Wish } from '../../changes/index.ts';
import type { StorageRow } from '../../inventory/index.ts';
import { fileContents } from '../explorer/model/index.ts';
import { checksumAlgorithm, checksumText, contentOf, diskSize, fileNameFor, fileNameIn, newVmid, webAddress } from './answers.ts';
import type { Asked } from './ask-guest.ts';
import { choose, type } from './ask.ts';
import { type Choice, diskChoices, nodeChoices, storageChoices } from './choices.ts';
import { called, nextVmid, type Place, readConfig } from './place.ts';
import type { GuestSubject, Subject } from './subject.ts';

type Storage = Extract<Subject, { readonly target: StorageTarget }>;
type Volume = Extract<Subject, { readonly content: string }>;

async function chooseDisk(place: Place, target: GuestTarget): Promise<string | undefined> {
  return await choose(place.title, `Disks of ${called(target)}`, diskChoices(target, await readConfig(place, target)));
}

export async function askResizeDisk(place: Place, [guest]: readonly GuestSubject[]): Asked {
  if (guest === undefined) return undefined;
  const disk = await chooseDisk(place, guest.target);
  if (disk === undefined) return undefined;
  const size = await type(place.title, `New size of ${disk}, or with + what is added; disks cannot be shrunk`, { value: '+10G', check: diskSize });
  return size === undefined ? undefined : [{ operation: 'guest.resize-disk', target: guest.target, parameters: { disk, size: size.toUpperCase() } }];
}

export async function askMoveDisk(place: Place, [guest]: readonly GuestSubject[]): Asked {
  if (guest === undefined) return undefined;
  const { target } = guest;
  const disk = await chooseDisk(place, target);
  if (disk === undefined) return undefined;
  const storage = await choose(place.title, 'Storage', storageChoices(place.rows, place.live, target.node, target.type === 'qemu' ? 'images' : 'rootdir'));
  if (storage === undefined) return undefined;
  const remove = await choose(place.title, 'What becomes of the old disk?', [
    { label: 'Delete it', description: 'when it has been copied', value: true },
    { label: 'Keep it', description: 'as an unused disk of the guest', value: false },
  ]);
  return remove === undefined ? undefined : [{ operation: 'guest.move-disk', target, parameters: { disk, storage, ...(remove ? { delete: true } : {}) } }];
}

export async function askBackup(place: Place, guests: readonly GuestSubject[]): Asked {
  const perNode = [...new Set(guests.map(({ target }) => target.node))].map((node) => storageChoices(place.rows, place.live, node, 'backup'));
  const everywhere = (perNode[0] ?? []).filter(({ value }) => perNode.every((choices) => choices.some((choice) => choice.value === value)));
  const storage = await choose(place.title, 'Storage for the backup', everywhere);
  if (storage === undefined) return undefined;
  const modes: readonly Choice<string>[] = [
    { label: 'Snapshot', description: 'it goes on running', value: 'snapshot' },
    { label: 'Suspend', description: 'it stands still for a while', value: 'suspend' },
    { label: 'Stop', description: 'it is shut down and started again; the most consistent', value: 'stop' },
  ];
  const mode = guests.some(({ target }) => place.guest(target)?.status === 'running') ? await choose(place.title, 'Mode', modes) : 'snapshot';
  if (mode === undefined) return undefined;
  const pbs = [...place.rows.values()].some((row) => row.kind === 'storage' && row.storage === storage && row.plugintype === 'pbs');
  return guests.map(({ target }): Wish => ({ operation: 'guest.backup', target, parameters: { storage, mode, ...(pbs ? {} : { compress: 'zstd' }), 'notes-template': '{{guestname}}' } }));
}

/** The kind of guest that a backup is of, by its name. */
export function backupKind(volid: string): GuestTarget['type'] | undefined {
  const [, kind] = /(?:vzdump-(qemu|lxc|openvz)-|backup\/(vm|ct)\/)/.exec(volid)?.filter(Boolean) ?? [];
  return kind === undefined ? undefined : kind === 'qemu' || kind === 'vm' ? 'qemu' : 'lxc';
}

export async function askRestore(place: Place, [backup]: readonly Volume[]): Asked {
  if (backup === undefined) return undefined;
  const { target: { volid, storage: from, node: there }, vmid: owner } = backup;
  const kind = backupKind(volid);
  if (kind === undefined) throw new Error(`${volid} does not tell whether it is of a VM or a container.`);
  const old = owner === undefined ? undefined : (place.rows.get(`qemu/${owner}`) ?? place.rows.get(`lxc/${owner}`));
  const how = await choose<'over' | 'new'>(place.title, volid, [
    ...(old?.kind === kind ? [{ label: `Over ${called({ kind: 'guest', type: kind, vmid: old.vmid, node: old.node, name: old.name })}`, description: 'what it holds now is lost', value: 'over' as const }] : []),
    { label: 'As a new guest', description: 'with addresses of its own', value: 'new' },
  ]);
  if (how === undefined) return undefined;
  const over = how === 'over' && old?.kind === kind ? old : undefined;
  const free = owner !== undefined && old === undefined ? owner : await nextVmid(place);
  const vmid = over?.vmid ?? Number((await type(place.title, 'VMID', { value: String(free), check: newVmid(place.rows) })) ?? NaN);
  if (Number.isNaN(vmid)) return undefined;
  const nodes = nodeChoices(place.rows, place.live).filter(({ value }) => place.rows.has(`storage/${value}/${from}`));
  const node = over?.node ?? (nodes.length < 2 ? there : await choose(place.title, 'Node', nodes));
  if (node === undefined) return undefined;
  const asBefore = { label: 'Where the disks were', value: '' };
  const storage = await choose(place.title, 'Storage', [asBefore, ...storageChoices(place.rows, place.live, node, kind === 'qemu' ? 'images' : 'rootdir')]);
  if (storage === undefined) return undefined;
  return [{
    operation: 'guest.restore',
    target: { kind: 'guest', type: kind, vmid, node, ...(over === undefined ? {} : { name: over.name }) },
    parameters: { archive: volid, ...(storage === '' ? {} : { storage }), ...(over === undefined ? { unique: true } : { force: true }) },
  }];
}

function takenBy(place: Place, { target }: Storage): readonly string[] {
  const row = place.rows.get(`storage/${target.node}/${target.storage}`) as StorageRow | undefined;
  return fileContents.filter((content) => row?.content.includes(content) === true);
}

const contentNames: Readonly<Record<string, string>> = { iso: 'ISO image', vztmpl: 'Container template', import: 'Disk image to import' };
const chooseContent = (place: Place, kinds: readonly string[]): Promise<string | undefined> => choose(place.title, 'What is it?', kinds.map((kind) => ({ label: contentNames[kind] ?? kind, value: kind })));

const metadata = z.object({ filename: z.string().optional() });

export async function askDownload(place: Place, [storage]: readonly Storage[]): Asked {
  if (storage === undefined) return undefined;
  const kinds = takenBy(place, storage);
  const url = await type(place.title, 'Address that the node downloads from', { check: webAddress, placeHolder: 'https://…' });
  if (url === undefined) return undefined;
  // The server's own name of the file, where the node may ask for it.
  const told = await place.client.get(`/nodes/${encodeURIComponent(storage.target.node)}/query-url-metadata`, { url }).then((data) => metadata.safeParse(data).data?.filename, () => undefined);
  const proposed = told ?? fileNameIn(url);
  const content = contentOf(proposed, kinds) ?? (kinds.length === 1 ? kinds[0] : await chooseContent(place, kinds));
  if (content === undefined) return undefined;
  const filename = await type(place.title, 'File name on the storage', { value: proposed, check: fileNameFor(content) });
  if (filename === undefined) return undefined;
  const checksum = await type(place.title, 'Checksum (MD5 or SHA), so that nothing else is downloaded; may stay empty', { check: checksumText });
  if (checksum === undefined) return undefined;
  const algorithm = checksumAlgorithm(checksum);
  return [{ operation: 'storage.download-url', target: storage.target, parameters: { url, content, filename, ...(algorithm === undefined ? {} : { checksum, 'checksum-algorithm': algorithm }) } }];
}

export async function askUpload(place: Place, [storage]: readonly Storage[]): Asked {
  if (storage === undefined) return undefined;
  const kinds = takenBy(place, storage);
  const files = await vscode.window.showOpenDialog({ title: `${place.title} to ${storage.target.storage}`, openLabel: 'Upload', canSelectMany: true });
  const wishes: Wish[] = [];
  for (const uri of files ?? []) {
    if (uri.scheme !== 'file') throw new Error(`${uri.toString()} is not on this machine; only its files can be uploaded.`);
    const filename = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const content = contentOf(filename, kinds) ?? (await chooseContent(place, kinds));
    if (content === undefined) return undefined;
    const wrong = fileNameFor(content)(filename);
    if (wrong !== undefined) throw new Error(`${filename}: ${wrong}`);
    wishes.push({ operation: 'storage.upload', target: storage.target, parameters: { file: uri.fsPath, content, filename } });
  }
  return wishes.length === 0 ? undefined : wishes;
}
