import { failure } from '../../../api/errors.ts';
import { boolean, integer, optional, string } from '../../../api/parameters.ts';
import type { Call, Permissions, Route } from '../../../api/route.ts';
import { flag, NODE_AND_VMID, text } from '../../parameters.ts';
import { unfrozen } from './call-agent.ts';

const LIMIT = 16 * 1024 * 1024;

const either = (privilege: string): Permissions => ({ check: ['perm', '/vms/{vmid}', [privilege, 'VM.GuestAgent.Unrestricted'], 'any', 1] });

/** Proxmox treats what it reads as bytes: each becomes one character of the answer. */
function read(call: Call): Record<string, unknown> {
  const { agent } = unfrozen(call, 'file-open');
  const path = text(call, 'file') ?? '';
  const stored = agent.files.get(path);
  if (stored === undefined) throw failure(`Agent error: failed to open file '${path}' (mode: 'r'): No such file or directory`);
  const offset = Number(call.parameters['offset'] ?? 0);
  const count = Number(call.parameters['count'] ?? LIMIT);
  const rest = Buffer.from(stored, 'utf8').subarray(offset);
  const bytes = rest.subarray(0, count);
  const decode = call.parameters['decode'] === undefined || flag(call, 'decode');
  // The end of a file is seen by reading past it, so a read that just reaches it counts as cut off.
  const reachedEnd = bytes.length < count;
  return { content: bytes.toString(decode ? 'latin1' : 'base64'), 'bytes-read': bytes.length, ...(reachedEnd ? {} : { truncated: 1 }) };
}

function write(call: Call): null {
  const { agent } = unfrozen(call, 'file-open');
  const path = text(call, 'file') ?? '';
  const content = text(call, 'content') ?? '';
  const encode = call.parameters['encode'] === undefined || flag(call, 'encode');
  if (encode && [...content].some((character) => (character.codePointAt(0) ?? 0) > 0xff)) throw failure('Wide character in subroutine entry');
  const directory = path.slice(0, Math.max(1, path.lastIndexOf('/')));
  if (!path.startsWith('/') && !/^[A-Za-z]:\\/.test(path)) throw failure(`Agent error: failed to open file '${path}' (mode: 'wb'): No such file or directory`);
  if (directory === path) throw failure(`Agent error: failed to open file '${path}' (mode: 'wb'): Is a directory`);
  agent.files.set(path, Buffer.from(content, encode ? 'latin1' : 'base64').toString('utf8'));
  return null;
}

/** Files in the VM, whole, as far as the simulated system has them. */
export const fileRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/nodes/{node}/qemu/{vmid}/agent/file-read', permissions: either('VM.GuestAgent.FileRead'),
    parameters: { ...NODE_AND_VMID, count: optional(integer({ minimum: 1, maximum: LIMIT })), decode: optional(boolean()), file: string(), offset: optional(integer({ minimum: 0 })) },
    run: read,
  },
  {
    method: 'POST', path: '/nodes/{node}/qemu/{vmid}/agent/file-write', permissions: either('VM.GuestAgent.FileWrite'),
    parameters: { ...NODE_AND_VMID, content: string({ maxLength: 61_440 }), encode: optional(boolean()), file: string() },
    run: write,
  },
];
