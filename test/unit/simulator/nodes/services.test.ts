import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { inProcess } from '../../../support/in-process.ts';

const exit = (call: ReturnType<typeof inProcess>['call'], upid: unknown): unknown => (call('GET', `/nodes/pve1/tasks/${String(upid)}/status`) as { exitstatus: string }).exitstatus;

describe('services of a node', () => {
  it('stop and start by tasks', () => {
    const { call, clock } = inProcess();
    const state = (): unknown => call('GET', '/nodes/pve1/services/spiceproxy/state');
    const running = { service: 'spiceproxy', name: 'spiceproxy', desc: 'PVE SPICE Proxy Server', state: 'running', 'unit-state': 'enabled', 'active-state': 'active' };
    assert.deepEqual(state(), running);
    const upid = call('POST', '/nodes/pve1/services/spiceproxy/stop');
    assert.match(String(upid), /^UPID:pve1:\w+:\w+:\w+:srvstop:spiceproxy:root@pam:$/);
    clock.advance(5000);
    assert.deepEqual(state(), { ...running, state: 'dead', 'active-state': 'inactive' });
    call('POST', '/nodes/pve1/services/spiceproxy/reload');
    clock.advance(5000);
    assert.equal((state() as { state: string }).state, 'dead');
    call('POST', '/nodes/pve1/services/spiceproxy/restart');
    clock.advance(5000);
    assert.deepEqual(state(), running);
  });

  it('refuse to stop what the node needs and to start what is not installed', () => {
    const { call, clock } = inProcess();
    const stop = call('POST', '/nodes/pve1/services/pveproxy/stop');
    const start = call('POST', '/nodes/pve1/services/syslog/start');
    clock.advance(5000);
    assert.equal(exit(call, stop), "invalid service cmd 'pveproxy stop': refusing to stop essential service!");
    assert.equal(exit(call, start), "command 'systemctl start syslog' failed: exit code 5");
    assert.throws(() => call('POST', '/nodes/pve1/services/nginx/start'), { status: 400 });
    assert.throws(() => call('POST', '/nodes/pve1/services/cron/restart', {}, 'carol@pve'), { status: 403 });
  });
});
