import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { registerCommand } from '../contributed.ts';
import { type CommandId, commandIds, configLanguage, configScheme } from '../ids.ts';
import { asItStands } from '../text/index.ts';
import type { ConfigFileServices } from './config-files.ts';
import type { ConfigPlace } from './config-place.ts';
import type * as room from './room.ts';

/** Guests' configurations as files; see {@link registerConfigFiles}. */
export interface RegisteredConfigFiles extends Disposable {
  /** Opens one for editing. @param rowId of the inventory: `qemu/100` */
  readonly edit: (guest: Guest) => Promise<void>;
  readonly compareWithRunning: (guest: Guest) => Promise<void>;
  readonly compareWithSnapshot: (guest: Guest) => Promise<void>;
  readonly revertPending: (guest: Guest) => Promise<void>;
}

export interface Guest {
  readonly connectionId: string;
  readonly rowId: string;
}

type Room = typeof room;

/**
 * Registers guests' configurations as files of the scheme `proxmox`, their language, and what is done with them. The language also serves
 * copies of `/etc/pve`. What is behind all of it is loaded with the first such document.
 */
export function registerConfigFiles(services: ConfigFileServices): RegisteredConfigFiles {
  const store = new DisposableStore();
  const changes = store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  const lenses = store.add(new vscode.EventEmitter<void>());
  const { clusters } = services;

  let opening: Promise<{ readonly room: Room; readonly files: InstanceType<Room['ConfigFiles']>; readonly diagnosed: InstanceType<Room['DiagnosedDocuments']> }> | undefined;
  const open = (): NonNullable<typeof opening> =>
    (opening ??= import('./room.ts').then((room) => {
      const files = store.add(new room.ConfigFiles(services, (uri) => changes.fire([{ type: vscode.FileChangeType.Changed, uri }])));
      store.add(files.onDidChangePending(() => lenses.fire()));
      store.add(clusters.onDidChange(({ connectionId }) => void files.refresh(connectionId)));
      store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === configScheme) files.forget(uri);
      }));
      return { room, files, diagnosed: store.add(new room.DiagnosedDocuments(files)) };
    }));

  store.add(vscode.workspace.registerFileSystemProvider(configScheme, {
    onDidChangeFile: changes.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: async (uri) => (await open()).files.stat(uri),
    readFile: async (uri) => (await open()).files.readFile(uri),
    async writeFile(uri, content) {
      const { room, files } = await open();
      const outcome = await files.writeFile(uri, content);
      // VS Code saves what is to be merged when the merge editor opens; it is not saved before the cluster has it.
      if (outcome === 'merging') setTimeout(() => void room.markUnsaved(uri), 300);
      if (outcome !== 'conflict') return;
      const place = room.placeOf(uri);
      // After VS Code has taken note that nothing was saved.
      if (place !== undefined) setTimeout(() => void room.openConflict(place, uri, () => files.expectMerge(uri)), 0);
      throw new vscode.FileSystemError('The configuration was changed on the cluster meanwhile. Merge both, then save again.');
    },
    readDirectory: () => [],
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  }, { isCaseSensitive: true }));

  const language = { language: configLanguage };
  store.add(vscode.languages.registerCompletionItemProvider(language, {
    provideCompletionItems: async (document, position) => {
      const asked = asItStands(document);
      const { room, files } = await open();
      return room.completionsAt(files, asked, position);
    },
  }, ':', ' ', ',', '=', ';'));
  store.add(vscode.languages.registerHoverProvider(language, { provideHover: async (document, position) => (await open()).room.hoverAt(document, position) }));
  store.add(vscode.languages.registerCodeActionsProvider(language, { provideCodeActions: async (document, range) => (await open()).diagnosed.provideCodeActions(document, range) }));
  store.add(vscode.languages.registerCodeLensProvider({ ...language, scheme: configScheme }, {
    onDidChangeCodeLenses: lenses.event,
    provideCodeLenses: async (document) => {
      const { room, files } = await open();
      return room.pendingLenses(files, document);
    },
  }));
  // Diagnostics are there without being asked for.
  const look = ({ languageId }: vscode.TextDocument): void => void (languageId === configLanguage && open());
  store.add(vscode.workspace.onDidOpenTextDocument(look));
  vscode.workspace.textDocuments.forEach(look);

  const placeOf = async ({ connectionId, rowId }: Guest): Promise<ConfigPlace | undefined> => {
    const row = (await clusters.inventory()).rows(connectionId).get(rowId);
    return row?.kind === 'qemu' || row?.kind === 'lxc' ? { connectionId, node: row.node, kind: row.kind, vmid: row.vmid, version: { type: 'configuration' } } : undefined;
  };
  const onGuest = async (guest: Guest, run: (room: Room, place: ConfigPlace, files: InstanceType<Room['ConfigFiles']>) => Promise<void>): Promise<void> => {
    const place = await placeOf(guest);
    const { room, files } = await open();
    if (place !== undefined) await run(room, place, files);
  };
  const onEditor = (id: CommandId, run: (room: Room, place: ConfigPlace, files: InstanceType<Room['ConfigFiles']>, argument: unknown) => Promise<void>): void => {
    store.add(registerCommand(id, async (uri: unknown, argument: unknown) => {
      const { room, files } = await open();
      const place = room.placeOf(uri instanceof vscode.Uri ? uri : undefined);
      if (place !== undefined) await run(room, place, files, argument);
    }));
  };
  onEditor(commandIds.compareOpenConfig, (room, place) => room.compareWithRunning(place));
  onEditor(commandIds.compareOpenConfigWithSnapshot, (room, place, files) => room.compareWithSnapshot(files, place));
  onEditor(commandIds.revertPending, (room, place, files, keys) => room.revertPending(files, place, Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : undefined));

  return {
    edit: (guest) => onGuest(guest, (room, place) => room.editConfig(place)),
    compareWithRunning: (guest) => onGuest(guest, (room, place) => room.compareWithRunning(place)),
    compareWithSnapshot: (guest) => onGuest(guest, (room, place, files) => room.compareWithSnapshot(files, place)),
    revertPending: (guest) => onGuest(guest, (room, place, files) => room.revertPending(files, place, undefined)),
    dispose: () => store.dispose(),
  };
}

function refuse(): never {
  throw new vscode.FileSystemError('Guests are created, removed and renamed with their own commands, not as files.');
}
