import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { inProcess, type InProcess } from '../../../support/in-process.ts';
import type { Guest } from '../../../../src/simulator/state/cluster.ts';

const HOUR = 3_600_000;

/** Lets time pass as it does: second by second. */
function pass({ clock, cluster }: InProcess, milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed += 1000) {
    clock.advance(1000);
    cluster.tasks.settle();
  }
}

const guestsOn = ({ cluster }: InProcess, node: string): Guest[] => [...cluster.guests.values()].filter((guest) => guest.node === node && guest.config.current.get('template') !== '1');
const log = ({ call }: InProcess, upid: unknown): string[] => (call('GET', `/nodes/pve1/tasks/${String(upid)}/log`, { limit: 0 }) as { data: { t: string }[] }).data.map(({ t }) => t);
const status = ({ call }: InProcess, upid: unknown): unknown => call('GET', `/nodes/pve1/tasks/${String(upid)}/status`);

/** Three guests of the node, stopped, with start-up orders 2, 1 and none. */
function three(simulated: InProcess): [Guest, Guest, Guest] {
  const [a, b, c] = guestsOn(simulated, 'pve1').filter(({ kind }) => kind === 'qemu');
  assert.ok(a && b && c);
  for (const guest of [a, b, c]) {
    guest.power = 'stopped';
    for (const option of ['startup', 'lock', 'onboot']) guest.config.current.delete(option);
  }
  a.config.current.set('startup', 'order=2');
  b.config.current.set('startup', 'order=1,up=10');
  return [a, b, c];
}

describe('all guests of a node', () => {
  it('start in their order, each by a task of its own, with delays between', () => {
    const simulated = inProcess();
    const [a, b, c] = three(simulated);
    const vms = [a, b, c].map(({ vmid }) => vmid).join(',');
    const nothing = simulated.call('POST', '/nodes/pve1/startall', { vms });
    const upid = simulated.call('POST', '/nodes/pve1/startall', { vms, force: 1 });
    pass(simulated, 5000);
    assert.deepEqual([a, b, c].map(({ power }) => power), ['stopped', 'running', 'stopped']);
    assert.deepEqual((status(simulated, upid) as { status: string }).status, 'running');
    assert.deepEqual(log(simulated, upid), [`Starting VM ${b.vmid}`, 'Waiting for 10 seconds (startup delay)']);
    pass(simulated, 60_000);
    assert.deepEqual(log(simulated, upid), [`Starting VM ${b.vmid}`, 'Waiting for 10 seconds (startup delay)', `Starting VM ${a.vmid}`, `Starting VM ${c.vmid}`, 'TASK OK']);
    assert.deepEqual([a, b, c].map(({ power }) => power), ['running', 'running', 'running']);
    assert.deepEqual(log(simulated, nothing), ['TASK OK']);
    const started = simulated.cluster.tasks.list().filter(({ type, id }) => type === 'qmstart' && vms.includes(id)).map(({ id }) => Number(id));
    assert.deepEqual(started.reverse().slice(-3), [b.vmid, a.vmid, c.vmid]);
  });

  it('start at once where tasks take no time', () => {
    const simulated = inProcess({ pace: 0 });
    const guests = three(simulated);
    const upid = simulated.call('POST', '/nodes/pve1/startall', { vms: guests.map(({ vmid }) => vmid).join(','), force: 1, 'max-workers': 1 });
    assert.deepEqual(log(simulated, upid).at(-1), 'TASK OK');
    assert.deepEqual(guests.map(({ power }) => power), ['running', 'running', 'running']);
  });

  it('stop and suspend in the opposite order; what cannot is said', () => {
    const simulated = inProcess();
    const [a, b] = three(simulated);
    simulated.call('POST', '/nodes/pve1/startall', { force: 1, vms: `${a.vmid},${b.vmid}` });
    pass(simulated, 60_000);
    a.config.current.set('lock', 'migrate');
    const upid = simulated.call('POST', '/nodes/pve1/stopall', { vms: `${a.vmid},${b.vmid}`, timeout: 30 });
    pass(simulated, 60_000);
    assert.deepEqual(log(simulated, upid), [`Stopping VM ${a.vmid} (timeout = 30 seconds)`, `Stopping VM ${b.vmid} (timeout = 30 seconds)`, 'TASK OK']);
    assert.deepEqual([a.power, b.power], ['running', 'stopped']);
    const container = guestsOn(simulated, 'pve1').find(({ kind }) => kind === 'lxc');
    const suspend = simulated.call('POST', '/nodes/pve1/suspendall', { vms: `${b.vmid},${container?.vmid ?? 0}` });
    pass(simulated, 5000);
    const lines = log(simulated, suspend);
    assert.ok(lines.includes(`WARN: skipping ${container?.vmid ?? 0}, only VMs can be suspended`) && lines.includes(`VM ${b.vmid} not running, skipping suspension`));
    assert.equal(lines.at(-1), 'TASK WARNINGS: 1');
  });

  it('move to another node', () => {
    const simulated = inProcess();
    const { call, cluster } = simulated;
    assert.throws(() => call('POST', '/nodes/pve1/migrateall', { target: 'pve1', 'max-workers': 1 }), { errors: { target: 'target is local node.' } });
    const before = guestsOn(simulated, 'pve1').length;
    const upid = call('POST', '/nodes/pve1/migrateall', { target: 'pve2', 'max-workers': 4, 'with-local-disks': 1 });
    pass(simulated, 2 * HOUR);
    const lines = log(simulated, upid);
    assert.match(lines.at(-2) ?? '', /^All jobs finished, used \d+ workers in total\.$/);
    assert.equal(lines.at(-1), 'TASK OK');
    assert.ok(before > 0 && guestsOn(simulated, 'pve1').length < before / 2, lines.join('\n'));
    cluster.options.delete('max_workers');
    assert.throws(() => call('POST', '/nodes/pve1/migrateall', { target: 'pve2' }), { message: "either 'max-workers' parameter or max_workers in datacenter.cfg must be set!" });
  });

  it('are for those who may: everywhere, or each of those named', () => {
    const { call } = inProcess();
    assert.throws(() => call('POST', '/nodes/pve1/stopall', {}, 'carol@pve'), { status: 403, message: /^Permission check failed \(\/, VM\.PowerMgmt\)/ });
    assert.throws(() => call('POST', '/nodes/pve1/suspendall', {}, 'carol@pve'), { message: /^Permission check failed \(\/, VM\.PowerMgmt && VM\.Config\.Disk\)/ });
    assert.throws(() => call('POST', '/nodes/pve1/startall', { vms: '100' }, 'carol@pve'), { message: /^Permission check failed \(\/vms\/100, VM\.PowerMgmt\)/ });
  });
});

