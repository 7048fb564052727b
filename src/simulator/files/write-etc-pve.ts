import { lstat, mkdir, readdir, readFile, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import writeFileAtomic from 'write-file-atomic';
import { parseGuestConfig, printGuestConfig } from '../../pve/config/index.ts';
import type { EtcPve } from './etc-pve.ts';
import { GUEST_FILE, GUEST_FOLDERS, guestFile, NODE_NAME } from './folder-layout.ts';
import { printOptionsFile } from './options-file.ts';
import { printUserConfig } from './print-user-config.ts';
import { printSections } from './section-config.ts';
import { SECTION_FILES, type SectionFile } from './section-files.ts';
import { readTextFile, staysInside } from './text-file.ts';
import { printTokenSecrets } from './token-secrets.ts';

/** Files that are written at a time. */
const PARALLEL = 16;

/**
 * Writes an `/etc/pve`-shaped folder, made when it is not there; {@link readEtcPve} reads the same back. Each file is replaced as a whole
 * or not at all, and only when it changes; `priv` is for the owner alone. Files of guests that are gone are removed, but only if
 * they could be read as guests; all else in the folder stays.
 * @throws Error when a node's name is none, or a link leads out of the folder; RangeError for a value that cannot stand in a line
 */
export async function writeEtcPve(folder: string, etc: EtcPve): Promise<void> {
  const files = printAll(etc);
  await mkdir(folder, { recursive: true });
  const root = await realpath(folder);
  const folders = new Set(['ha', 'priv', 'nodes', ...etc.nodes.flatMap((node) => [`nodes/${node}`, ...Object.values(GUEST_FOLDERS).map((name) => `nodes/${node}/${name}`)])]);
  for (const file of files.keys()) {
    for (let end = file.indexOf('/'); end >= 0; end = file.indexOf('/', end + 1)) folders.add(file.slice(0, end));
  }
  for (const name of [...folders].sort()) await makeFolder(root, name);
  const limit = pLimit(PARALLEL);
  await Promise.all([...files].map(([file, text]) => limit(() => writeIfChanged(root, file, text))));
  await removeGone(root, files);
}

function printAll(etc: EtcPve): Map<string, string> {
  const files = new Map<string, string>();
  const bad = [...etc.nodes, ...etc.guests.map(({ node }) => node), ...etc.nodeOptions.keys()].find((node) => !NODE_NAME.test(node));
  if (bad !== undefined) throw new Error(`'${bad}' is not a valid node name`);
  for (const [file, text] of etc.skipped ?? []) files.set(file, text);
  for (const { node, kind, vmid, config } of etc.guests) files.set(guestFile(node, kind, vmid), printGuestConfig(kind, config));
  for (const [node, options] of etc.nodeOptions) files.set(`nodes/${node}/config`, printOptionsFile(options, ''));
  for (const name of Object.keys(SECTION_FILES) as SectionFile[]) files.set(SECTION_FILES[name].file, printSections(etc[name], SECTION_FILES[name].rules));
  files.set('user.cfg', printUserConfig(etc.access));
  files.set('priv/token.cfg', printTokenSecrets(etc.tokenSecrets));
  files.set('datacenter.cfg', etc.datacenter.size === 0 ? '' : printOptionsFile(etc.datacenter, '\n'));
  return files;
}

async function makeFolder(root: string, name: string): Promise<void> {
  const path = join(root, name);
  await mkdir(path, name === 'priv' ? { mode: 0o700 } : {}).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  if (!(await staysInside(root, path))) throw new Error(`cannot save to '${path}': a symbolic link that leads out of the folder`);
}

/** Files that would be empty are not made. */
async function writeIfChanged(root: string, file: string, text: string): Promise<void> {
  const path = join(root, file);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined && text === '') return;
  if (found?.isSymbolicLink() && !(await staysInside(root, path).catch(() => false))) throw new Error(`cannot save to '${path}': a symbolic link that leads out of the folder`);
  const before = found === undefined ? undefined : await readFile(path, 'utf8').catch(() => undefined);
  if (before !== text) await writeFileAtomic(path, text, { mode: file.startsWith('priv/') ? 0o600 : 0o640 });
}

async function removeGone(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const node of await readdir(join(root, 'nodes'))) {
    for (const kind of ['qemu', 'lxc'] as const) {
      const folder = `nodes/${node}/${GUEST_FOLDERS[kind]}`;
      const names = await readdir(join(root, folder)).catch(() => []);
      for (const name of names) {
        const file = `${folder}/${name}`;
        if (GUEST_FILE.test(name) && !files.has(file) && (await isGuest(root, kind, file))) await unlink(join(root, file));
      }
    }
  }
}

async function isGuest(root: string, kind: 'qemu' | 'lxc', file: string): Promise<boolean> {
  const { text } = await readTextFile(root, file);
  return text !== undefined && !parseGuestConfig(kind, text).problems.some(({ syntax }) => syntax);
}
