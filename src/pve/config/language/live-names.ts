/** A name that exists on the cluster. */
export interface LiveName {
  readonly name: string;
  /** A few words: `42 GiB free`, `used by 12 guests`. */
  readonly detail?: string;
}

/** What a storage must be good for. */
export type ContentType = 'images' | 'rootdir' | 'iso' | 'snippets' | 'vztmpl' | 'backup' | 'import';

/** Where names come from that only the cluster knows; seen from the guest's node. Answers may be empty, and never reject. */
export interface LiveNames {
  storages(content: ContentType): Promise<readonly LiveName[]>;
  /** Volume ids, `local:iso/debian.iso`. */
  volumes(content: ContentType): Promise<readonly LiveName[]>;
  bridges(): Promise<readonly LiveName[]>;
  nodes(): Promise<readonly LiveName[]>;
  tags(): Promise<readonly LiveName[]>;
}

/** For texts without a cluster behind them. */
export const noLiveNames: LiveNames = {
  storages: () => Promise.resolve([]),
  volumes: () => Promise.resolve([]),
  bridges: () => Promise.resolve([]),
  nodes: () => Promise.resolve([]),
  tags: () => Promise.resolve([]),
};
