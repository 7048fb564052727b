import { boolean, oneOf, optional, string } from '../../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../../api/route.ts';
import { NODE_AND_VMID, text } from '../../parameters.ts';
import { answering, refusedWhileFrozen, unfrozen } from './call-agent.ts';
import { COMMAND_NAMES, COMMANDS, perform } from './commands.ts';
import type { Command } from './commands.ts';
import { execRoutes } from './exec.ts';
import { fileRoutes } from './files.ts';

const PATH = '/nodes/{node}/qemu/{vmid}/agent';

const anyOf = (...privileges: string[]): Permissions => ({ check: ['perm', '/vms/{vmid}', [...privileges, 'VM.GuestAgent.Unrestricted'], 'any', 1] });

function permissionsFor(command: Command): Permissions {
  if (command === 'fsfreeze-status') return anyOf('VM.GuestAgent.Audit', 'VM.GuestAgent.FileSystemMgmt');
  if (command.startsWith('fs')) return anyOf('VM.GuestAgent.FileSystemMgmt');
  return command === 'shutdown' || command.startsWith('suspend-') ? anyOf('VM.PowerMgmt') : anyOf('VM.GuestAgent.Audit');
}

function run(call: Call, command: Command): { result: unknown } {
  const found = answering(call);
  return { result: refusedWhileFrozen(found.agent, command) ?? perform(call.cluster, found, command) };
}

const ALL_NAMES = [...COMMAND_NAMES, 'exec', 'exec-status', 'file-read', 'file-write', 'set-user-password'].sort();

/** What the QEMU guest agent in a VM answers (PVE::API2::Qemu::Agent). */
export const agentRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, permissions: { user: 'all' }, parameters: NODE_AND_VMID, additional: () => ({}), run: () => ALL_NAMES.map((name) => ({ name })) },
  {
    method: 'POST', path: PATH, permissions: anyOf('VM.GuestAgent.Unrestricted'),
    parameters: { ...NODE_AND_VMID, command: oneOf(...COMMAND_NAMES) },
    run: (call) => run(call, text(call, 'command') as Command),
  },
  ...COMMAND_NAMES.map((command): Route => ({
    method: COMMANDS[command], path: `${PATH}/${command}`, permissions: permissionsFor(command), parameters: NODE_AND_VMID, run: (call) => run(call, command),
  })),
  ...execRoutes,
  ...fileRoutes,
  {
    method: 'POST', path: `${PATH}/set-user-password`, permissions: { check: ['perm', '/vms/{vmid}', ['VM.GuestAgent.Unrestricted']] },
    parameters: { ...NODE_AND_VMID, username: string(), password: string({ minLength: 5, maxLength: 1024 }), crypted: optional(boolean()) },
    run: (call) => {
      unfrozen(call, 'set-user-password');
      return { result: {} };
    },
  },
];
