import { setMaintenance } from '../../cluster/ha/maintenance.ts';
import type { Run } from './program.ts';
import { demandRootUser } from './proxmox-command.ts';

/** `ha-manager crm-command node-maintenance enable|disable <node>` (PVE::CLI::ha_manager): handed to the manager, which comes to it in its next round. */
export function haManager(run: Run): number {
  const refused = demandRootUser(run);
  if (refused !== undefined) return refused;
  const [command, what, how, node] = run.args;
  const end = (code: number, text: string): number => {
    run.error(text);
    return code;
  };
  if (command !== 'crm-command' || what !== 'node-maintenance' || (how !== 'enable' && how !== 'disable')) {
    return end(255, `ERROR: unknown command 'ha-manager ${run.args.slice(0, 3).join(' ')}'\n`);
  }
  if (node === undefined) return end(255, `400 not enough arguments\nha-manager crm-command node-maintenance ${how} <node>\n`);
  if (!run.host.cluster.nodes.has(node)) return end(255, `no such cluster node '${node}'\n`);
  setMaintenance(run.host.cluster, node, how === 'enable');
  return 0;
}
