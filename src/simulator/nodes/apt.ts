import { failure, parameterError } from '../api/errors.ts';
import { boolean, integer, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Node } from '../state/cluster.ts';
import { aptDigest, fileDigest, STANDARD, standardEntry, standardOf, type AptRepository } from './apt-files.ts';
import { installedPackages, type Package } from './packages.ts';
import { assertUnmodified, AUDIT, index, MODIFY, NODE, nodeOf, text, userOf } from './parameters.ts';
import { kernelOf, pveVersion } from './status.ts';

/** `pveversion -v` in the API: a package whose update waits shows it as `Version`, what runs as `OldVersion`. */
function versions(call: Call): Record<string, unknown>[] {
  const node = nodeOf(call);
  const waiting = new Map(node.updates.map((one) => [one['Package'], one]));
  return installedPackages().map((one) => {
    const extra = one.Package === 'pve-manager' ? { ManagerVersion: pveVersion(call) } : one.Package === 'proxmox-ve' ? { RunningKernel: kernelOf(node).release } : {};
    return { ...one, ...(waiting.get(one.Package) ?? {}), CurrentState: 'Installed', ...extra };
  });
}

/** `apt-get update`: a line per enabled repository; what it finds waiting is already known. */
function refresh(call: Call): string {
  const node = nodeOf(call);
  const sources = node.aptFiles.flatMap(({ repositories }) => repositories).filter(({ Enabled }) => Enabled === 1);
  const hits = sources.flatMap(({ URIs, Suites }) => URIs.flatMap((uri) => Suites.map((suite) => `${uri.replace(/\/$/, '')} ${suite} InRelease`)));
  const lines = ['starting apt-get update', ...hits.map((hit, i) => `Hit:${i + 1} ${hit}`), 'Reading package lists...'];
  return call.cluster.tasks.start({
    node: node.name, type: 'aptupdate', id: '', user: userOf(call), duration: 4000,
    log: call.parameters['quiet'] === true ? [] : lines.map((line, i) => [i / lines.length, line] as const),
    finish: () => {
      if (call.parameters['notify'] === true) for (const update of node.updates) update['NotifyStatus'] = update['Version'];
    },
  });
}

/** What apt-get prints; a package it does not know is told as output, not as an error. */
function changelog(call: Call): string {
  const name = String(call.parameters['name']);
  if (!/^[a-z0-9][-+.a-z0-9:]+$/.test(name)) throw parameterError({ name: 'value does not match the regex pattern' });
  const version = text(call, 'version');
  const known = [...nodeOf(call).updates, ...installedPackages()] as Partial<Package>[];
  const found = known.find((one) => one.Package === name);
  if (found === undefined) return `E: Unable to locate package ${name}\nRC: 100`;
  const exact = known.find((one) => one.Package === name && (version === undefined || one.Version === version || one.OldVersion === version));
  if (exact === undefined) return `E: Version '${version ?? ''}' for '${name}' was not found\nRC: 100`;
  const date = new Date(nodeOf(call).bootedAt * 1000).toUTCString().replace('GMT', '+0000');
  return `${name} (${version ?? exact.Version ?? ''}) trixie; urgency=medium\n\n  * ${exact.Title ?? name}: regular maintenance\n\n -- ${exact.Origin ?? 'Debian'} Maintainers <maintainers@example.net>  ${date}\n`;
}

const originOf = ({ URIs }: AptRepository): string =>
  URIs.some((uri) => /proxmox\.com\//.test(uri)) ? 'Proxmox' : URIs.some((uri) => /debian\.org\//.test(uri)) ? 'Debian' : 'Other';

function listRepositories(call: Call): Record<string, unknown> {
  const { aptFiles } = nodeOf(call);
  const entries = aptFiles.flatMap(({ path, repositories }) => repositories.map((repository, at) => ({ path, at, repository })));
  return {
    files: aptFiles.map((file) => ({
      path: file.path, 'file-type': 'sources', digest: [...fileDigest(file)],
      repositories: file.repositories.map((one) => ({ ...one, Comment: '', FileType: 'sources' })),
    })),
    errors: [],
    infos: entries.map(({ path, at, repository }) => ({ path, index: at, kind: 'origin', message: originOf(repository) })),
    'standard-repos': STANDARD.map(({ handle, name }) => {
      const entry = entries.filter(({ repository }) => standardOf(repository)?.handle === handle);
      return { handle, name, ...(entry.length === 0 ? {} : { status: entry.some(({ repository }) => repository.Enabled === 1) ? 1 : 0 }) };
    }),
    digest: aptDigest(aptFiles),
  };
}

/** Switches a repository on or off by its place in a file. */
function changeRepository(call: Call): null {
  const { aptFiles } = nodeOf(call);
  assertUnmodified(aptDigest(aptFiles), text(call, 'digest'));
  const path = String(call.parameters['path']);
  const file = aptFiles.find((one) => one.path === path);
  if (file === undefined) throw failure(`invalid path - ${path}`);
  const entry = file.repositories[Number(call.parameters['index'])];
  if (entry === undefined) throw failure(`invalid index - ${String(call.parameters['index'])}`);
  const enabled = call.parameters['enabled'];
  if (enabled !== undefined) entry.Enabled = enabled === true ? 1 : 0;
  return null;
}

/** Adds a standard repository; one that is there and off is switched on. */
function addRepository(call: Call): null {
  const { aptFiles } = nodeOf(call);
  assertUnmodified(aptDigest(aptFiles), text(call, 'digest'));
  const handle = String(call.parameters['handle']);
  const standard = STANDARD.find((one) => one.handle === handle);
  if (standard === undefined) throw failure(`unknown repository handle '${handle}'`);
  const there = aptFiles.flatMap(({ repositories }) => repositories).filter((one) => standardOf(one) === standard);
  if (there.length > 0) for (const one of there) one.Enabled = 1;
  else addEntry(aptFiles, standard.path, standardEntry(standard, true));
  return null;
}

function addEntry(files: Node['aptFiles'], path: string, entry: AptRepository): void {
  const file = files.find((one) => one.path === path);
  if (file !== undefined) file.repositories.push(entry);
  else {
    files.push({ path, repositories: [entry] });
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

const ROOT = '/nodes/{node}/apt';
const DIGEST = optional(string({ maxLength: 80 }));

export const aptRoutes: readonly Route[] = [
  index(ROOT, 'id', ['changelog', 'repositories', 'update', 'versions']),
  { method: 'GET', path: `${ROOT}/update`, permissions: MODIFY, parameters: NODE, run: (call) => nodeOf(call).updates },
  {
    method: 'POST', path: `${ROOT}/update`, permissions: MODIFY, run: refresh,
    parameters: { ...NODE, notify: optional(boolean({ default: false })), quiet: optional(boolean({ default: false })) },
  },
  { method: 'GET', path: `${ROOT}/versions`, permissions: AUDIT, parameters: NODE, run: versions },
  { method: 'GET', path: `${ROOT}/changelog`, permissions: MODIFY, parameters: { ...NODE, name: string(), version: optional(string()) }, run: changelog },
  { method: 'GET', path: `${ROOT}/repositories`, permissions: AUDIT, parameters: NODE, run: listRepositories },
  {
    method: 'POST', path: `${ROOT}/repositories`, permissions: MODIFY, run: changeRepository,
    parameters: { ...NODE, path: string(), index: integer(), enabled: optional(boolean()), digest: DIGEST },
  },
  { method: 'PUT', path: `${ROOT}/repositories`, permissions: MODIFY, parameters: { ...NODE, handle: string(), digest: DIGEST }, run: addRepository },
];
