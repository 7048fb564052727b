import { failure, parameterError } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, ParameterValue, Route } from '../api/route.ts';
import { checkRights, checkValues, OF_VZDUMP } from '../cluster/backup-jobs.ts';
import { selected } from '../cluster/backup-selection.ts';
import { isRoot } from '../guests/privileges.ts';
import { splitList } from '../api/formats.ts';
import { startJob } from './job.ts';
import { storageParameter } from './target.ts';
import { shellQuote } from './text.ts';

/** Parameters that are no words of the command line. */
const UNTOLD = new Set(['vmid', 'stdout', 'job-id', 'mailto']);

const printed = (value: ParameterValue): string => (typeof value === 'boolean' ? (value ? '1' : '0') : Array.isArray(value) ? value.join(',') : String(value));

/** The call as the command it stands for. */
function commandLine(options: Readonly<Record<string, ParameterValue>>): string {
  const words = ['vzdump', ...splitList(String(options['vmid'] ?? ''))];
  for (const name of Object.keys(options).sort()) {
    const value = options[name];
    if (UNTOLD.has(name) || value === undefined || printed(value) === '') continue;
    if (name === 'exclude-path' && Array.isArray(value)) for (const path of value as readonly string[]) words.push('--exclude-path', shellQuote(path));
    else words.push(`--${name}`, shellQuote(printed(value)));
  }
  return words.join(' ');
}

/** Ends the backups that run on the node. */
function stopRunning({ cluster }: Call, node: string): void {
  for (const task of cluster.tasks.list()) if (task.type === 'vzdump' && task.node === node && task.endtime === undefined) cluster.tasks.stop(task.upid);
}

/** `OK` instead of a UPID means that there was nothing to do on this node. */
function vzdump(call: Call): string {
  const { cluster, parameters } = call;
  const node = String(parameters['node']);
  if (parameters['stdout'] === true) throw parameterError({ stdout: 'option is only allowed on the command line interface.' });
  const options: Record<string, ParameterValue> = { ...parameters };
  if (!isRoot(call) && options['job-id'] !== undefined) throw parameterError({ 'job-id': 'Only root may set this option.' });
  checkRights(call, options);
  checkValues(options, true);
  const chosen = selected(cluster, new Map(['pool', 'vmid', 'all', 'exclude'].flatMap((name) => (options[name] === undefined ? [] : [[name, printed(options[name])] as const]))));
  const elsewhere = chosen.filter((vmid) => (cluster.guests.get(vmid)?.node ?? node) !== node);
  const vmids = chosen.filter((vmid) => !elsewhere.includes(vmid));
  if (options['stop'] === true) {
    call.demand(`/nodes/${node}`, ['Sys.Modify']);
    stopRunning(call, node);
    if (vmids.length === 0) return 'OK';
  }
  if (vmids.length === 0 && options['all'] !== true) return 'OK';
  const storage = storageParameter(options);
  if (storage !== undefined) call.demand(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  if (options['dumpdir'] !== undefined && options['storage'] !== undefined) throw failure("cannot use options 'storage' and 'dumpdir' at the same time");
  return startJob({ call, node, options, vmids, elsewhere, commandLine: commandLine(options) });
}

/** In a call of its own, notes and protection are for backups on a storage. */
const PARAMETERS: Parameters = {
  ...OF_VZDUMP,
  node: optional(string({ format: 'pve-node' })),
  'notes-template': optional(string({ maxLength: 1024, requires: 'storage' })),
  protected: optional(boolean({ requires: 'storage' })),
  'job-id': optional(string({ maxLength: 50, pattern: /^\S+$/ })),
  stdout: optional(boolean()),
};

export const vzdumpRoute: Route = { method: 'POST', path: '/nodes/{node}/vzdump', permissions: { user: 'all' }, parameters: PARAMETERS, run: vzdump };
