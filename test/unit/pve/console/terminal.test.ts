import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { openTerminal, type TerminalStream } from '../../../../src/pve/console/index.ts';
import { PveError, type PveErrorKind } from '../../../../src/pve/index.ts';
import { type ConsoleBench, consoleBench, Transcript } from '../../../support/consoles.ts';

describe('a terminal on the simulated cluster', () => {
  let bench: ConsoleBench;
  let container: { readonly kind: 'lxc'; readonly node: string; readonly vmid: number };
  before(async () => {
    bench = await consoleBench();
    const guest = [...bench.cluster.guests.values()].find(({ kind, power }) => kind === 'lxc' && power === 'running')!;
    container = { kind: 'lxc', node: guest.node, vmid: guest.vmid };
  });
  after(() => bench.close());

  const logIn = async (stream: TerminalStream): Promise<Transcript> => {
    const shown = new Transcript(stream);
    await shown.until('login: ');
    stream.write('root\r');
    await shown.until('Password: ');
    stream.write('simulated\r');
    await shown.until('# ');
    return shown;
  };
  const failure = async (work: Promise<unknown>, kind: PveErrorKind): Promise<PveError> => {
    const error: unknown = await work.then(() => assert.fail('opened'), (reason: unknown) => reason);
    assert.ok(error instanceof PveError && error.kind === kind, String(error));
    return error;
  };

  it('logs in, echoes, edits, interrupts and knows its size', async () => {
    const stream = await openTerminal(bench.client('token'), container);
    const shown = await logIn(stream);
    stream.write('echo abx\x7fc\r');
    assert.ok((await shown.until('# ')).startsWith('echo abx\b\x1b[Kc\r\nabc\r\n'));
    stream.resize(132, 43);
    stream.write('stty size\r');
    assert.match(await shown.until('# '), /\r\n43 132\r\n/);
    stream.write('ping pve1\r');
    await shown.until('icmp_seq=1');
    stream.write('\x03');
    assert.match(await shown.until('# '), /\^C\r\n/);
    stream.write('grüße\r');
    await shown.until('grüße: command not found');
    stream.dispose();
    await shown.ended();
    // The other side hears of it a moment later.
    for (let waits = 0; waits < 100 && bench.cluster.tasks.get(stream.upid)?.exitstatus === undefined; waits++) await delay(10);
    assert.equal(bench.cluster.tasks.get(stream.upid)?.exitstatus, 'OK');
  });

  it('greets root@pam itself on a node with a shell, and ends with it', async () => {
    const stream = await openTerminal(bench.client('password'), { kind: 'node', node: 'pve1' });
    const shown = new Transcript(stream);
    await shown.until('root@pve1:~# ');
    assert.equal(bench.cluster.tasks.get(stream.upid)?.exitstatus, undefined, 'the worker runs while somebody is connected');
    stream.write('exit\r');
    assert.deepEqual(await shown.ended(), { orderly: true });
    assert.match(bench.cluster.tasks.get(stream.upid)?.exitstatus ?? '', /^command '\/usr\/bin\/termproxy .* failed: exit code 1$/);
  });

  it('refuses a wrong password', async () => {
    const stream = await openTerminal(bench.client('token'), container);
    const shown = new Transcript(stream);
    stream.write('root\rguess\r');
    await shown.until('Login incorrect');
    stream.dispose();
  });

  it('says that a VM has no serial port, and ends', async () => {
    const vm = [...bench.cluster.guests.values()].find(({ kind, config, power }) => kind === 'qemu' && power === 'running' && !config.current.has('serial0'))!;
    const shown = new Transcript(await openTerminal(bench.client('token'), { kind: 'qemu', node: vm.node, vmid: vm.vmid }));
    await shown.until('unable to find a serial interface');
    assert.deepEqual(await shown.ended(), { orderly: true });
  });

  it('opens the serial port of a VM that has one', async () => {
    const vm = [...bench.cluster.guests.values()].find(({ kind, power }) => kind === 'qemu' && power === 'running')!;
    vm.config.current.set('serial0', 'socket');
    const stream = await openTerminal(bench.client('token'), { kind: 'qemu', node: vm.node, vmid: vm.vmid });
    const shown = new Transcript(stream);
    await shown.until('starting serial terminal on interface serial0');
    await shown.until('login: ');
    stream.dispose();
  });

  it('ends when the container stops, and when its task is stopped', async () => {
    const guest = bench.cluster.guests.get(container.vmid)!;
    const first = new Transcript(await openTerminal(bench.client('token'), container));
    await first.until('login: ');
    guest.power = 'stopped';
    await first.ended();
    guest.power = 'running';
    const stream = await openTerminal(bench.client('token'), container);
    const second = new Transcript(stream);
    await second.until('login: ');
    await bench.client('token').delete(`/nodes/pve1/tasks/${encodeURIComponent(stream.upid)}`);
    await second.ended();
    assert.equal(bench.cluster.tasks.get(stream.upid)?.exitstatus, 'received interrupt');
  });

  it('sends nothing to a server whose certificate is another', async () => {
    const error = await failure(openTerminal(bench.client('token', { fingerprint: 'AA'.repeat(32).match(/../g)!.join(':') }), container), 'untrusted-certificate');
    assert.match(error.message, /Nothing was sent\.$/);
  });

  it('can be given up while it is opening, and ends with its client', async () => {
    await failure(openTerminal(bench.client('token'), container, AbortSignal.abort()), 'cancelled');
    const client = bench.client('token');
    const shown = new Transcript(await openTerminal(client, container));
    await shown.until('login: ');
    client.dispose();
    await shown.ended();
  });
});
