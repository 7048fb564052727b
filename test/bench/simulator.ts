/** How long the simulator takes for the answer that it is asked for most, compared with what nobody can do without: writing it as JSON. */
import { strict as assert } from 'node:assert';
import { succeed } from '../../src/simulator/http/answer.ts';
import { inProcess } from '../support/in-process.ts';
import { printFigures, ratioFigure } from './figure.ts';
import { compare, timed } from './rounds.ts';

const simulated = inProcess({ nodes: 50, guests: 10_000 });
const ask = (): unknown => simulated.call('GET', '/cluster/resources');
const payload = ask() as readonly { readonly type: string }[];
assert.equal(payload.filter(({ type }) => type === 'qemu' || type === 'lxc').length, 10_000);

const compared = await compare(
  { warmUp: 6, counted: 40 },
  () => {
    simulated.clock.advance(10_000);
    return timed(() => succeed('json', ask()).body);
  },
  () => timed(() => JSON.stringify({ data: payload })),
);
printFigures([ratioFigure('simulator: GET /cluster/resources of 10,000 guests on 50 nodes : JSON.stringify of the same', 3, compared)]);
