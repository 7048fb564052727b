import type { Call } from '../api/route.ts';

/** Who the call's permissions are looked up for: `user@realm!token` for tokens. */
export function callerId({ caller }: Pick<Call, 'caller'>): string {
  return caller.tokenid ?? caller.userid;
}
