import type { Call } from '../../api/route.ts';
import { addHaResource } from '../ha.ts';
import { QEMU } from '../kind.ts';
import { startWorkerAs } from '../worker.ts';
import { startWork } from './start.ts';

/** What a creation and a restore share: the checked request. */
export interface Creation {
  readonly call: Call;
  readonly vmid: number;
  readonly node: string;
  readonly options: Map<string, string>;
  readonly storage: string | undefined;
  readonly pool: string | undefined;
  readonly start: boolean;
  readonly haManaged: boolean;
  readonly force: boolean;
  readonly unique: boolean;
}

/** Start and HA registration, asked for together with the creation. @returns log lines */
export function afterCreation({ call, vmid, node, start, haManaged }: Creation): string[] {
  const { cluster } = call;
  const log: string[] = [];
  if (haManaged) {
    addHaResource(cluster, QEMU, vmid, start ? 'started' : 'stopped');
    log.push('Add as HA resource');
  }
  const guest = cluster.guests.get(vmid);
  if (start && guest !== undefined) {
    startWorkerAs(cluster, call.caller.tokenid ?? call.caller.userid, { node, type: 'qmstart', id: String(vmid) }, () => startWork(cluster, guest));
    log.push('Execute autostart');
  }
  return log;
}
