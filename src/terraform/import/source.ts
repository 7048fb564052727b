/** A guest as it is taken into code. */
export interface GuestSource {
  readonly kind: 'qemu' | 'lxc';
  readonly vmid: number;
  readonly node: string;
  /** Whether its process runs (a paused VM's does). */
  readonly running: boolean;
  readonly pool?: string | undefined;
  /** Whether its guest agent is known not to answer: the VM is paused, or the agent is not installed in it. */
  readonly agentSilent?: boolean | undefined;
  /** What `GET /nodes/{node}/{qemu,lxc}/{vmid}/config` answers. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A pool that guests are in, as `GET /pools` lists it. */
export interface PoolSource {
  readonly poolid: string;
  readonly comment?: string | undefined;
}

/** A guest that is not in the code. */
export interface LeftOut {
  readonly kind: 'qemu' | 'lxc';
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly pool?: string | undefined;
  /** A sentence for the person. */
  readonly why: string;
}

export interface ImportSource {
  readonly guests: readonly GuestSource[];
  /** The pools to take along; a guest's pool that is not here is named by its id. */
  readonly pools: readonly PoolSource[];
  /** Guests that the provider has no way to express: the code names them where they would stand. */
  readonly leftOut?: readonly LeftOut[] | undefined;
}

export interface ImportOptions {
  /** What a file of resources holds: the guests of one pool, of one node, or all. */
  readonly fileFor: 'pool' | 'node' | 'all';
  /** The project that the guests are added to; a new one if left out. */
  readonly existing?: ExistingProject | undefined;
}

/** What stands in a project already and is left as it is. */
export interface ExistingProject {
  /** The names of its files: those of new ones are none of them. */
  readonly files: ReadonlySet<string>;
  /** The addresses of its resources: `proxmox_virtual_environment_vm.web`. */
  readonly addresses: ReadonlySet<string>;
  /** Names of its variables. */
  readonly variables: ReadonlySet<string>;
  /** The addresses of its resources of pools, by pool id. */
  readonly pools: ReadonlyMap<string, string>;
  /** The addresses of its resources of container templates that are downloaded, by node and file: `pve1 local:vztmpl/debian.tar.zst`. */
  readonly downloads: ReadonlyMap<string, string>;
  /** The addresses of its resources of guests whose VMID stands in the code or in the state, by VMID. */
  readonly guests: ReadonlyMap<number, string>;
  /** What it has already of what every project needs once: where the provider comes from, and how it gets into the cluster. */
  readonly has: { readonly requirements: boolean; readonly provider: boolean };
}

/** Something of a guest that stays outside Terraform's care. */
export interface NotManaged {
  readonly address: string;
  readonly vmid: number;
  /** A Proxmox option (`args`, `net0.queues`), or an attribute of the provider in `ignore_changes`. */
  readonly what: string;
  readonly kind: 'option' | 'attribute';
  readonly why: string;
}

export interface ProjectFiles {
  /** Text by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** The resource address of each guest and pool, by its id in the inventory (`qemu/100`, `/pool/web`). */
  readonly addresses: ReadonlyMap<string, string>;
  readonly notManaged: readonly NotManaged[];
  /** VMs for which the provider will wait 15 minutes before it goes on, for it asks the guest agent for addresses and the agent is silent. */
  readonly slow: readonly { readonly address: string; readonly vmid: number }[];
}
