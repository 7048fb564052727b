// Starts a run as an extension host would, to be killed in the middle: run-worker.ts <folder> <file with {simulator, proposal}>
import { readFile } from 'node:fs/promises';
import { connect, runsIn } from './support.ts';

const [folder = '', file = ''] = process.argv.slice(2);
const { simulator, proposal } = JSON.parse(await readFile(file, 'utf8')) as { simulator: Parameters<typeof connect>[0]; proposal: Parameters<ReturnType<typeof runsIn>['start']>[0] };
const running = await runsIn(folder, connect(simulator)).start(proposal);
await running.ended;
process.exit(0);
