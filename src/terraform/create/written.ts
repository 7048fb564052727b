import { attribute, type Expression, type Item } from '../hcl/index.ts';

/** Where an entry of the template index lies on the internet (`GET /nodes/{node}/aplinfo`: `location`, `sha512sum`). */
export interface ApplianceSource {
  readonly url: string;
  /** In hexadecimal digits. */
  readonly sha512?: string | undefined;
}

/** What has to be known of the project that a resource is written into. */
export interface WriteOptions {
  /** Addresses of the project's resources: `proxmox_virtual_environment_vm.web`. A new label is none of theirs. */
  readonly taken: ReadonlySet<string>;
  /** Names of the project's variables. */
  readonly variables: ReadonlySet<string>;
  /** The addresses of the pools that the project has resources for, by pool id. */
  readonly pools: ReadonlyMap<string, string>;
  /** The addresses of the resources that download templates, by node and file: `pve1 local:vztmpl/debian.tar.zst`. */
  readonly downloads: ReadonlyMap<string, string>;
  /** Where a template comes from that is to be downloaded; undefined when the index does not say. */
  readonly appliance: (template: string) => ApplianceSource | undefined;
}

/** A variable whose value the code does not hold. */
export interface WrittenVariable {
  readonly name: string;
  /** What it is for, in words. */
  readonly description: string;
}

/** A new guest as code. */
export interface WrittenGuest {
  /** `proxmox_virtual_environment_vm.web` */
  readonly address: string;
  /** The guest's resource last, before it what it refers to: a download, variables. Laid out as `terraform fmt` does. */
  readonly text: string;
  /** The values that Terraform has to be given: `TF_VAR_<name>`. */
  readonly variables: readonly WrittenVariable[];
  /** What differs from what the form would make, in sentences. */
  readonly notes: readonly string[];
}

/** A resource's body as it is put together, and what was to be said meanwhile. */
export interface Draft {
  readonly body: Item[];
  readonly notes: readonly string[];
}

/** The attributes that have a value. */
export function attributes(values: Readonly<Record<string, Expression | undefined>>): Item[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [attribute(name, value)]));
}
