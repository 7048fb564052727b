import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ApiError } from '../../../../src/simulator/api/errors.ts';
import { Enveloped } from '../../../../src/simulator/api/enveloped.ts';
import { routes } from '../../../../src/simulator/nodes/index.ts';
import { inProcess } from '../../../support/in-process.ts';
import { checkReturn, loadPveSchema, schemaAbsent } from '../../../support/pve-schema.ts';

/** What stands for the variables of the paths, and the parameters that some operations need. */
const VARIABLES: Readonly<Record<string, string>> = { node: 'pve1', service: 'pveproxy', iface: 'vmbr0', name: 'tank', zone: 'localnetwork', vnet: 'none', osdid: '0', 'pci-id-or-mapping': '0000:81:00.0' };
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/nodes/{node}/rrddata': { timeframe: 'hour' },
  '/nodes/{node}/apt/changelog': { name: 'qemu-server' },
  '/nodes/{node}/disks/smart': { disk: '/dev/sdb' },
};
/** Refused for good reason: without Ceph, and for what is not there. */
const REFUSED = /^\/nodes\/\{node\}\/(?:ceph\/|sdn\/(?:zones\/\{zone\}\/ip-vrf|vnets\/\{vnet\}\/mac-vrf))/;

/** Where Proxmox does not keep to its own schema: `osdid-list` of a disk without OSDs is null. */
const KNOWN: readonly RegExp[] = [/^GET \/nodes\/\{node\}\/disks\/list data\[\d+\]\.osdid-list/];

describe('answers about a node', () => {
  it('have the shape that the API schema documents', function () {
    if (schemaAbsent !== undefined) {
      console.log(`      ${schemaAbsent}`);
      return;
    }
    const simulated = inProcess();
    simulated.call('POST', '/nodes/pve1/disks/zfs', { name: 'tank', devices: '/dev/sdb', raidlevel: 'single' });
    simulated.clock.advance(10_000);
    const problems: string[] = [];
    for (const { path } of routes.filter(({ method }) => method === 'GET')) {
      const operation = loadPveSchema().operation('GET', path);
      assert.ok(operation, path);
      const upid = simulated.cluster.tasks.list().find(({ node }) => node === 'pve1')?.upid ?? '';
      const concrete = path.replace(/\{(.+?)\}/g, (_, name: string) => (name === 'upid' ? upid : (VARIABLES[name] ?? assert.fail(name))));
      try {
        const answer = simulated.call('GET', concrete, NEEDED[path]);
        const data = answer instanceof Enveloped ? answer.data : answer;
        problems.push(...checkReturn(JSON.parse(JSON.stringify(data)), operation));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!REFUSED.test(path)) problems.push(`${path}: ${error.message} ${JSON.stringify(error.errors ?? {})}`);
      }
    }
    assert.deepEqual(problems.filter((problem) => !KNOWN.some((known) => known.test(problem))), []);
    assert.deepEqual(KNOWN.filter((known) => !problems.some((problem) => known.test(problem))), [], 'no longer needed');
  });

  it('come from the node itself exactly where Proxmox asks it', function () {
    if (schemaAbsent !== undefined) {
      console.log(`      ${schemaAbsent}`);
      return;
    }
    const below = routes.filter(({ path }) => path.startsWith('/nodes/{node}/'));
    const wrong = below.filter(({ method, path, anywhere }) => (loadPveSchema().operation(method, path)?.proxyto === undefined) !== (anywhere === true));
    assert.deepEqual(wrong.map(({ method, path }) => `${method} ${path}`), []);
  });
});
