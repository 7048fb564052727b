import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { inProcess } from '../../../support/in-process.ts';

const MODIFIED = { status: 500, message: 'detected modified configuration - file changed by other user? Try again.' };

describe('settings of a node', () => {
  it('are kept with a digest that guards against overwriting', () => {
    const { call } = inProcess();
    assert.deepEqual(call('GET', '/nodes/pve2/config'), {});
    call('PUT', '/nodes/pve2/config', { description: 'Rack 3', wakeonlan: 'mac=BC:24:11:00:00:02', 'startall-onboot-delay': 5, digest: 'f'.repeat(40) });
    const { digest, ...config } = call('GET', '/nodes/pve2/config') as Record<string, string>;
    assert.deepEqual(config, { description: 'Rack 3\n', wakeonlan: 'mac=BC:24:11:00:00:02', 'startall-onboot-delay': '5' });
    assert.throws(() => call('PUT', '/nodes/pve2/config', { delete: 'wakeonlan', digest: 'f'.repeat(40) }), MODIFIED);
    call('PUT', '/nodes/pve2/config', { delete: 'wakeonlan', digest });
    assert.deepEqual(call('GET', '/nodes/pve2/config', { property: 'wakeonlan' }), {});
  });

  it('are refused when they make no sense', () => {
    const { call } = inProcess();
    assert.throws(() => call('PUT', '/nodes/pve1/config', { 'startall-onboot-delay': 301, colour: 'red' }), (error: { errors: Record<string, string> }) => {
      assert.deepEqual(Object.keys(error.errors).sort(), ['colour', 'startall-onboot-delay']);
      return true;
    });
    assert.throws(() => call('PUT', '/nodes/pve1/config', { acme: 'domains=a.example.net', acmedomain0: 'A.example.net' }), { message: "duplicate domain 'a.example.net' in ACME config properties" });
    assert.throws(() => call('PUT', '/nodes/pve1/time', { timezone: 'Mars/Olympus' }), { errors: { timezone: 'No such timezone' } });
    assert.throws(() => call('POST', '/nodes/pve1/hosts', { data: '10.0.0.300 x' }), { errors: { data: "Invalid IP '10.0.0.300'" } });
    assert.throws(() => call('PUT', '/nodes/pve1/dns', { search: 'example.org', dns1: 'one.one.one.one' }), { status: 400 });
    assert.throws(() => call('PUT', '/nodes/pve1/dns', { search: 'example.org' }, 'carol@pve'), { status: 403 });
  });

  it('hold name servers once each, time zones and hosts', () => {
    const { call, clock } = inProcess();
    call('PUT', '/nodes/pve1/dns', { search: 'example.org', dns1: '9.9.9.9', dns2: '9.9.9.9', dns3: '2620:fe::fe' });
    assert.deepEqual(call('GET', '/nodes/pve1/dns'), { search: 'example.org', dns1: '9.9.9.9', dns2: '2620:fe::fe' });
    call('PUT', '/nodes/pve1/time', { timezone: 'Asia/Tokyo' });
    const time = clock.now() / 1000;
    assert.deepEqual(call('GET', '/nodes/pve1/time'), { timezone: 'Asia/Tokyo', time, localtime: time + 9 * 3600 });
    const before = call('GET', '/nodes/pve1/hosts') as { digest: string };
    call('POST', '/nodes/pve1/hosts', { data: '127.0.0.1 localhost\n', digest: before.digest });
    assert.throws(() => call('POST', '/nodes/pve1/hosts', { data: '', digest: before.digest }), MODIFIED);
    assert.deepEqual((call('GET', '/nodes/pve1/hosts') as { data: string }).data, '127.0.0.1 localhost\n');
  });
});
