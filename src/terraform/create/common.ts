import type { AddressAnswer } from '../../changes/create/index.ts';
import { block, type Expression, type Item } from '../hcl/index.ts';
import { attributes } from './written.ts';

/** Disks are whole GiB in the provider; what has to fit in one does in the next larger. */
export function wholeGigabytes(size: number): { readonly size: number; readonly notes: readonly string[] } {
  const whole = Math.ceil(size);
  return { size: whole, notes: whole === size ? [] : [`Terraform takes whole GiB: the disk has ${whole} GiB instead of ${size}.`] };
}

/** `ip_config` of the only network card; nothing where nothing is configured. */
export function ipConfig(ip: AddressAnswer, ip6: AddressAnswer): Item[] {
  const families = [...family('ipv4', ip), ...family('ipv6', ip6)];
  return families.length === 0 ? [] : [block('ip_config', [], families)];
}

function family(type: string, answer: AddressAnswer): Item[] {
  if (answer === 'none') return [];
  const rows = typeof answer === 'string' ? { address: answer } : { address: answer.cidr, gateway: answer.gateway };
  return [block(type, [], attributes(rows))];
}

/** @param servers as the API takes them, with spaces in between */
export function dns(domain: string | undefined, servers: string | undefined): Item[] {
  const rows = attributes({ domain, servers: servers?.split(' ') });
  return rows.length === 0 ? [] : [block('dns', [], rows)];
}

/** @param keys one a line */
export function userAccount(username: string | undefined, password: Expression | undefined, keys: string | undefined): Item[] {
  const lines = keys?.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const rows = attributes({ username, password, keys: lines });
  return rows.length === 0 ? [] : [block('user_account', [], rows)];
}

/** The provider sorts them. */
export const sortedTags = (tags: readonly string[]): readonly string[] | undefined => (tags.length === 0 ? undefined : tags.toSorted());
