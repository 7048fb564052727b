/** A node that a guest may be put on. Bytes. */
export interface NodeFact {
  readonly node: string;
  readonly online: boolean;
  readonly cpus?: number;
  /** Fraction of its CPUs in use, 0 … 1. */
  readonly load?: number;
  readonly memory?: number;
  readonly memoryFree?: number;
}

/** A storage as one node sees it. Bytes. */
export interface StorageFact {
  readonly storage: string;
  readonly type: string;
  readonly content: readonly string[];
  readonly shared: boolean;
  readonly free?: number;
  readonly total?: number;
}

export interface BridgeFact {
  readonly bridge: string;
  /** `10.20.0.11/16`: the node's own address on it. */
  readonly cidr?: string;
  readonly gateway?: string;
  readonly comment?: string;
}

/** An ISO image, a container template or a disk image on a storage. */
export interface VolumeFact {
  readonly volid: string;
  readonly content: 'iso' | 'vztmpl' | 'import';
  /** Bytes. */
  readonly size: number;
}

/** An entry of the template index. */
export interface ApplianceFact {
  /** Its file name: `debian-13-standard_13.6-1_amd64.tar.zst`. */
  readonly template: string;
  readonly headline: string;
  readonly section: string;
  /** Where it lies on the internet. */
  readonly location?: string;
  /** Hexadecimal digits. */
  readonly sha512?: string;
}

/** What the form knows of the chosen node; asked for when the node is chosen. */
export interface NodeFacts {
  readonly node: string;
  readonly storages: readonly StorageFact[];
  readonly bridges: readonly BridgeFact[];
  readonly volumes: readonly VolumeFact[];
  readonly appliances: readonly ApplianceFact[];
  /** What could not be asked, in words. */
  readonly troubles: readonly string[];
}

/** What the form knows of the cluster. */
export interface ClusterFacts {
  readonly nodes: readonly NodeFact[];
  readonly pools: readonly string[];
  /** VMIDs of guests, and who has them: `VM 100 (web)`. */
  readonly taken: ReadonlyMap<number, string>;
  /** What the cluster offers next; undefined when it would not say. */
  readonly nextId: number | undefined;
}
