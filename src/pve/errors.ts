/**
 * Everything that can go wrong when talking to a cluster, told apart by what the person can do about it.
 * `message` is a complete sentence that says what happened and where; `advice` says what to do next.
 */
export type PveErrorKind =
  /** No endpoint answered: name not found, port closed, time-out, connection dropped. */
  | 'unreachable'
  /** The certificate is not trusted by the connection's {@link Trust}; see {@link PveError.certificate}. */
  | 'untrusted-certificate'
  /** Something answered, but not a Proxmox VE API (HTML, another service, garbage JSON). */
  | 'not-proxmox'
  /** 401: wrong token or password, or an expired ticket that could not be renewed. */
  | 'unauthorised'
  /** A second factor is wanted and none was given, or it was wrong. */
  | 'second-factor'
  /** 403; see {@link PveError.missing}. */
  | 'forbidden'
  /** 400 with messages by field; see {@link PveError.fields}. */
  | 'bad-parameter'
  /** The object does not exist. */
  | 'not-found'
  /** The guest or a file is locked by another operation. */
  | 'locked'
  /** The configuration changed since it was read. */
  | 'digest-changed'
  /** The cluster has no quorum; nothing can be written. */
  | 'no-quorum'
  /** 595/596/5xx from the proxy between nodes: the node that owns the object does not answer. */
  | 'node-unreachable'
  /** A task ended with an error; see {@link PveError.taskLog}. */
  | 'task-failed'
  /** Cancelled by the caller. */
  | 'cancelled'
  /** Any other answer the server gave as an error. */
  | 'server-error';

export interface PveErrorDetails {
  readonly kind: PveErrorKind;
  readonly message: string;
  readonly advice?: string;
  /** HTTP status code and reason phrase as the server gave them. */
  readonly status?: number;
  readonly reason?: string;
  /** `GET /path` without query or secrets. */
  readonly request?: string;
  readonly endpoint?: string;
  /** kind `bad-parameter`: parameter name → message. */
  readonly fields?: Readonly<Record<string, string>>;
  /** kind `forbidden`: the ACL path and the privileges that were asked for. */
  readonly missing?: { readonly path: string; readonly privileges: readonly string[] };
  /** kind `untrusted-certificate`: SHA-256 fingerprints, presented and expected (none pinned yet: undefined). */
  readonly certificate?: { readonly presented: string; readonly expected?: string; readonly subject?: string; readonly issuer?: string; readonly validTo?: string };
  /** kind `task-failed`: the task and the last lines of its log. */
  readonly upid?: string;
  readonly taskLog?: readonly string[];
  readonly cause?: unknown;
}

/** The only error type that leaves `pve/`. */
export class PveError extends Error {
  override readonly name = 'PveError';
  readonly details: PveErrorDetails;

  constructor(details: PveErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.details = details;
  }

  get kind(): PveErrorKind {
    return this.details.kind;
  }
}
