/** What the name of a guest's volume tells. */
export interface VolumeName {
  /** Last part, e.g. `vm-100-disk-0.qcow2`. */
  readonly name: string;
  /** Owner; undefined for volumes that belong to no guest (ISO images …). */
  readonly vmid: number | undefined;
  /** A template's volume. */
  readonly isBase: boolean;
  /** The base volume of a linked clone, as it stands before the own name. */
  readonly base: string | undefined;
  readonly format: string;
}

const FORMAT = /\.(raw|qcow2?|vmdk|subvol|qed|cloop)$/;

/**
 * Reads `local-lvm:vm-100-disk-0`, `local:100/vm-100-disk-0.qcow2`, `tank:base-100-disk-0/vm-105-disk-0`,
 * `local:100/base-100-disk-0.qcow2/105/vm-105-disk-0.qcow2`, `tank:subvol-101-disk-0` …
 */
export function volumeName(volid: string): VolumeName {
  const path = volid.slice(volid.indexOf(':') + 1);
  const parts = path.split('/');
  const name = parts.at(-1) ?? path;
  const match = /^(vm|base|subvol|basevol)-(\d+)-/.exec(name);
  const directory = parts.length % 2 === 0 && /^\d+$/.test(parts.at(-2) ?? '');
  const before = parts.slice(0, directory ? -2 : -1).join('/');
  return {
    name,
    vmid: match === null ? undefined : Number(match[2]),
    isBase: match?.[1] === 'base' || match?.[1] === 'basevol',
    base: /(?:^|\/)base(?:vol)?-\d+-/.test(before) ? before : undefined,
    format: FORMAT.exec(name)?.[1] ?? (match?.[1]?.includes('vol') ? 'subvol' : 'raw'),
  };
}

/** The volume's owner by its name. */
export function ownerOf(volid: string): number | undefined {
  return volumeName(volid).vmid;
}

/** The same volume as a template's base: `vm-100-disk-0` → `base-100-disk-0`. */
export function baseVolid(volid: string): string {
  return volid.replace(/([:/])(vm|subvol)-(\d+-[^/]+)$/, (_, before: string, kind: string, rest: string) => `${before}${kind === 'vm' ? 'base' : 'basevol'}-${rest}`);
}
