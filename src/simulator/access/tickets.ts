import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/index.ts';

/** Seconds that a ticket and its CSRF token are good for (pve-access-control). */
export const TICKET_LIFETIME = 2 * 60 * 60;
/** Seconds a ticket may seem to come from the future. */
const SKEW = 300;

/** A ticket's contents: a user, or the challenge of a second factor that is still to be answered. */
export type Ticket = { readonly userid: string } | { readonly challenge: string };

/**
 * Makes and reads `PVE:` tickets and CSRF prevention tokens in Proxmox's form. The signature is an HMAC with a key of this process where
 * Proxmox signs with the cluster's RSA key; to clients both are opaque.
 */
export class Tickets {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param audience the user a half-finished login belongs to */
  issue(ticket: Ticket, audience = ''): string {
    const data = 'userid' in ticket ? ticket.userid : `!tfa!${encodeURIComponent(ticket.challenge)}`;
    const plain = `PVE:${data}:${this.#time().toString(16).toUpperCase().padStart(8, '0')}`;
    return `${plain}::${this.#sign(plain + audience)}`;
  }

  /** The ticket's contents; undefined when it is not ours, has been tampered with or is older than two hours. */
  read(ticket: string, audience = ''): Ticket | undefined {
    const match = /^(PVE:(.+):([0-9A-F]{8}))::([A-Za-z0-9+/=]+)$/.exec(ticket);
    if (match === null) return undefined;
    const [, plain = '', data = '', stamp = '', signature = ''] = match;
    if (!same(signature, this.#sign(plain + audience)) || !this.#fresh(stamp)) return undefined;
    return data.startsWith('!tfa!') ? { challenge: decodeURIComponent(data.slice('!tfa!'.length)) } : { userid: data };
  }

  issueCsrf(userid: string): string {
    const stamp = this.#time().toString(16).toUpperCase().padStart(8, '0');
    return `${stamp}:${this.#sign(`${stamp}:${userid}`)}`;
  }

  checkCsrf(token: string, userid: string): boolean {
    const [stamp = '', signature = ''] = token.split(':');
    return /^[0-9A-F]{8}$/.test(stamp) && same(signature, this.#sign(`${stamp}:${userid}`)) && this.#fresh(stamp);
  }

  #time(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #fresh(stamp: string): boolean {
    const age = this.#time() - Number.parseInt(stamp, 16);
    return age > -SKEW && age < TICKET_LIFETIME;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64');
  }
}

/** Compares without telling by the time it takes where the texts differ. */
export function same(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
