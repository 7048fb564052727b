/**
 * What the language features know about the cluster that a folder is bound to, answered from memory. An object of facts never
 * changes: when the cluster does, there is a new one, and what was worked out with the old one is forgotten. Whatever is not known
 * is `undefined` and never leads to a finding.
 */
export interface ClusterFacts {
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  /** One per storage and node. */
  readonly storages: readonly StorageFacts[];
  /** Every guest and template by its VMID. */
  readonly guests: ReadonlyMap<number, GuestFacts>;
  readonly pools: ReadonlySet<string> | undefined;
  /** The lowest VMID from 100 on that nothing uses; what code uses already is left out by the language features themselves. */
  readonly nextFreeVmid: number;
  /** The volumes of a storage as `file_id`s (`local:iso/debian-13.iso`), if its content has been read. */
  files(storage: string): readonly FileFacts[] | undefined;
}

export interface NodeFacts {
  readonly online: boolean;
  readonly memoryBytes: number | undefined;
  readonly freeMemoryBytes?: number | undefined;
  /** Logical processors. */
  readonly cores: number | undefined;
  /** Bridges and SDN vnets, if the node's network has been read. */
  readonly bridges: readonly BridgeFacts[] | undefined;
}

export interface BridgeFacts {
  readonly name: string;
  /** Whether tagged traffic passes: a Linux bridge that is `vlan-aware`, an OVS bridge. */
  readonly vlanAware: boolean | undefined;
  /** The VLANs that guests on it use today. */
  readonly vlans: readonly number[];
}

export interface StorageFacts {
  readonly name: string;
  readonly node: string;
  /** What may lie on it, as in `/cluster/resources`: `images`, `rootdir`, `iso`, `vztmpl`, `backup`, `snippets`, `import`. */
  readonly content: ReadonlySet<string>;
  readonly freeBytes: number | undefined;
  readonly totalBytes: number | undefined;
  readonly shared: boolean;
}

export interface GuestFacts {
  readonly vmid: number;
  readonly kind: 'qemu' | 'lxc';
  readonly name: string;
  readonly node: string;
  readonly template: boolean;
  /** `running`, `stopped`, … */
  readonly status: string;
  readonly memoryBytes: number | undefined;
  readonly cores: number | undefined;
  readonly pool: string | undefined;
}

export interface FileFacts {
  readonly id: string;
  readonly content: string;
  readonly bytes: number | undefined;
}
