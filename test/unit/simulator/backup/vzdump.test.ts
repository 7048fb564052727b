import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { inProcess, type InProcess } from '../../../support/in-process.ts';

interface Row {
  readonly volid: string;
  readonly [field: string]: unknown;
}

describe('vzdump', () => {
  let at: InProcess;
  beforeEach(() => {
    at = inProcess();
  });
  const backup = (parameters: Record<string, string | number | boolean>, user?: string): string => String(at.call('POST', '/nodes/pve1/vzdump', parameters, user));
  const finished = (upid: string): readonly string[] => {
    at.clock.advance(86_400_000);
    return at.cluster.tasks.log(upid);
  };
  const lockOf = (vmid: number): string | undefined => {
    at.cluster.tasks.settle();
    return at.cluster.guests.get(vmid)?.config.current.get('lock');
  };
  const backupsOf = (vmid: number): Row[] => at.call('GET', '/nodes/pve1/storage/nas/content', { content: 'backup', vmid }) as Row[];

  it('writes the log of vzdump, keeps the configuration, prunes and leaves the guest unlocked', () => {
    const upid = backup({ vmid: '100', storage: 'nas', compress: 'zstd', 'prune-backups': 'keep-last=1', 'notes-template': String.raw`{{guestname}} on {{node}}\nnightly` });
    at.clock.advance(5000);
    assert.equal(lockOf(100), 'backup');
    const log = finished(upid).map((line) => line.replace(/task '[0-9a-f-]+'/, "task 'UUID'"));
    assert.deepEqual(log.filter((line) => !/INFO: +\d+%/.test(line)), [
      String.raw`INFO: starting new backup job: vzdump 100 --compress zstd --node pve1 --notes-template '{{guestname}} on {{node}}\nnightly' --prune-backups keep-last=1 --storage nas`,
      'INFO: Starting Backup of VM 100 (qemu)',
      'INFO: Backup started at 2026-11-21 09:30:00',
      'INFO: status = running',
      'INFO: VM Name: gateway',
      "INFO: include disk 'scsi0' 'ceph:vm-100-disk-0' 16G",
      'INFO: backup mode: snapshot',
      'INFO: ionice priority: 7',
      "INFO: creating vzdump archive '/mnt/pve/nas/dump/vzdump-qemu-100-2026_11_21-09_30_00.vma.zst'",
      "INFO: issuing guest-agent 'fs-freeze' command",
      "INFO: issuing guest-agent 'fs-thaw' command",
      "INFO: started backup task 'UUID'",
      'INFO: resuming VM again',
      'INFO: backup is sparse: 9.94 GiB (62%) total zero data',
      'INFO: transferred 16.00 GiB in 17 seconds (924.3 MiB/s)',
      'INFO: archive file size: 2.54GB',
      'INFO: adding notes to backup',
      'INFO: prune older backups with retention: keep-last=1',
      "INFO: removing backup 'nas:backup/vzdump-qemu-100-2026_11_19-02_00_00.vma.zst'",
      "INFO: removing backup 'nas:backup/vzdump-qemu-100-2026_11_20-02_00_00.vma.zst'",
      "INFO: removing backup 'nas:backup/vzdump-qemu-100-2026_11_21-02_00_00.vma.zst'",
      'INFO: pruned 3 backup(s) not covered by keep-retention policy',
      'INFO: Finished Backup of VM 100 (00:00:20)',
      'INFO: Backup finished at 2026-11-21 09:30:20',
      'INFO: Backup job finished successfully',
      'TASK OK',
    ]);
    assert.equal(lockOf(100), undefined);
    const volume = 'nas:backup/vzdump-qemu-100-2026_11_21-09_30_00.vma.zst';
    assert.deepEqual(backupsOf(100), [{ volid: volume, content: 'backup', format: 'vma.zst', size: 2_732_197_549, ctime: 1_795_253_400, vmid: 100, subtype: 'qemu', notes: 'gateway on pve1' }]);
    const config = String(at.call('GET', '/nodes/pve1/vzdump/extractconfig', { volume }));
    assert.match(config, /^#.*Gateway[^]*\nscsi0: ceph:vm-100-disk-0,discard=on,iothread=1,size=16G,ssd=1\n/);
    assert.doesNotMatch(config, /^lock:/m);
  });

  it('goes on after a guest that fails, and then fails as a whole', () => {
    at.cluster.guests.get(105)?.config.current.set('lock', 'migrate');
    const log = finished(backup({ vmid: '105,107,9999', storage: 'nas' }));
    assert.deepEqual(log.filter((line) => /ERROR|Finished|job finished/.test(line)), [
      'ERROR: Backup of VM 105 failed - CT is locked (migrate)',
      'INFO: Finished Backup of VM 107 (00:00:05)',
      "ERROR: Backup of VM 9999 failed - unable to find VM '9999'",
      'INFO: Backup job finished with errors',
      'TASK ERROR: job errors',
    ]);
    assert.equal(lockOf(105), 'migrate');
    assert.equal(lockOf(107), undefined);
  });

  it('stops a guest for its backup and starts it again', () => {
    const guest = at.cluster.guests.get(107);
    const upid = backup({ vmid: 107, storage: 'nas', mode: 'stop' });
    at.clock.advance(2000);
    at.cluster.tasks.settle();
    assert.equal(guest?.power, 'stopped');
    assert.deepEqual(finished(upid).filter((line) => /mode|stopping|restarting|online/.test(line)), [
      'INFO: starting new backup job: vzdump 107 --mode stop --node pve1 --storage nas',
      'INFO: backup mode: stop',
      'INFO: stopping virtual guest',
      'INFO: restarting vm',
      'INFO: guest is online again after 5 seconds',
    ]);
    assert.equal(guest?.power, 'running');
  });

  it('unlocks the guest and makes no archive when it is stopped', () => {
    const before = backupsOf(100).length;
    const upid = backup({ vmid: 100, storage: 'nas' });
    at.clock.advance(4000);
    assert.equal(lockOf(100), 'backup');
    at.cluster.tasks.stop(upid);
    assert.equal(lockOf(100), undefined);
    at.clock.advance(86_400_000);
    assert.equal(backupsOf(100).length, before);
  });

  it('waits for the job that runs on the node', () => {
    const first = backup({ vmid: 107, storage: 'nas' });
    const second = backup({ vmid: 119, storage: 'nas' });
    at.clock.advance(3000);
    assert.deepEqual(at.cluster.tasks.log(second), ['INFO: trying to get global lock - waiting...']);
    assert.deepEqual([lockOf(107), lockOf(119)], ['backup', undefined]);
    at.clock.advance(5000);
    assert.equal(at.cluster.tasks.log(first).at(-1), 'TASK OK');
    assert.deepEqual([lockOf(107), lockOf(119)], [undefined, 'backup']);
    assert.deepEqual(finished(second).filter((line) => /lock|started at|finished at|TASK/.test(line)), [
      'INFO: trying to get global lock - waiting...',
      'INFO: got global lock',
      'INFO: Backup started at 2026-11-21 09:30:06',
      'INFO: Backup finished at 2026-11-21 09:30:13',
      'TASK OK',
    ]);
  });

  it('does what a restore needs: the guest comes back as it was', () => {
    finished(backup({ vmid: 107, storage: 'nas', compress: 'zstd' }));
    const archive = backupsOf(107).at(-1)?.volid ?? '';
    const upid = String(at.call('POST', '/nodes/pve1/lxc', { vmid: 900, ostemplate: archive, restore: 1, storage: 'local-lvm' }));
    assert.equal(finished(upid).at(-1), 'TASK OK');
    const of = (vmid: number): unknown[] => ['hostname', 'cores', 'memory', 'ostype'].map((option) => at.cluster.guests.get(vmid)?.config.current.get(option));
    assert.deepEqual(of(900), of(107));
  });

  it('refuses what Proxmox refuses', () => {
    const refused = (parameters: Record<string, string | number | boolean>, user?: string): unknown => {
      try {
        return backup(parameters, user);
      } catch (error) {
        const { message, errors } = error as { message: string; errors?: unknown };
        return errors ?? message;
      }
    };
    assert.deepEqual(
      [
        refused({}),
        refused({ vmid: 100, all: 1 }),
        refused({ vmid: 100, protected: 1 }),
        refused({ vmid: 100, storage: 'nas', 'notes-template': '{{owner}}' }),
        refused({ vmid: 100, storage: 'nas', tmpdir: '/tmp' }, 'alice@pve'),
        refused({ vmid: 100, storage: 'nas' }, 'carol@pve'),
        refused({ vmid: 101 }),
        finished(backup({ vmid: 100, storage: 'local-lvm' })).at(-1),
      ],
      [
        { vmid: 'property is missing' },
        { all: "option conflicts with option 'vmid'" },
        { storage: "missing property - 'protected' requires this property" },
        { 'notes-template': "found unknown: variable 'owner' at char 2\n" },
        { tmpdir: 'Only root may set this option.' },
        'Permission check failed (/storage/nas, Datastore.AllocateSpace)',
        'OK',
        "TASK ERROR: could not get storage information for 'local-lvm': can't use storage 'local-lvm' for backups - wrong content type",
      ],
    );
  });
});
