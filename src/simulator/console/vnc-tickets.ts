import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../base/index.ts';
import { same } from '../access/index.ts';

/** Seconds that a ticket is good for, and may seem to come from the future (PVE::AccessControl, verify_short_lived_ticket). */
const LIFETIME = 40;
const SKEW = 20;

/** What a ticket is for; all of it must be the same again when it is used. */
export interface VncTicketScope {
  /** `user@realm` or `user@realm!token`. */
  readonly user: string;
  /** ACL path: `/vms/100`, `/nodes/pve1`. */
  readonly path: string;
  readonly port: number;
}

/** Makes and checks the short-lived `PVEVNC:` tickets of consoles. Signed as {@link import('../access/tickets.ts').Tickets} are. */
export class VncTickets {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(scope: VncTicketScope): string {
    const plain = `PVEVNC:${this.#time().toString(16).toUpperCase().padStart(8, '0')}`;
    return `${plain}::${this.#sign(plain, scope)}`;
  }

  /** Whether the ticket is ours, young enough and for exactly this. A VNC password and a colon before it are passed over. */
  check(text: string, scope: VncTicketScope): boolean {
    const ticket = /^.{8}:(PVEVNC:.*)$/.exec(text)?.[1] ?? text;
    const match = /^(PVEVNC:([0-9A-F]{8}))::([A-Za-z0-9+/=]+)$/.exec(ticket);
    if (match === null) return false;
    const [, plain = '', stamp = '', signature = ''] = match;
    const age = this.#time() - Number.parseInt(stamp, 16);
    return same(signature, this.#sign(plain, scope)) && age > -SKEW && age < LIFETIME;
  }

  #time(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #sign(plain: string, { user, path, port }: VncTicketScope): string {
    return createHmac('sha256', this.#key).update(`${plain}:${user}:${path}:${port}`).digest('base64');
  }
}
