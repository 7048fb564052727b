import { failure } from '../../api/errors.ts';
import type { Cluster, Guest } from '../../state/cluster.ts';

/** The id of an HA resource: `vm:100`, `ct:101`. */
interface ResourceId {
  readonly sid: string;
  readonly type: string;
  readonly name: string;
}

/** Reads `vm:100` or a bare VMID of a guest there is. Throws 500 where the id means nothing. */
export function parseResourceId(cluster: Cluster, text: string): ResourceId {
  if (/^\d+$/.test(text)) {
    const guest = cluster.guests.get(Number(text));
    if (guest === undefined) throw failure(`unable to detect SID from VMID - VM/CT ${text} does not exist\n`);
    return { sid: resourceId(guest), type: typeOf(guest), name: text };
  }
  const [, type = '', name = ''] = /^(\S+):(\S+)$/.exec(text) ?? [];
  if (type === '') throw failure(`unable to parse service id '${text}'\n`);
  return { sid: text, type, name };
}

const typeOf = ({ kind }: Guest): 'vm' | 'ct' => (kind === 'qemu' ? 'vm' : 'ct');

const resourceId = (guest: Guest): string => `${typeOf(guest)}:${guest.vmid}`;

/** The guest a resource stands for; undefined when it is gone. */
export function resourceGuest(cluster: Cluster, sid: string): Guest | undefined {
  const guest = cluster.guests.get(Number(sid.split(':')[1]));
  return guest !== undefined && resourceId(guest) === sid ? guest : undefined;
}

/** Throws 500 unless the guest exists and is of that kind. */
export function checkResourceExists(cluster: Cluster, { sid, type, name }: ResourceId): void {
  if (!/^[1-9][0-9]+$/.test(name)) throw failure('invalid VMID\n');
  const guest = cluster.guests.get(Number(name));
  if (guest === undefined) throw failure(`resource '${sid}' does not exist in cluster\n`);
  if (typeOf(guest) !== type) throw failure(`resource '${sid}' - guest with ID ${name} is not a ${type === 'vm' ? 'VM' : 'container'}\n`);
}
