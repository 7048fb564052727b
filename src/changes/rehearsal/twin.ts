import type { Connection, PveClient } from '../../pve/index.ts';

/** A simulator that runs a copy of a cluster. */
export interface Twin {
  /** By a token of root's. */
  readonly connection: Connection;
  readonly secret: string;
  /** Root's own. */
  readonly password: string;
  /** Ends it; resolves, if it says so, when it is gone. */
  dispose(): void | Promise<void>;
}

/** How whoever carries something out on a twin gets in. */
export interface TwinAccess {
  /** As whom the proposal runs: with the privileges of the connection that is rehearsed, or as root where that is root's. */
  readonly client: PveClient;
  /** The secret of that connection: a token's, or a password. Of nobody's use but for the twin. */
  readonly secret: string;
  /** The password of root, over SSH too. */
  readonly password: string;
  /** The connection that is rehearsed. */
  readonly original: Connection;
  /** A folder that only the user can read, gone when the rehearsal is over. */
  readonly home: string;
}
