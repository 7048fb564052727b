import type { Twin } from '../../changes/index.ts';
import { embeddedConnection } from '../connections/index.ts';
import { startSimulator } from '../demo/index.ts';

/**
 * Starts the simulator on a copy of a cluster; its tasks end at once.
 * @param entry absolute path of `simulator.js`
 * @throws Error when it does not come up
 */
export async function startTwin(entry: string, folder: string, twinFile: string): Promise<Twin> {
  const simulator = await startSimulator(entry, ['--load', folder, '--twin', twinFile, '--pace', '0', '--ssh-port', '0']);
  const twin = embeddedConnection({ name: 'Rehearsal', ...simulator }, '~rehearsal');
  const dispose = async (): Promise<void> => {
    simulator.dispose();
    await simulator.ended;
  };
  if (twin !== undefined) return { ...twin, password: simulator.password, dispose };
  await dispose();
  throw new Error('The simulator told no way in.');
}
