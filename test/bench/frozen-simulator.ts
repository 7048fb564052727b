/**
 * A simulator process whose clock stands still, so that exactly as much of its answers differs as the parent asks for.
 * Started by test/bench/frozen-cluster.ts with the number of guests; takes orders as messages.
 */
import { createDemoCluster } from '../../src/simulator/demo/index.ts';
import { selfSigned } from '../../src/simulator/http/certificate.ts';
import { serve } from '../../src/simulator/simulator.ts';
import type { Guest } from '../../src/simulator/state/cluster.ts';
import { TestClock } from '../support/in-process.ts';
import type { Order } from './frozen-cluster.ts';

const clock = new TestClock();
const { cluster, credentials } = createDemoCluster({ nodes: 50, guests: Number(process.argv[2]), clock });
const folder = { poolid: 'thousand', comment: 'A folder of 1,000 guests', guests: new Set<number>(), storages: new Set<string>() };
for (const pool of cluster.pools.values()) pool.guests.clear();
cluster.pools.set(folder.poolid, folder);
const plain = [...cluster.guests.values()].filter(({ config }) => config.current.get('template') !== '1');
for (const { vmid } of plain.slice(0, 1000)) folder.guests.add(vmid);
const online = [...cluster.nodes.values()].filter((node) => node.online).map(({ name }) => name);
const changeable = plain.filter(({ node }) => online.includes(node));
let changes = 0;

/** What happens to guests from one refresh to the next: of ten, five are started or stopped, two renamed, two tagged, one migrated. */
function change(guest: Guest, kind: number): void {
  const options = guest.config.current;
  if (kind < 5) {
    guest.power = guest.power === 'stopped' ? 'running' : 'stopped';
    guest.startedAt = Math.floor(clock.now() / 1000) - 60;
  } else if (kind < 7) options.set(guest.kind === 'qemu' ? 'name' : 'hostname', `renamed-${changes}`);
  else if (kind < 9) options.set('tags', `changed-${changes}`);
  else guest.node = online[(online.indexOf(guest.node) + 1) % online.length] ?? guest.node;
}

/** Other guests each time, spread over the whole list. */
function changeMany(count: number): void {
  const stride = Math.floor(changeable.length / count);
  for (let index = 0; index < count; index++) {
    const guest = changeable[(index * stride + changes) % changeable.length];
    if (guest !== undefined) change(guest, index % 10);
  }
  changes++;
}

const certificate = await selfSigned([]);
const { url } = await serve({ cluster, certificate, port: 0 });
process.on('message', (order: Order) => {
  if (order.change !== undefined) changeMany(order.change);
  if (order.advance !== undefined) clock.advance(order.advance);
  process.send?.({ done: true });
});
process.on('disconnect', () => process.exit());
process.send?.({ url, cert: certificate.cert, fingerprint: certificate.fingerprint, ...credentials });
