import type { Property } from '../formats/format.ts';
import type { Option } from '../tables/option.ts';
import type { OptionLine } from './config-document.ts';
import type { ContentType, LiveName, LiveNames } from './live-names.ts';

/** A value that fits. */
export interface Candidate {
  readonly value: string;
  readonly detail?: string;
  /** It exists on the cluster. */
  readonly live?: true;
  /** More is to be written behind it. */
  readonly goesOn?: true;
}

export interface ValueContext {
  /** The options of the same section. */
  readonly siblings: readonly OptionLine[];
  readonly live: LiveNames;
  /** The option it is a value of, or of whose property string. */
  readonly option: string;
}

const BOOTABLE = /^(?:ide|sata|scsi|virtio|net|usb|hostpci)\d+$/;
const HOTPLUG = ['network', 'disk', 'cpu', 'memory', 'usb', 'cloudinit'];
const CPU_TYPES = ['host', 'x86-64-v2-AES', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4', 'kvm64', 'max'];
const MACHINES = ['q35', 'pc', 'virt'];

/** The values that fit a property or option, as far as they can be listed. */
export async function valuesOf(declared: Property | Option, property: string | undefined, context: ValueContext): Promise<Candidate[]> {
  const { default: standard, enum: values, type } = declared;
  const detailOf = (value: string): Candidate => (String(standard) === value ? { value, detail: 'default' } : { value });
  if (values !== undefined) return values.map(detailOf);
  if (type === 'boolean') return [{ ...detailOf('1'), detail: standard === 1 ? 'yes (default)' : 'yes' }, { ...detailOf('0'), detail: standard === 0 ? 'no (default)' : 'no' }];
  const named = await listed(declared, property, context);
  if (named.length > 0) return named;
  return standard === undefined || /[ (]/.test(String(standard)) ? [] : [{ value: String(standard), detail: 'default' }];
}

const fromCluster = (names: readonly LiveName[]): Candidate[] => names.map(({ name, detail }) => ({ value: name, live: true, ...(detail !== undefined && { detail }) }));

async function listed({ format }: Property | Option, property: string | undefined, { siblings, live, option }: ValueContext): Promise<Candidate[]> {
  switch (format) {
    case 'pve-bridge-id':
      return fromCluster(await live.bridges());
    case 'pve-storage-id':
      return fromCluster(await live.storages('images'));
    case 'pve-node':
      return fromCluster(await live.nodes());
    case 'pve-tag-list':
      return fromCluster(await live.tags());
    case 'pve-volume-id':
      return /^unused/.test(option) ? [] : fromCluster(await live.volumes('snippets'));
    case 'pve-volume-id-or-qm-path':
      return [...(await volumes(live, 'images')), { value: 'none', detail: 'an empty CD drive' }, { value: 'cdrom', detail: "the node's own CD drive" }, ...fromCluster(await live.volumes('iso'))];
    case 'pve-volume-id-or-absolute-path':
      return fromCluster(await live.volumes('import'));
    case 'pve-lxc-mp-string':
      return property === 'volume' ? volumes(live, 'rootdir') : [];
    case 'pve-hotplug-features':
      return HOTPLUG.map((value) => ({ value }));
    case 'pve-qm-bootdev-list':
      return siblings.filter(({ key }) => BOOTABLE.test(key)).map(({ key, value }) => ({ value: key, detail: value.slice(0, 60) }));
    case 'pve-ipv4-config':
      return ['dhcp', 'manual'].map((value) => ({ value }));
    case 'pve-ipv6-config':
      return ['auto', 'dhcp', 'manual'].map((value) => ({ value }));
    case undefined:
      return unformatted(property, option, live);
    default:
      return [];
  }
}

async function unformatted(property: string | undefined, option: string, live: LiveNames): Promise<Candidate[]> {
  if (property === 'bridge') return fromCluster(await live.bridges());
  if (property === 'cputype') return CPU_TYPES.map((value) => ({ value }));
  if (property === 'type' && option === 'machine') return MACHINES.map((value) => ({ value }));
  if (/^serial\d$/.test(option)) return [{ value: 'socket', detail: 'reachable from the terminal' }];
  return [];
}

/** `<storage>:`, to be followed by a size in GiB or the name of a volume. */
async function volumes(live: LiveNames, content: ContentType): Promise<Candidate[]> {
  return (await live.storages(content)).map(({ name, detail }) => ({ value: `${name}:`, live: true, goesOn: true, detail: detail ?? 'storage; then a size in GiB or a volume' }));
}
