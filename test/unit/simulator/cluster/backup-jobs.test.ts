import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { type InProcess, inProcess, type TestParameters } from '../../../support/in-process.ts';
import { refusal } from './refusal.ts';

type Row = Record<string, unknown>;

describe('backup jobs', () => {
  let at: InProcess;
  beforeEach(() => (at = inProcess({ guests: 12 })));
  const job = (id: string): Row => at.call('GET', `/cluster/backup/${id}`) as Row;
  const create = (parameters: TestParameters, user?: string): string => refusal(() => at.call('POST', '/cluster/backup', parameters, user));

  it('are read as Proxmox keeps them: flags as numbers, property strings taken apart', () => {
    assert.equal(create({ id: 'night', schedule: 'mon..fri 01:00', vmid: '100,101', storage: 'nas', mode: 'snapshot', 'prune-backups': 'keep-last=3,keep-daily=7', 'notes-template': '{{guestname}}', fleecing: '1,storage=local-lvm' }), 'accepted');
    assert.deepEqual(job('night'), {
      id: 'night', type: 'vzdump', enabled: 1, schedule: 'mon..fri 01:00', vmid: '100,101', storage: 'nas', mode: 'snapshot', 'notes-template': '{{guestname}}',
      'prune-backups': { 'keep-last': '3', 'keep-daily': '7' }, fleecing: { enabled: '1', storage: 'local-lvm' },
    });
    const listed = (at.call('GET', '/cluster/backup') as Row[]).find(({ id }) => id === 'night');
    assert.equal(new Date(Number(listed?.['next-run']) * 1000).toISOString(), '2026-11-23T00:00:00.000Z');
  });

  it('take the old way to tell a time and get a name when they have none', () => {
    assert.equal(create({ starttime: '3:30', dow: 'sat,sun', all: 1, storage: 'nas' }), 'accepted');
    const made = (at.call('GET', '/cluster/backup') as Row[]).at(-1);
    assert.equal(made?.['schedule'], 'sat,sun 3:30');
    assert.match(String(made?.['id']), /^[0-9a-f-]{36}$/);
  });

  it('are refused where they contradict themselves', () => {
    const told = (parameters: TestParameters): string => create({ schedule: 'daily', storage: 'nas', ...parameters });
    assert.deepEqual(
      [told({}), told({ all: 1, vmid: '100' }), told({ pool: 'lab', vmid: '100' }), told({ id: 'backup-production', all: 1 }), told({ all: 1, starttime: '1:00' }), told({ all: 1, 'prune-backups': 'keep-some=1' }), told({ all: 1, 'notes-template': '{{owner}}' }), told({ all: 1, schedule: 'someday' }), told({ pool: 'nobody' }), refusal(() => job('absent'))],
      [
        '{"vmid":"property is missing"}',
        '{"all":"option conflicts with option \'vmid\'"}',
        '{"pool":"option conflicts with option \'vmid\'"}',
        "500 Job 'backup-production' already exists",
        '{"starttime":"\'starttime\' and \'schedule\' cannot both be set"}',
        JSON.stringify({ 'prune-backups': 'invalid format - invalid key in comma-separated list property: keep-some\n' }),
        '{"notes-template":"found unknown: variable \'owner\' at char 2\\n"}',
        JSON.stringify({ schedule: "invalid format - invalid calendar event 'someday' - unable to parse weekday 'someday'\n" }),
        "403 Permission check failed (pool 'nobody' does not exist)",
        '{"id":"No such job \'absent\'"}',
      ],
    );
  });

  it('change from one choice of guests to another', () => {
    at.call('PUT', '/cluster/backup/backup-production', { vmid: '100', delete: 'comment,prune-backups' });
    const { pool, vmid, comment } = job('backup-production');
    assert.deepEqual([pool, vmid, comment], [undefined, '100', undefined]);
    at.call('PUT', '/cluster/backup/backup-production', { exclude: '101', all: 1 });
    assert.deepEqual([job('backup-production')['all'], job('backup-production')['vmid']], [1, undefined]);
    assert.equal(refusal(() => at.call('PUT', '/cluster/backup/backup-production', { delete: 'enabled' })), '{"delete":"unknown option \'enabled\'"}');
    at.call('DELETE', '/cluster/backup/backup-production');
    assert.equal(refusal(() => at.call('DELETE', '/cluster/backup/backup-production')), '{"id":"No such job \'backup-production\'"}');
  });

  it('of others than root need the storage', () => {
    at.call('PUT', '/access/acl', { path: '/', roles: 'PVESysAdmin', users: 'bob@pve' });
    at.call('POST', '/access/roles', { roleid: 'Jobs', privs: 'Sys.Modify' });
    at.call('PUT', '/access/acl', { path: '/', roles: 'Jobs', users: 'bob@pve' });
    assert.equal(create({ schedule: 'daily', storage: 'nas', all: 1 }, 'bob@pve'), '403 Permission check failed (/storage/nas, Datastore.Allocate)');
    assert.equal(create({ schedule: 'daily', dumpdir: '/tmp', all: 1 }, 'bob@pve'), '{"dumpdir":"Only root may set this option."}');
  });

  it('tell which volumes they take and which guests none takes', () => {
    const { children } = at.call('GET', '/cluster/backup/backup-production/included_volumes') as { children: { id: number; type: string; children: { id: string; included: number; reason: string }[] }[] };
    const pool = at.cluster.pools.get('production')?.guests ?? new Set();
    assert.deepEqual(children.map(({ id }) => id), [...pool].sort((a, b) => a - b));
    const qemu = children.find(({ type }) => type === 'qemu');
    assert.deepEqual(qemu?.children.filter(({ id }) => id.endsWith(':scsi0')).map(({ included, reason }) => [included, reason]), [[1, 'backup=yes']]);
    at.call('DELETE', '/cluster/backup/backup-archive');
    const missed = at.call('GET', '/cluster/backup-info/not-backed-up') as { vmid: number }[];
    assert.equal(missed.length, at.cluster.guests.size - pool.size);
    assert.ok(missed.every(({ vmid }) => !pool.has(vmid)));
  });
});
