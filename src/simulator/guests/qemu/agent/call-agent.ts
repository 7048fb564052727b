import { failure } from '../../../api/errors.ts';
import type { Call } from '../../../api/route.ts';
import type { Guest, GuestAgent } from '../../../state/cluster.ts';
import { QEMU } from '../../kind.ts';
import { guestOf, isRunning } from '../../lookup.ts';
import { runningAgent } from '../../status.ts';

/** A VM and the agent that answers in it. */
export interface Answering {
  readonly guest: Guest;
  readonly agent: GuestAgent;
}

/** Throws unless the agent is configured, the VM runs and the agent answers (PVE::QemuServer::Agent::assert_agent_available). */
export function answering(call: Call): Answering {
  const guest = guestOf(call, QEMU);
  if (!guest.config.current.has('agent')) throw failure('No QEMU guest agent configured');
  if (!isRunning(guest)) throw failure(`VM ${guest.vmid} is not running`);
  const agent = runningAgent(guest);
  if (agent === undefined) throw failure('QEMU guest agent is not running');
  return { guest, agent };
}

/** As the agent itself puts an error; plain commands hand it to the caller as their result. */
export interface AgentError {
  readonly error: { readonly class: string; readonly desc: string };
}

export function agentError(desc: string): AgentError {
  return { error: { class: 'GenericError', desc } };
}

/** Commands that a frozen agent still takes; all others could write to a disk that must not change. */
const WHILE_FROZEN = new Set(['fsfreeze-status', 'fsfreeze-thaw', 'info', 'ping']);

/** The agent's refusal while its file systems are frozen. */
export function refusedWhileFrozen(agent: GuestAgent, command: string): AgentError | undefined {
  if (!agent.frozen || WHILE_FROZEN.has(command)) return undefined;
  return { error: { class: 'CommandNotFound', desc: `Command guest-${command} has been disabled: the agent is in frozen state` } };
}

/** For commands whose errors fail the call: throws `Agent error: …` while frozen. */
export function unfrozen(call: Call, command: string): Answering {
  const found = answering(call);
  const refused = refusedWhileFrozen(found.agent, command);
  if (refused !== undefined) throw failure(`Agent error: ${refused.error.desc}`);
  return found;
}
