import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Enveloped } from '../../../../src/simulator/api/enveloped.ts';
import { routes } from '../../../../src/simulator/cluster/index.ts';
import { inProcess } from '../../../support/in-process.ts';
import { checkReturn, loadPveSchema, schemaAbsent } from '../../../support/pve-schema.ts';
import { refusal } from './refusal.ts';

describe('below /cluster', () => {
  it('every list and object is as the schema promises', function () {
    if (schemaAbsent !== undefined) {
      console.log(`      ${schemaAbsent}`);
      return;
    }
    const at = inProcess({ guests: 30 });
    const [sid] = at.cluster.haResources.keys();
    at.call('POST', '/cluster/ha/rules', { rule: 'prefer', type: 'node-affinity', resources: String(sid), nodes: 'pve1' });
    at.cluster.replicationJobs.set('101-0', new Map([['target', 'pve2'], ['schedule', '*/5']]));
    at.cluster.realmSyncJobs.set('nightly', new Map([['realm', 'corp'], ['schedule', 'daily'], ['enabled', '1']]));
    const values: Record<string, string> = { sid: String(sid), rule: 'prefer', ipam: 'pve' };
    const ids: Record<string, string> = {
      '/cluster/backup/{id}': 'backup-production', '/cluster/backup/{id}/included_volumes': 'backup-production', '/cluster/replication/{id}': '101-0', '/cluster/jobs/realm-sync/{id}': 'nightly',
      '/cluster/acme/plugins/{id}': 'standalone',
    };
    const schema = loadPveSchema();
    let checked = 0;
    const problems = routes.filter(({ method }) => method === 'GET').flatMap(({ path }) => {
      const concrete = path.replace(/\{([\w-]+)\}/g, (_, name: string) => (name === 'id' ? (ids[path] ?? 'absent') : (values[name] ?? 'absent')));
      const operation = schema.operation('GET', path);
      let answer: unknown;
      const refused = refusal(() => (answer = at.call('GET', concrete, path.endsWith('schedule-analyze') ? { schedule: 'mon..fri 02:30' } : {})));
      if (refused !== 'accepted' || operation === undefined) return [];
      checked++;
      return checkReturn(answer instanceof Enveloped ? answer.data : answer, operation);
    });
    assert.deepEqual(problems, []);
    assert.ok(checked > 60, `only ${checked} operations answered`);
  });
});
