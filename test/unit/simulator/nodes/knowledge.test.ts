import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { inProcess } from '../../../support/in-process.ts';

type Rows = Record<string, unknown>[];

describe('what a node knows of itself', () => {
  it('is what guests can be given', () => {
    const { call } = inProcess();
    const models = call('GET', '/nodes/pve1/capabilities/qemu/cpu') as Rows;
    assert.deepEqual(models.filter(({ name }) => ['host', 'EPYC-Milan', 'Skylake-Server-v5', 'x86-64-v3'].includes(String(name))).sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1)), [
      { name: 'EPYC-Milan', custom: 0, vendor: 'AuthenticAMD' },
      { name: 'Skylake-Server-v5', custom: 0, vendor: 'GenuineIntel' },
      { name: 'host', custom: 0, vendor: 'default' },
      { name: 'x86-64-v3', custom: 0, abstract: 1, vendor: 'default' },
    ]);
    assert.deepEqual((call('GET', '/nodes/pve1/capabilities/qemu/machines') as Rows).slice(0, 3), [
      { id: 'pc-q35-10.1', type: 'q35', version: '10.1' },
      { id: 'pc-i440fx-10.1', type: 'i440fx', version: '10.1' },
      { id: 'pc-q35-10.0+pve1', type: 'q35', version: '10.0+pve1', changes: 'Passes the MTU of the host to the guest even when it is the default.' },
    ]);
    assert.equal((call('GET', '/nodes/pve1/capabilities/qemu/cpu-flags') as Rows)[0]?.['name'], 'nested-virt');
  });

  it('is what is built into it, for those who may look', () => {
    const { call } = inProcess();
    const classes = (parameters = {}): unknown[] => (call('GET', '/nodes/pve1/hardware/pci', parameters) as Rows).map((one) => one['class']);
    assert.ok(classes({ 'pci-class-blacklist': '' }).includes('0x060000') && !classes().includes('0x060000'));
    assert.deepEqual(Object.keys((call('GET', '/nodes/pve1/hardware/pci', { verbose: 0 }) as Rows)[0] ?? {}), ['id', 'class', 'vendor', 'device', 'iommugroup']);
    assert.throws(() => call('GET', '/nodes/pve1/hardware/usb', {}, 'carol@pve'), { status: 403, message: /^Permission check failed \(\/, Sys\.Modify\)/ });
  });

  it('is which guests are on its bridges', () => {
    const { call, cluster } = inProcess();
    const guest = [...cluster.guests.values()].find(({ node, kind, power }) => node === 'pve1' && kind === 'qemu' && power === 'running');
    assert.ok(guest);
    guest.config.current.set('net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=20');
    const [bridge] = (call('GET', '/nodes/pve1/sdn/zones/localnetwork/bridges') as { name: string; ports: Rows }[]).filter(({ name }) => name === 'vmbr0');
    assert.deepEqual(bridge?.ports.filter(({ name }) => name === 'bond0' || name === `fwpr${guest.vmid}p0`), [
      { name: 'bond0', primary_vlan: 1, vlans: ['2-4094'] },
      { name: `fwpr${guest.vmid}p0`, vmid: String(guest.vmid), index: 'net0', primary_vlan: 20, vlans: [] },
    ]);
    assert.throws(() => call('GET', '/nodes/pve1/sdn/zones/other/bridges'), { errors: { zone: 'zone does not exist' } });
  });

  it('is that it has no subscription and no Ceph', () => {
    const { call } = inProcess();
    const subscription = call('GET', '/nodes/pve1/subscription') as Record<string, string>;
    assert.equal(subscription['status'], 'notfound');
    assert.match(subscription['serverid'] ?? '', /^[0-9A-F]{32}$/);
    assert.equal('serverid' in (call('GET', '/nodes/pve1/subscription', {}, 'bob@pve') as object), false);
    assert.throws(() => call('GET', '/nodes/pve1/ceph/status'), { status: 500, message: 'binary not installed: /usr/bin/ceph-mon' });
  });

  it('is told in one report, without passwords', () => {
    const { call, cluster } = inProcess();
    const guest = [...cluster.guests.values()].find(({ node, kind }) => node === 'pve1' && kind === 'qemu');
    guest?.config.current.set('cipassword', '$5$hashed$hash');
    const report = String(call('GET', '/nodes/pve1/report'));
    assert.match(report, /^\n==== general system info ====\n\n# hostname\npve1\n/);
    for (const line of ['# pvesm status', '# cat /etc/network/interfaces', 'iface vmbr0 inet static', `# cat /etc/pve/qemu-server/${guest?.vmid ?? 0}.conf`, 'cipassword: **********']) assert.ok(report.includes(line), line);
    assert.ok(!report.includes('$5$'));
  });
});
