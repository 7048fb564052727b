import { failure } from '../../../api/errors.ts';
import { array, integer, optional, string } from '../../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../../api/route.ts';
import { NODE_AND_VMID, text } from '../../parameters.ts';
import { unfrozen } from './call-agent.ts';
import { execute } from './programs.ts';

const UNRESTRICTED: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.GuestAgent.Unrestricted']] };
/** Milliseconds a program runs. */
const RUNS_FOR = 200;

function exec(call: Call): { pid: number } {
  const found = unfrozen(call, 'exec');
  const { command } = call.parameters;
  const [path, ...words] = Array.isArray(command) ? (command as readonly string[]) : [];
  if (path === undefined) throw failure('command or input-data (or both) required');
  const outcome = execute(found, path, words, text(call, 'input-data') ?? '');
  if (outcome === undefined) throw failure(`Agent error: Guest agent command failed, error was 'Failed to execute child process “${path}” (No such file or directory)'`);
  const { commands } = found.agent;
  const { cluster } = call;
  let pid = 1000 + Math.floor(cluster.random() * 30_000);
  while (commands.has(pid)) pid += 1;
  commands.set(pid, { exited: false });
  cluster.tasks.later(RUNS_FOR, () => {
    if (commands.has(pid)) commands.set(pid, { exited: true, ...outcome });
  });
  return { pid };
}

/** The outcome is told once; then the agent forgets the process. */
function status(call: Call): Record<string, unknown> {
  const { agent } = unfrozen(call, 'exec-status');
  const pid = Number(call.parameters['pid']);
  const process = agent.commands.get(pid);
  if (process === undefined) throw failure(`Agent error: PID ${pid} does not exist`);
  if (!process.exited) return { exited: 0 };
  agent.commands.delete(pid);
  return { exited: 1, exitcode: process.exitcode ?? 0, ...(process.out ? { 'out-data': process.out } : {}), ...(process.err ? { 'err-data': process.err } : {}) };
}

/** Programs run in the VM. */
export const execRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/nodes/{node}/qemu/{vmid}/agent/exec', permissions: UNRESTRICTED,
    parameters: { ...NODE_AND_VMID, command: array(), 'input-data': optional(string({ maxLength: 65_536 })) },
    run: exec,
  },
  { method: 'GET', path: '/nodes/{node}/qemu/{vmid}/agent/exec-status', permissions: UNRESTRICTED, parameters: { ...NODE_AND_VMID, pid: integer() }, run: status },
];
