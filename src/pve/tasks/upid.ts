/** What a task's id says: `UPID:node:pid:pstart:starttime:type:id:user:` with hexadecimal numbers (PVE::Tools, upid_decode). */
export interface Upid {
  readonly node: string;
  /** Seconds since the epoch. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  /** `user@realm` or `user@realm!token` */
  readonly user: string;
}

export function parseUpid(upid: string): Upid | undefined {
  const match = /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/.exec(upid);
  if (!match) return undefined;
  const [, node = '', starttime = '', type = '', id = '', user = ''] = match;
  return { node, starttime: Number.parseInt(starttime, 16), type, id, user };
}
