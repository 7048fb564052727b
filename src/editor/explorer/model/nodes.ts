import type { Snapshot, TaskRow, Volume } from '../../../inventory/index.ts';
import type { CommandId } from '../../ids.ts';

/** How a connection's guests are grouped. */
export type Grouping = 'node' | 'pool' | 'tag' | 'storage';

/** What the person chose to see. */
export interface ViewSettings {
  readonly grouping: Grouping;
  readonly sortBy: 'vmid' | 'name';
  /** As typed; empty when there is no filter. */
  readonly filter: string;
}

interface Base {
  /** Unique in the tree and the same for the same thing after every refresh, so that selection and expansion survive. */
  readonly id: string;
  /** Id of the node above; undefined at the root. */
  readonly parent: string | undefined;
}

interface InConnection extends Base {
  readonly connectionId: string;
}

export interface ConnectionNode extends InConnection {
  readonly type: 'connection';
}

/** A cluster node; with its guests below when guests are grouped by node. */
export interface ClusterNodeNode extends InConnection {
  readonly type: 'node';
  readonly node: string;
  readonly withGuests: boolean;
}

export interface GuestNode extends InConnection {
  readonly type: 'guest';
  readonly rowId: string;
}

/** A snapshot of the guest above. */
export interface SnapshotNode extends InConnection {
  readonly type: 'snapshot';
  /** The guest's. */
  readonly rowId: string;
  readonly snapshot: Snapshot;
}

/** A pool, a tag, or one of the collections below a connection. */
export interface GroupNode extends InConnection {
  readonly type: 'group';
  readonly group: 'pool' | 'tag' | 'nodes' | 'templates' | 'storages' | 'tasks';
  /** The pool's or tag's name; undefined for the guests that have none, and for collections. */
  readonly key: string | undefined;
}

/** A storage of one node, or one shared by several. */
export interface StorageNode extends InConnection {
  readonly type: 'storage';
  readonly key: string;
  readonly withGuests: boolean;
}

/** What a storage holds of one kind. */
export interface ContentNode extends InConnection {
  readonly type: 'content';
  readonly storageKey: string;
  readonly content: string;
  readonly volumes: readonly Volume[];
}

export interface VolumeNode extends InConnection {
  readonly type: 'volume';
  readonly storageKey: string;
  readonly volume: Volume;
}

export interface TaskNode extends InConnection {
  readonly type: 'task';
  readonly task: TaskRow;
}

/** Something to be said: an error and what to do, or that there is nothing. */
export interface NoticeNode extends Base {
  readonly type: 'notice';
  readonly connectionId: string | undefined;
  readonly notice: Notice;
}

export interface Notice {
  readonly level: 'error' | 'warning' | 'info' | 'advice';
  /** A few words. */
  readonly label: string;
  readonly description?: string;
  /** The whole text. */
  readonly detail?: string;
  /** What clicking it does. */
  readonly command?: { readonly id: CommandId; readonly title: string };
  readonly children?: readonly Notice[];
}

export type ExplorerNode = ConnectionNode | ClusterNodeNode | GuestNode | SnapshotNode | GroupNode | StorageNode | ContentNode | VolumeNode | TaskNode | NoticeNode;
