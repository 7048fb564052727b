/** An import of 1,000 guests as far as the code: reading what has to be known, and writing the project. The proof that follows is Terraform's time. */
import { currentRows } from '../../src/inventory/index.ts';
import type { PveClient } from '../../src/pve/index.ts';
import { collect, generateProject } from '../../src/terraform/index.ts';
import { spawnSimulator } from '../support/spawned-simulator.ts';
import { connect } from '../unit/changes/support.ts';
import { printFigures } from './figure.ts';
import { median } from './rounds.ts';

const GUESTS = 1_000;
const cluster = await spawnSimulator('--nodes', '10', '--guests', String(GUESTS));
const client = connect(cluster);
try {
  let requests = 0;
  const counting = new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (['get', 'post', 'put', 'delete', 'request'].includes(String(name))) requests++;
        return Reflect.apply(value, target, given);
      };
    },
  }) satisfies PveClient;
  const times: number[] = [];
  for (let round = 0; round < 4; round++) {
    requests = 0;
    const started = performance.now();
    const { source } = await collect(await currentRows(counting), counting, { kind: 'cluster' });
    generateProject(source, { fileFor: 'all' });
    if (round > 0) times.push((performance.now() - started));
  }
  printFigures([
    { name: `import: reading ${GUESTS} guests and writing their code`, value: median(times), unit: 'ms', limit: 5_000, from: { shortest: Math.min(...times), longest: Math.max(...times) } },
    { name: 'import: requests to the API for each guest', value: requests / GUESTS, unit: 'per guest', limit: 2 },
  ]);
} finally {
  client.dispose();
  await cluster.stop();
}
