import { storageById } from '../../state/storages.ts';
import { pathOf, volumeId } from '../../storage/index.ts';
import type { Run } from './program.ts';
import { demandRootUser, refuse } from './proxmox-command.ts';

/** `pvesm path` and `pvesm apiinfo` (PVE::CLI::pvesm). */
export function pvesm(run: Run): number {
  const refused = demandRootUser(run);
  if (refused !== undefined) return refused;
  const [command = '', volume] = run.args;
  if (command === 'apiinfo') {
    run.out('APIVER 15\nAPIAGE 6\n');
    return 0;
  }
  if (command !== 'path') {
    run.error(command === '' ? 'ERROR: no command specified\n' : `ERROR: unknown command 'pvesm ${command}'\n`);
    return 255;
  }
  if (volume === undefined) {
    run.error('400 not enough arguments\npvesm path <volume>\n');
    return 255;
  }
  try {
    const { storage, name } = volumeId(undefined, volume);
    run.out(`${pathOf(storageById(run.host.cluster, storage), name)}\n`);
    return 0;
  } catch (error) {
    return refuse(run, error, 'pvesm path <volume>');
  }
}
