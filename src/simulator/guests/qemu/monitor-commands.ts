/** Which privilege a command of QEMU's human monitor needs (PVE::API2::Qemu::HMPPerms): none for help, root@pam for what reaches files or devices. */
export type MonitorPrivilege = 'none' | 'root' | 'Sys.Modify';

const LISTS: Readonly<Record<MonitorPrivilege, string>> = {
  none: 'help ? info',
  root:
    'backup block_stream change chardev-add chardev-change chardev-remove client_migrate_info device_add device_del drive_add drive_backup drive_del drive_mirror dump-guest-memory dumpdtb ' +
    'gdbserver hostfwd_add hostfwd_remove logfile mce memsave migrate migrate_incoming migrate_recover nbd_server_add nbd_server_remove nbd_server_start nbd_server_stop netdev_add netdev_del ' +
    'nmi o object_add object_del pcie_aer_inject_error pmemsave qom-set savevm-end savevm-start screendump snapshot_blkdev watchdog_action wavcapture xen-event-inject xen-event-list',
  'Sys.Modify':
    'announce_self backup_cancel balloon block_job_cancel block_job_complete block_job_pause block_job_resume block_job_set_speed block_resize block_set_io_throttle boot_set calc_dirty_rate ' +
    'cancel_vcpu_dirty_limit chardev-send-break closefd commit cont c cpu delvm eject exit_preconfig expire_password getfd gpa2hpa gpa2hva gva2gpa i loadvm log migrate_cancel migrate_continue ' +
    'migrate_pause migrate_set_capability migrate_set_parameter migrate_start_postcopy mouse_button mouse_move mouse_set one-insn-per-tb print p qemu-io qom-get qom-list quit q replay_break ' +
    'replay_delete_break replay_seek ringbuf_read ringbuf_write savevm sendkey set_link set_password set_vcpu_dirty_limit snapshot_blkdev_internal snapshot_delete_blkdev_internal stopcapture ' +
    'stop s sum sync-profile system_powerdown system_reset system_wakeup trace-event x x_colo_lost_heartbeat xp',
};

const PRIVILEGES = new Map(Object.entries(LISTS).flatMap(([privilege, names]) => names.split(' ').map((name) => [name, privilege as MonitorPrivilege] as const)));

/** Undefined for commands that QEMU does not have or that Proxmox has not classified. */
export function monitorPrivilege(command: string): MonitorPrivilege | undefined {
  return PRIVILEGES.get(command);
}

export function monitorCommands(): string[] {
  return [...PRIVILEGES.keys()].sort();
}
