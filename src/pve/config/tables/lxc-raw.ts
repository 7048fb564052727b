/** Keys of raw `lxc.*` lines that Proxmox takes (PVE::LXC::Config); those of {@link PREFIXES} come on top. */
const KEYS = new Set(
  [
    'apparmor.profile', 'apparmor.allow_incomplete', 'apparmor.allow_nesting', 'apparmor.raw', 'selinux.context', 'include', 'arch', 'uts.name',
    'signal.halt', 'signal.reboot', 'signal.stop', 'init.cmd', 'init.cwd', 'init.uid', 'init.gid', 'init.groups', 'pty.max', 'console.logfile',
    'console.path', 'tty.max', 'devtty.dir', 'hook.autodev', 'autodev', 'kmsg', 'mount.fstab', 'mount.entry', 'mount.auto', 'rootfs.mount', 'cap.drop',
    'cap.keep', 'seccomp.profile', 'seccomp.notify.proxy', 'seccomp.notify.cookie', 'idmap', 'hook.pre-start', 'hook.pre-mount', 'hook.mount',
    'hook.start', 'hook.stop', 'hook.post-stop', 'hook.clone', 'hook.destroy', 'hook.version', 'log.level', 'log.file', 'start.auto', 'start.delay',
    'start.order', 'group', 'environment', 'environment.runtime', 'environment.hooks', 'sysctl.fs.mqueue', 'sysctl.kernel.msgmax',
    'sysctl.kernel.msgmnb', 'sysctl.kernel.msgmni', 'sysctl.kernel.sem', 'sysctl.kernel.shmall', 'sysctl.kernel.shmmax', 'sysctl.kernel.shmmni',
    'sysctl.kernel.shm_rmid_forced',
    // Names of LXC 2, which Proxmox still takes with a warning.
    'aa_profile', 'aa_allow_incomplete', 'console', 'devttydir', 'haltsignal', 'rebootsignal', 'stopsignal', 'id_map', 'init_cmd', 'loglevel', 'logfile',
    'mount', 'network.type', 'network.flags', 'network.link', 'network.mtu', 'network.name', 'network.hwaddr', 'network.ipv4', 'network.ipv4.gateway',
    'network.ipv6', 'network.ipv6.gateway', 'network.script.up', 'network.script.down', 'pts', 'se_context', 'seccomp', 'tty', 'utsname',
  ].map((key) => `lxc.${key}`),
);

const PREFIXES = /^lxc\.(?:cgroup2?|prlimit|limit|net)\./;

/** Keys that Proxmox refuses with a word of its own. */
const REFUSED: Readonly<Record<string, string>> = {
  'lxc.rootfs.path': 'lxc.rootfs.path is auto generated from rootfs',
  'lxc.rootfs.options': 'lxc.rootfs.options is not supported, please use mount point options in the "rootfs" key',
};

/** What Proxmox has against a raw line's key; undefined when it takes it. */
export function checkRawKey(key: string): string | undefined {
  if (Object.hasOwn(REFUSED, key)) return `${key}: ${REFUSED[key]}`;
  return KEYS.has(key) || PREFIXES.test(key) ? undefined : `unknown lxc setting '${key}'`;
}
