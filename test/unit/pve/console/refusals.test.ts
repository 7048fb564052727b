import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { openTerminal, reopen } from '../../../../src/pve/console/index.ts';
import { PveError } from '../../../../src/pve/index.ts';
import type { Fault } from '../../../../src/simulator/faults/index.ts';
import { type ConsoleBench, consoleBench, Transcript } from '../../../support/consoles.ts';
import { type Relay, relayTo } from '../../../support/relay.ts';

const NODE = { kind: 'node', node: 'pve1' } as const;

describe('a console that does not come about', () => {
  let fault: Fault | undefined;
  let bench: ConsoleBench;
  let relay: Relay;
  before(async () => {
    bench = await consoleBench(undefined, { forRequest: (_, path) => (path.endsWith('/vncwebsocket') ? fault : undefined), forTask: () => undefined });
    relay = await relayTo(bench.url);
  });
  after(async () => {
    await relay.close();
    await bench.close();
  });
  const errorOf = async (work: Promise<unknown>): Promise<PveError> => {
    const error: unknown = await work.then(() => assert.fail('opened'), (reason: unknown) => reason);
    assert.ok(error instanceof PveError, String(error));
    assert.doesNotMatch(JSON.stringify([error.message, error.details]), /PVEVNC|PVEAPIToken/, 'tells no secret');
    return error;
  };

  it('says why the server refused the upgrade', async () => {
    const cases: [Fault, string][] = [
      [{ status: 403, message: 'Permission check failed (/nodes/pve1, Sys.Console)' }, 'forbidden'],
      [{ status: 595, message: 'Connection refused' }, 'node-unreachable'],
      [{ expireTicket: true }, 'unauthorised'],
      [{ drop: true }, 'unreachable'],
    ];
    for (const [what, kind] of cases) {
      fault = what;
      assert.equal((await errorOf(openTerminal(bench.client('token'), NODE))).kind, kind);
    }
    fault = undefined;
  });

  it('tells a broken connection from one that was closed', async () => {
    const stream = await openTerminal(bench.client('password', { endpoint: relay.url }), NODE);
    const shown = new Transcript(stream);
    await shown.until('# ');
    relay.cut();
    assert.deepEqual(await shown.ended(), { orderly: false });
  });
});

describe('opening once more', () => {
  const how = { attempts: 4, worthwhile: (error: unknown) => error instanceof Error && error.message === 'passing', sleep: async () => undefined } as const;

  it('waits longer from try to try, and gives up', async () => {
    const waits: number[] = [];
    const { signal } = new AbortController();
    await assert.rejects(reopen(() => Promise.reject(new Error('passing')), { ...how, signal, onWait: (_, milliseconds) => waits.push(milliseconds) }), { message: 'passing' });
    assert.deepEqual(waits, [500, 1000, 2000, 4000]);
  });

  it('ends at once where another try would not help, or nobody wants it any more', async () => {
    let tries = 0;
    const open = (): Promise<never> => {
      tries++;
      return Promise.reject(new Error('lasting'));
    };
    await assert.rejects(reopen(open, { ...how, signal: new AbortController().signal }), { message: 'lasting' });
    assert.equal(tries, 1);
    await assert.rejects(reopen(open, { ...how, signal: AbortSignal.abort() }));
    assert.equal(tries, 1);
  });
});
