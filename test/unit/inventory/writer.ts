/**
 * A window of its own for the tests of the store: refreshes connections in a loop against a cluster whose every guest is
 * named after the round, and says each round on stdout once its refresh has ended.
 * Arguments: folder, connection ids joined by commas, rounds, guests.
 */
import { clientAnswering, connectionOf, guest, open } from './support.ts';

const [folder = '', connections = '', rounds = '', guests = ''] = process.argv.slice(2);
const inventory = await open({ folder });
for (let round = 1; round <= Number(rounds); round++) {
  for (const id of connections.split(',')) {
    const client = clientAnswering(() => Array.from({ length: Number(guests) }, (_, index) => guest(100 + index, { name: `${process.pid} ${round}` })));
    await inventory.refresh(connectionOf(id), client);
  }
  process.stdout.write(`${round}\n`);
}
inventory.dispose();
