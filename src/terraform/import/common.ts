import { type Expression, reference } from '../hcl/index.ts';
import type { RawOptions } from './raw-options.ts';
import type { Field, ResourceDraft } from './resource-draft.ts';
import type { GuestSource } from './source.ts';

/** Addresses of the pools' resources, by pool id. */
export type PoolAddresses = ReadonlyMap<string, string>;

/** What every guest's configuration has and no description of the guest needs: Proxmox keeps these itself. A lock tells what is done to it now. */
export const OF_PROXMOX = new Set(['digest', 'lock', 'meta', 'vmgenid', 'parent', 'snaptime', 'snapstate', 'runningmachine', 'runningcpu', 'running-nets-host-mtu', 'vmstate']);

/** The pool's resource when it is imported too, otherwise its id. */
export function poolExpression(guest: GuestSource, pools: PoolAddresses): Expression | undefined {
  if (guest.pool === undefined) return undefined;
  const address = pools.get(guest.pool);
  return address === undefined ? guest.pool : reference(`${address}.pool_id`);
}

/**
 * `description`, unless the provider would write it otherwise: it compares what it reads with the text without white space
 * around it, a container's with a line feed at its end (`StateFunc` of both resources), as Proxmox has it for notes
 * that it wrote itself.
 */
export function descriptionField(draft: ResourceDraft, options: RawOptions, end: '' | '\n'): Field {
  const text = options.text('description') ?? '';
  if (text !== '' && `${text.trim().replaceAll('\r\n', '\n')}${end}` !== text) {
    draft.ignore('description', 'the provider would change the white space around it');
  }
  return ['description', text, ''];
}

/** The provider sorts them. */
export const tagsOf = (options: RawOptions): string[] => (options.text('tags') ?? '').split(/[;, ]+/).filter((tag) => tag !== '').toSorted();

/** `startup`; both kinds of guests have -1 for what is not given. */
export function startupBlock(draft: ResourceDraft, options: RawOptions): void {
  // The provider does not know that an order may stand there alone.
  const named = options.peek('startup')?.includes('order=') === true;
  const startup = options.properties('startup', 'pve-startup-order');
  if (startup === undefined) return;
  const order = startup.number('order');
  if (order !== undefined && !named) draft.leave('startup.order');
  draft.block('startup', [
    ['order', named ? order : -1, -1],
    ['up_delay', startup.number('up'), -1],
    ['down_delay', startup.number('down'), -1],
  ]);
}

/** Whole GiB, as the provider rounds. @param size as in `size=32G` */
export const gigabytes = (bytes: number | undefined): number => Math.floor((bytes ?? 0) / 1024 ** 3);

/**
 * Whether the provider puts members of a family (`dev14`, `dev104`) into another order than that of their numbers: it compares what follows the
 * digits that both begin with (`utils.CompareWithPrefix`), so that 104 comes before 14 and 15. That is no order at all, and with more than
 * two of them the result is not the same every time.
 * @param members in the order of their numbers
 */
export function isSortedOddly(members: readonly { readonly index: number }[]): boolean {
  const numbers = members.map(({ index }) => String(index));
  return numbers.some((one, place) => numbers.slice(place + 1).some((other) => comesAfter(one, other)));
}

function comesAfter(one: string, other: string): boolean {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [a, b] = [one.slice(same), other.slice(same)];
  if (a === '' || b === '') return a !== '';
  return Number(a) === Number(b) ? a > b : Number(a) > Number(b);
}
