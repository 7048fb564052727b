/** Who holds the lock of a state. */
export interface LockHolder {
  /** What `force-unlock` wants. */
  readonly id: string;
  /** `user@host`; undefined where Terraform does not tell, as with the backends “http” and “pg”. */
  readonly who: string | undefined;
  readonly created: Date | undefined;
  /** `OperationTypeApply` and the like. */
  readonly operation: string | undefined;
  /** A lock on a local file or in PostgreSQL: it is held by a process for as long as that lives, and nobody can take it away. */
  readonly untilProcessEnds: boolean;
}

/** The “http” backend names the lock that is held, and then gives the particulars of the one that was refused. */
const HELD_OVER_HTTP = /already locked: ID=([\w-]+)/;
/** So does the “pg” backend, without a name: its locks are advisory ones of a database session, for which `force-unlock` does nothing. */
const HELD_IN_POSTGRESQL = /already locked for workspace|Workspace is already locked:/i;

/** What the system says of a file that another process has locked, on Unix and on Windows. */
const OF_A_FILE = /resource temporarily unavailable|The process cannot access the file/;

/** Reads the “Lock Info” of an error; undefined when there is none. */
export function lockHolder(message: string): LockHolder | undefined {
  const field = (name: string): string | undefined => new RegExp(`^[\\s│]*${name}:[ \\t]*(\\S.*?)\\s*$`, 'm').exec(message)?.[1];
  const id = field('ID');
  if (id === undefined) return undefined;
  // `2026-11-25 04:10:11.123456789 +0000 UTC`
  const [, day, time, fraction = '', zone = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d* ([+-]\d{4})/.exec(field('Created') ?? '') ?? [];
  const created = day === undefined ? undefined : new Date(`${day}T${time ?? ''}${fraction}${zone.slice(0, 3)}:${zone.slice(3)}`);
  const plain = message.replaceAll(/[\s│]+/g, ' ');
  const held = HELD_OVER_HTTP.exec(plain)?.[1];
  const inPostgres = HELD_IN_POSTGRESQL.test(plain);
  if (inPostgres || (held !== undefined && held !== id)) return { id: held ?? id, who: undefined, created: undefined, operation: undefined, untilProcessEnds: inPostgres };
  return { id, who: field('Who'), created: created === undefined || Number.isNaN(created.getTime()) ? undefined : created, operation: field('Operation'), untilProcessEnds: OF_A_FILE.test(plain) };
}
