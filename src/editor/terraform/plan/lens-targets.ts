import type { HclBlock, HclDocument } from '../../../terraform/index.ts';

/** Something of a file that can be planned by itself. */
export interface LensTarget {
  /** Counts from 0. */
  readonly line: number;
  /** `proxmox_virtual_environment_vm.web`, `module.site`, as seen from the folder; undefined for the file's whole project. */
  readonly address: string | undefined;
  /** What is known of the guest that a resource is, from what is written. */
  readonly guest?: GuestHint;
}

/** Enough to find a guest. */
export interface GuestHint {
  readonly kind: 'qemu' | 'lxc';
  readonly vmid: number | undefined;
  readonly name: string | undefined;
}

const guestTypes: Readonly<Record<string, GuestHint['kind']>> = {
  proxmox_virtual_environment_vm: 'qemu', proxmox_virtual_environment_vm2: 'qemu', proxmox_vm: 'qemu', proxmox_virtual_environment_container: 'lxc',
};

/** The project at the top of a file, then each resource and module; nothing for a file without blocks. A block that is only half written has no target. */
export function lensTargets({ blocks }: HclDocument): readonly LensTarget[] {
  if (blocks.length === 0) return [];
  const targets = blocks.flatMap((block): LensTarget[] => {
    const address = addressOf(block);
    if (address === undefined) return [];
    const guest = guestIn(block);
    return [{ line: block.range.start.line, address, ...(guest !== undefined && { guest }) }];
  });
  return [{ line: 0, address: undefined }, ...targets];
}

/** What Terraform calls a resource or module of the same folder. */
export function addressOf({ type, labels }: HclBlock): string | undefined {
  const [first = '', second = ''] = labels;
  if (type === 'resource') return first === '' || second === '' ? undefined : `${first}.${second}`;
  return type === 'module' && first !== '' ? `module.${first}` : undefined;
}

function guestIn({ type, labels, body }: HclBlock): GuestHint | undefined {
  const kind = type === 'resource' ? guestTypes[labels[0] ?? ''] : undefined;
  if (kind === undefined) return undefined;
  const literal = (name: string, among = body): string | number | undefined => {
    const value = among.attributes.find((attribute) => attribute.name === name)?.value;
    return value?.kind === 'number' || value?.kind === 'string' ? value.value : undefined;
  };
  const vmid = Number(literal('vm_id') ?? literal('id'));
  // A container's name is what it calls itself.
  const inner = body.blocks.find((block) => block.type === 'initialization')?.body;
  const name = kind === 'qemu' ? literal('name') : inner && literal('hostname', inner);
  return { kind, vmid: Number.isInteger(vmid) ? vmid : undefined, name: typeof name === 'string' ? name : undefined };
}