describe('power of a node', () => {
  it('goes and comes back with its guests on a reboot', () => {
    const simulated = inProcess();
    const { call, cluster } = simulated;
    const running = guestsOn(simulated, 'pve2').filter(({ power }) => power === 'running');
    assert.ok(running.length > 0);
    for (const { config } of running) config.current.set('onboot', '1');
    assert.equal(call('POST', '/nodes/pve2/status', { command: 'reboot' }), null);
    let off = false;
    for (let second = 0; second < 400 && !off; second++) {
      pass(simulated, 1000);
      off = cluster.nodes.get('pve2')?.online === false;
    }
    assert.ok(off);
    assert.throws(() => call('GET', '/nodes/pve2/status'), { status: 595 });
    assert.deepEqual(guestsOn(simulated, 'pve2').filter(({ power }) => power !== 'stopped'), []);
    pass(simulated, 600_000);
    assert.ok((call('GET', '/nodes/pve2/status') as { uptime: number }).uptime < 600);
    const back = guestsOn(simulated, 'pve2').filter(({ power }) => power === 'running');
    assert.ok(back.length >= running.length * 0.8, `${back.length} of ${running.length} run again`);
  });

  it('goes for good on a shutdown, until the node is woken', () => {
    const simulated = inProcess();
    const { call } = simulated;
    assert.throws(() => call('POST', '/nodes/pve2/status', { command: 'shutdown' }, 'carol@pve'), { status: 403, message: /Sys\.PowerMgmt/ });
    assert.throws(() => call('POST', '/nodes/pve3/wakeonlan'), { message: "No wake on LAN MAC address defined for 'pve3'!" });
    assert.throws(() => call('POST', '/nodes/pve1/wakeonlan'), { message: "'pve1' is local node, cannot wake my self!" });
    call('PUT', '/nodes/pve2/config', { wakeonlan: 'BC:24:11:00:00:02' });
    call('POST', '/nodes/pve2/status', { command: 'shutdown' });
    pass(simulated, 600_000);
    assert.throws(() => call('GET', '/nodes/pve2/status'), { status: 595 });
    assert.equal(call('POST', '/nodes/pve2/wakeonlan'), 'BC:24:11:00:00:02');
    pass(simulated, 90_000);
    assert.ok(call('GET', '/nodes/pve2/status'));
  });
});
