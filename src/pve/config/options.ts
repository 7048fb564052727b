/**
 * One section of a Proxmox configuration file: option name → raw value, in file order.
 * Values are exactly what stands after `key: ` (for `description`: the decoded notes), except that booleans are `1` or `0` and
 * integers have no leading zeros.
 *
 * Two options of containers stand for several lines, as they do in Proxmox's own parsed form: `lxc` holds the raw
 * `lxc.*` lines, `<key>: <value>` joined by line feeds ({@link parseRawLines}); `env` holds the values of the
 * `lxc.environment.runtime` lines joined by NUL.
 */
export type Options = Map<string, string>;

/** A guest's configuration file `<vmid>.conf` (man qm.conf(5), pct.conf(5)). */
export interface GuestConfig {
  /** The options in force. */
  readonly current: Options;
  /** `[PENDING]`: option name → value to take at the next start; names to remove stand comma-separated under `delete`. */
  readonly pending: Options;
  /** `[special:cloudinit]`: the cloud-init values the running drive was generated with (qemu only). */
  readonly cloudinit: Options;
  /** `[special:fleecing]`: left-over fleecing images of a backup (qemu only). */
  readonly fleecing?: Options;
  /** `[<snapname>]` sections in file order, each with its `snaptime`, `parent`, `description` … among the options. */
  readonly snapshots: Map<string, Options>;
  /** What of the file could not be read as options; kept, so that writing the file loses nothing. */
  readonly unreadable?: readonly UnreadableText[];
}

/** A line, or a whole section, that means nothing to Proxmox. */
export interface UnreadableText {
  /** The header of the section it stands in as Proxmox writes it (`[PENDING]`, `[<snapname>]`), `''` for the options in force; undefined for a section of its own. */
  readonly section: string | undefined;
  readonly text: string;
}

/** The configuration of a guest that has just been made: every section empty. */
export function emptyGuestConfig(): GuestConfig {
  return { current: new Map(), pending: new Map(), cloudinit: new Map(), snapshots: new Map() };
}
