import type { Cluster, Guest } from '../state/cluster.ts';

interface Past {
  readonly type: string;
  readonly id: string;
  readonly node: string;
  readonly user: string;
  /** Seconds before now at which it began, and how long it took. */
  readonly ago: number;
  readonly took: number;
  readonly log: readonly string[];
  readonly error?: string;
}

function record(cluster: Cluster, { type, id, node, user, ago, took, log, error }: Past): void {
  const starttime = Math.floor(cluster.clock.now() / 1000) - ago;
  const end = error === undefined ? 'TASK OK' : `TASK ERROR: ${error}`;
  cluster.tasks.record({ type, id, node, user, starttime, endtime: starttime + took, exitstatus: error ?? 'OK' }, [...log, end]);
}

function backupLog(guest: Guest, failed: boolean): string[] {
  const name = guest.config.current.get('name') ?? '';
  const head = [
    `INFO: starting new backup job: vzdump ${guest.vmid} --storage ${failed ? 'backup' : 'nas'} --mode snapshot --compress zstd`,
    `INFO: Starting Backup of VM ${guest.vmid} (qemu)`,
    'INFO: status = running',
    `INFO: VM Name: ${name}`,
    'INFO: backup mode: snapshot',
    'INFO: ionice priority: 7',
    `INFO: creating vzdump archive '/mnt/pve/${failed ? 'backup' : 'nas'}/dump/vzdump-qemu-${guest.vmid}.vma.zst'`,
    'INFO: started backup task',
    'INFO:   9% (2.9 GiB of 32.0 GiB) in 3s, read: 990.1 MiB/s, write: 412.6 MiB/s',
  ];
  if (failed) {
    return [
      ...head,
      'INFO:  41% (13.1 GiB of 32.0 GiB) in 18s, read: 610.4 MiB/s, write: 398.2 MiB/s',
      'zstd: error 25 : Write error : No space left on device (cannot write compressed block)',
      'ERROR: vma_queue_write: write error - Broken pipe',
      'INFO: aborting backup job',
      'INFO: resuming VM again',
      `ERROR: Backup of VM ${guest.vmid} failed - vma_queue_write: write error - Broken pipe`,
      'INFO: Failed at the end of the volume',
      'INFO: Backup job finished with errors',
    ];
  }
  return [...head, 'INFO: 100% (32.0 GiB of 32.0 GiB) in 61s, read: 537.2 MiB/s, write: 301.9 MiB/s', 'INFO: transferred 32.00 GiB in 61 seconds (537.2 MiB/s)', 'INFO: archive file size: 9.41GB', `INFO: Finished Backup of VM ${guest.vmid} (00:01:04)`, 'INFO: Backup job finished successfully'];
}

/** Two days of everyday work: starts, backups, a migration that failed, a backup that found no room. */
export function addHistory(cluster: Cluster): void {
  const online = [...cluster.nodes.values()].filter((node) => node.online);
  const guests = [...cluster.guests.values()].filter((guest) => guest.power === 'running' && guest.kind === 'qemu').slice(0, 12);
  const other = online.at(-1)?.name ?? '';
  guests.forEach((guest, i) => {
    const { vmid, node } = guest;
    const id = String(vmid);
    if (i % 3 === 0) record(cluster, { type: 'qmstart', id, node, user: 'root@pam', ago: 150_000 - i * 900, took: 3, log: [] });
    const failed = i === 4;
    record(cluster, { type: 'vzdump', id, node, user: 'root@pam', ago: 30_000 - i * 150, took: failed ? 22 : 64, log: backupLog(guest, failed), ...(failed ? { error: 'job errors' } : {}) });
    if (i === 2) {
      record(cluster, { type: 'qmsnapshot', id, node, user: 'alice@pve', ago: 9000, took: 5, log: ['snapshotting \'drive-scsi0\' (scsi0)'] });
      record(cluster, { type: 'vncproxy', id, node, user: 'alice@pve', ago: 8800, took: 240, log: [] });
    }
    if (i === 5) {
      record(cluster, {
        type: 'qmigrate', id, node, user: 'bob@pve', ago: 5200, took: 11,
        log: [`starting migration of VM ${id} to node '${other}'`, `ERROR: migration aborted (duration 00:00:10): storage 'local-lvm' is not available on node '${other}'`, 'migration aborted'],
        error: 'migration aborted',
      });
    }
    if (i === 7) record(cluster, { type: 'qmreboot', id, node, user: 'ci@pve!deploy', ago: 1900, took: 31, log: [] });
  });
  const first = online[0]?.name;
  if (first === undefined) return;
  record(cluster, { type: 'aptupdate', id: '', node: first, user: 'root@pam', ago: 14_000, took: 6, log: ['starting apt-get update', 'Hit:1 Debian trixie InRelease', 'Get:2 Debian trixie-security InRelease [43.4 kB]', 'Fetched 43.4 kB in 1s (38.2 kB/s)', 'Reading package lists...'] });
  record(cluster, { type: 'startall', id: '', node: first, user: 'root@pam', ago: 170_000, took: 44, log: ['Starting VM 100'] });
  record(cluster, { type: 'vzstart', id: '128', node: first, user: 'bob@pve', ago: 3300, took: 2, log: ["run_buffer: 571 Script exited with status 1", "lxc_init: 845 Failed to run lxc.hook.pre-start for container \"128\""], error: 'startup for container \'128\' failed' });
}

/** One task that is still at work when somebody looks: a download of three minutes. */
export function startDownload(cluster: Cluster): void {
  const node = [...cluster.nodes.values()].find((one) => one.online)?.name;
  if (node === undefined) return;
  const name = 'fedora-server-43-x86_64-dvd.iso';
  const size = 2_881_486_848;
  cluster.tasks.start({
    node,
    type: 'download',
    id: name,
    user: 'alice@pve',
    duration: 180_000,
    log: [
      [0, `downloading ISO image to /mnt/pve/nas/template/iso/${name}`],
      [0.005, `Length: ${size} (2.7G) [application/octet-stream]`],
      ...Array.from({ length: 99 }, (_, i): [number, string] => [(i + 1) / 100, `${String(Math.floor((size * (i + 1)) / 102_400)).padStart(9)}K ........ ........ ........ ........ ${String(i + 1).padStart(2)}% 15.3M ${Math.floor(180 - (i + 1) * 1.8)}s`]),
    ],
    finish: () => {
      const volid = `nas:iso/${name}`;
      cluster.volumes.get('nas')?.set(volid, { volid, storage: 'nas', content: 'iso', format: 'iso', size, used: size, ctime: Math.floor(cluster.clock.now() / 1000) });
      return [`download of '${name}' finished`];
    },
  });
}
