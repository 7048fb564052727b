import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { DATACENTER_OPTIONS, NODE_OPTIONS, type Options, parseGuestConfig } from '../../pve/config/index.ts';
import type { EtcPve, FileProblem, GuestFile } from './etc-pve.ts';
import { GUEST_FILE, GUEST_FOLDERS, guestFile, NODE_NAME } from './folder-layout.ts';
import { parseOptionsFile } from './options-file.ts';
import { parseUserConfig } from './parse-user-config.ts';
import { type LineProblem, parseSections, type Section } from './section-config.ts';
import { SECTION_FILES, type SectionFile } from './section-files.ts';
import { describeError, readTextFile, staysInside } from './text-file.ts';
import { parseTokenSecrets } from './token-secrets.ts';

/** Files that are open at a time. */
const PARALLEL = 16;

/**
 * Reads an `/etc/pve`-shaped folder: `nodes/<node>/{qemu-server,lxc}/<vmid>.conf`, `nodes/<node>/config`, `storage.cfg`, `user.cfg`,
 * `priv/token.cfg`, `domains.cfg`, `datacenter.cfg`, `jobs.cfg`, `replication.cfg`, `ha/{resources,rules}.cfg`. Other files are not
 * touched; any may be missing. What is wrong in a file becomes a problem with its line and keeps nothing else from loading.
 * @throws Error when the folder itself is not there or not a folder
 */
export async function readEtcPve(folder: string): Promise<{ etc: EtcPve; problems: FileProblem[] }> {
  const root = await rootOf(folder);
  const problems: FileProblem[] = [];

  const read = async <T>(file: string, parse: (text: string) => { problems: readonly LineProblem[] } & T): Promise<T> => {
    const { text, problem } = await readTextFile(root, file);
    if (problem !== undefined) problems.push({ file, ...problem });
    const parsed = parse(text ?? '');
    problems.push(...parsed.problems.map(({ line, message }) => ({ file, line, message: message.trimEnd() })));
    return parsed;
  };
  const sections = async (name: SectionFile): Promise<readonly Section[]> =>
    (await read(SECTION_FILES[name].file, (text) => parseSections(text, SECTION_FILES[name].rules))).sections;

  const nodes = await listFolder(root, 'nodes', problems);
  for (const node of nodes.filter((name) => !NODE_NAME.test(name))) problems.push({ file: `nodes/${node}`, line: 0, message: 'not a valid node name' });
  const valid = nodes.filter((name) => NODE_NAME.test(name));
  const nodeOptions = new Map<string, Options>();
  for (const node of valid) {
    const { options } = await read(`nodes/${node}/config`, (text) => parseOptionsFile(text, NODE_OPTIONS));
    if (options.size > 0) nodeOptions.set(node, options);
  }
  const { guests, skipped } = await readGuests(root, valid, problems);
  const etc: EtcPve = {
    nodes: valid,
    guests,
    nodeOptions,
    storages: await sections('storages'),
    access: (await read('user.cfg', parseUserConfig)).access,
    domains: await sections('domains'),
    tokenSecrets: (await read('priv/token.cfg', parseTokenSecrets)).secrets,
    datacenter: (await read('datacenter.cfg', (text) => parseOptionsFile(text, DATACENTER_OPTIONS))).options,
    jobs: await sections('jobs'),
    replication: await sections('replication'),
    haResources: await sections('haResources'),
    haRules: await sections('haRules'),
    ...(skipped.size === 0 ? {} : { skipped }),
  };
  return { etc, problems: problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)) };
}

async function rootOf(folder: string): Promise<string> {
  const found = await stat(folder).catch((error: unknown) => {
    throw new Error(`cannot load '${folder}': ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such folder' : describeError(error)}`);
  });
  if (!found.isDirectory()) throw new Error(`cannot load '${folder}': not a folder`);
  return realpath(folder);
}

/** Names in a folder of the folder, sorted; of `nodes` only those of folders. */
async function listFolder(root: string, folder: string, problems: FileProblem[]): Promise<string[]> {
  const path = join(root, folder);
  try {
    if (!(await staysInside(root, path))) {
      problems.push({ file: folder, line: 0, message: 'a symbolic link that leads out of the folder; not followed' });
      return [];
    }
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => folder !== 'nodes' || entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push({ file: folder, line: 0, message: describeError(error) });
    return [];
  }
}

async function readGuests(root: string, nodes: readonly string[], problems: FileProblem[]): Promise<{ guests: GuestFile[]; skipped: Map<string, string> }> {
  const found: Omit<GuestFile, 'config'>[] = [];
  for (const node of nodes) {
    for (const kind of ['qemu', 'lxc'] as const) {
      const folder = `nodes/${node}/${GUEST_FOLDERS[kind]}`;
      for (const name of await listFolder(root, folder, problems)) {
        const vmid = GUEST_FILE.exec(name)?.[1];
        if (vmid !== undefined) found.push({ vmid: Number(vmid), kind, node });
        else if (name.endsWith('.conf')) problems.push({ file: `${folder}/${name}`, line: 0, message: 'not named after a VMID (100 to 999999999); skipped' });
      }
    }
  }
  const limit = pLimit(PARALLEL);
  const texts = await Promise.all(found.map(({ node, kind, vmid }) => limit(() => readTextFile(root, guestFile(node, kind, vmid)))));
  const guests = new Map<number, GuestFile>();
  const skipped = new Map<string, string>();
  found.forEach((guest, index) => {
    const file = guestFile(guest.node, guest.kind, guest.vmid);
    const { text, problem } = texts[index] ?? { text: undefined };
    if (problem !== undefined) problems.push({ file, ...problem });
    if (text === undefined) return;
    const { config, problems: faults } = parseGuestConfig(guest.kind, text);
    problems.push(...faults.map(({ line, message }) => ({ file, line, message })));
    const other = guests.get(guest.vmid);
    if (other !== undefined) {
      problems.push({ file, line: 0, message: `VMID ${guest.vmid} is used by ${guestFile(other.node, other.kind, other.vmid)} already; skipped` });
    }
    if (other !== undefined || faults.some(({ syntax }) => syntax)) skipped.set(file, text);
    else guests.set(guest.vmid, { ...guest, config });
  });
  return { guests: [...guests.values()].sort((a, b) => a.vmid - b.vmid), skipped };
}
