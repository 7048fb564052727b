// Starts a run as an extension host would, and is killed in the middle: run-worker.ts <folder> <file with Orders>
import { readFile } from 'node:fs/promises';
import { JournalStore } from '../../../src/changes/run/journal-store.ts';
import { connect, runsIn } from './support.ts';

export interface Orders {
  readonly simulator: Parameters<typeof connect>[0];
  readonly proposal: Parameters<ReturnType<typeof runsIn>['start']>[0];
  /** So many milliseconds after the journal on the disk shows this step in this state. */
  readonly kill: { readonly step: string; readonly state: string; readonly after: number };
}

const [folder = '', file = ''] = process.argv.slice(2);
const { simulator, proposal, kill } = JSON.parse(await readFile(file, 'utf8')) as Orders;
// Who looks at the journal from outside may miss a state that lasts for a millisecond.
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on the store it is of
const { write } = JournalStore.prototype;
JournalStore.prototype.write = async function (journal) {
  await write.call(this, journal);
  if (journal.steps[kill.step]?.state !== kill.state) return;
  if (kill.after > 0) await new Promise((resolve) => setTimeout(resolve, kill.after));
  process.kill(process.pid, 'SIGKILL');
};
const running = await runsIn(folder, connect(simulator)).start(proposal);
await running.ended;
process.exit(0);
