import { type NodeShell, type PveClient, PveError } from '../../pve/index.ts';
import type { ShellOperation } from '../operations/index.ts';
import type { Action } from '../proposal/step.ts';
import type { NodeTarget } from '../proposal/target.ts';
import type { Driver } from './driver.ts';

/** Carries out commands on nodes; what they have done is read over the API. */
export function sshDriver(shell: () => Promise<NodeShell>, client: () => Promise<PveClient>, operations: readonly ShellOperation[]): Driver {
  const find = ({ operation, target }: Action): { readonly operation: ShellOperation; readonly target: NodeTarget } => {
    const found = operations.find(({ name }) => name === operation);
    if (found === undefined || target.kind !== 'node') throw new PveError({ kind: 'bad-parameter', message: `“${operation}” is nothing that is done over SSH.` });
    return { operation: found, target };
  };
  return {
    async send(action, parameters, signal) {
      const { operation, target } = find(action);
      const { code, stderr, stdout } = await (await shell()).run(target.node, operation.command(target, parameters), signal);
      if (code === 0) return 'done';
      const told = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ');
      throw new PveError({ kind: 'server-error', message: `${action.description}: ${target.node} answers ${told === '' ? `with exit code ${code ?? 'unknown'}` : `“${told}”`}.` });
    },
    follow: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async outcome(action) {
      const { operation, target } = find(action);
      return operation.outcome(target, action.parameters, await client());
    },
  };
}
