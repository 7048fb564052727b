import type { Parameters } from '../client.ts';

/**
 * Parameters as `application/x-www-form-urlencoded`, for bodies and queries alike: lists are repeated parameters, booleans
 * 0/1, undefined is left out. pveproxy splits at `&` and `;` and again at `=` (PVE::APIServer::AnyEvent, decode_urlencoded);
 * all three are escaped here.
 */
export function encodeForm(parameters: Parameters): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const item of value) form.append(name, item);
    else form.append(name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value));
  }
  return form.toString();
}
