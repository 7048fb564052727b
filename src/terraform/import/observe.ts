import { container } from './container.ts';
import { RawOptions } from './raw-options.ts';
import type { Field, SeenBlock } from './resource-draft.ts';
import type { GuestSource } from './source.ts';
import { virtualMachine } from './vm.ts';

/** A guest in the provider's words. */
export interface Observation {
  /** At their defaults or not; a field's third part is the default. */
  readonly rows: readonly Field[];
  readonly blocks: readonly SeenBlock[];
  /** Attributes and types of blocks of which the configuration does not tell what the provider makes of them, with the reason. */
  readonly undecided: ReadonlyMap<string, string>;
}

/** Ignored by the code of an import for reasons that are none once Terraform has the guest. */
const UNKNOWN_TO_IMPORT = /^(vm_id|pool_id|description|memory|operating_system|environment_variables|timeout_.*)$/;

/**
 * What the provider would read of a guest: the same mapping as that of an import, with what is at its defaults. Not part of it are
 * the VMID, which tells which guest it is, and a container's pool, which the provider does not read.
 */
export function observe(guest: GuestSource): Observation {
  const options = new RawOptions(guest.config);
  const draft = guest.kind === 'qemu' ? virtualMachine(guest, options, new Map()) : container(guest, options, new Map());
  const { rows, blocks } = draft.seen;
  const isDecided = (name: string): boolean => UNKNOWN_TO_IMPORT.test(name) || !draft.ignored.has(name);
  return {
    rows: rows.filter(([name]) => name !== 'vm_id' && (guest.kind === 'qemu' || name !== 'pool_id') && isDecided(name)),
    blocks: blocks.filter(({ type }) => isDecided(type)),
    undecided: new Map([...draft.ignored].filter(([name]) => !isDecided(name))),
  };
}
