import type { GuestRow, Live } from '../../inventory/index.ts';
import { type Circumstances, flag, poweredTogether, text } from '../operations/index.ts';
import type { Step } from '../proposal/step.ts';

/** What a guest's row is like once the step is done; undefined when it is gone. */
function afterwards(row: GuestRow, { operation, parameters, target }: Step): GuestRow | undefined {
  if (target.kind !== 'guest') return row;
  switch (operation) {
    case 'guest.start':
    case 'guest.resume': {
      const { lock, ...unlocked } = row;
      return { ...(lock === 'suspended' ? unlocked : row), status: 'running' };
    }
    case 'guest.shutdown':
    case 'guest.stop':
      return { ...row, status: 'stopped' };
    case 'guest.suspend':
      return flag(parameters, 'todisk') ? { ...row, status: 'stopped', lock: 'suspended' } : { ...row, status: 'paused' };
    case 'guest.migrate':
      return { ...row, node: text(parameters, 'target') ?? row.node };
    case 'guest.template':
      return { ...row, template: true };
    case 'guest.destroy':
      return undefined;
    default:
      return row;
  }
}

/**
 * The circumstances as the steps of a proposal change them one by one: a guest that a step before stops can be destroyed by the next. Only
 * power, place, size and existence are followed; that it is protected, say, is not lifted by a step.
 */
export class Succession {
  readonly #changed = new Map<number, GuestRow | undefined>();
  readonly #sizes = new Map<string, Live>();
  readonly now: Circumstances;

  constructor(circumstances: Circumstances) {
    this.now = {
      ...circumstances,
      guest: (vmid) => (this.#changed.has(vmid) ? this.#changed.get(vmid) : circumstances.guest(vmid)),
      live: (rowId) => this.#sizes.get(rowId) ?? circumstances.live(rowId),
    };
  }

  add(step: Step): void {
    const { target, operation, parameters } = step;
    if (target.kind === 'node' && operation === 'node.stop-all') for (const row of poweredTogether(target, parameters, this.now)) this.#changed.set(row.vmid, { ...row, status: 'stopped' });
    if (target.kind !== 'guest') return;
    const row = this.now.guest(target.vmid);
    if (row !== undefined) this.#changed.set(target.vmid, afterwards(row, step));
    else if (operation === 'guest.create' || operation === 'guest.restore') {
      this.#changed.set(target.vmid, created(target, flag(parameters, 'start')));
      this.#sizes.set(`${target.type}/${target.vmid}`, { maxcpu: Number(text(parameters, 'cores') ?? 1) * Number(text(parameters, 'sockets') ?? 1), maxmem: Number(text(parameters, 'memory') ?? 512) * 1024 ** 2 });
    }
    if (operation === 'guest.clone') {
      const vmid = Number(text(parameters, 'newid'));
      this.#changed.set(vmid, created({ ...target, vmid, name: text(parameters, 'name') ?? '', node: text(parameters, 'target') ?? target.node }, false));
      this.#sizes.set(`${target.type}/${vmid}`, this.now.live(`${target.type}/${target.vmid}`) ?? {});
    }
  }
}

function created({ type, vmid, node, name = '' }: { readonly type: 'qemu' | 'lxc'; readonly vmid: number; readonly node: string; readonly name?: string | undefined }, running: boolean): GuestRow {
  return { kind: type, id: `${type}/${vmid}`, vmid, name, node, status: running ? 'running' : 'stopped', template: false, tags: [] };
}
