import type { Clock, Logger } from '../../base/index.ts';
import type { Parameters } from '../client.ts';
import type { Authentication, Connection, Secrets } from '../connection.ts';
import { PveError } from '../errors.ts';
import { ticketAnswer, type TicketAnswer } from '../wire/ticket.ts';
import { answerChallenge } from './second-factor.ts';
import type { Proof, Session } from './session.ts';
import { storedSecret } from './stored-secret.ts';
import { untilAborted } from '../until-aborted.ts';

/** Proxmox VE accepts a ticket for two hours (AccessControl.pm, get_ticket_age_range); from this age on it is renewed. Milliseconds. */
const renewalAge = 60 * 60_000;
const lifetime = 120 * 60_000;

/** A password that was refused is not sent again before this: realms lock accounts after a few wrong ones. Milliseconds. */
const refusalHolds = 60_000;

export interface TicketSettings {
  /** `POST /access/ticket`, unauthenticated; rejects with PveError. */
  readonly requestTicket: (parameters: Parameters) => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Ticket extends Proof {
  readonly ticket: string;
  /** By our clock, so that a server whose clock is off does no harm. Milliseconds. */
  readonly at: number;
}

/**
 * Logs in with a password and keeps the ticket fresh. However many requests want one at once, one login is under way: nobody is
 * asked for two one-time codes.
 */
export function ticketSession(connection: Connection, { user }: Extract<Authentication, { kind: 'password' }>, secrets: Secrets, { requestTicket, clock, logger }: TicketSettings): Session {
  let current: Ticket | undefined;
  let underWay: Promise<Ticket> | undefined;
  let refusal: { readonly password: string; readonly at: number; readonly error: PveError } | undefined;

  const ask = async (parameters: Parameters): Promise<TicketAnswer> => {
    const parsed = ticketAnswer.safeParse(await requestTicket(parameters));
    if (parsed.success) return parsed.data;
    throw new PveError({
      kind: 'not-proxmox',
      message: `${connection.name} answered the login with something that is not a ticket.`,
      advice: 'Check that the URL is that of a Proxmox VE node.',
      request: 'POST /access/ticket',
    });
  };

  const take = ({ ticket, CSRFPreventionToken }: TicketAnswer): Ticket => ({
    ticket,
    at: clock.now(),
    headers: { cookie: `PVEAuthCookie=${asCookie(ticket)}`, ...(CSRFPreventionToken === undefined ? {} : { CSRFPreventionToken }) },
  });

  const logIn = async (): Promise<Ticket> => {
    const password = await storedSecret(connection, secrets);
    if (refusal?.password === password && clock.now() - refusal.at < refusalHolds) throw refusal.error;
    refusal = undefined;
    let answer: TicketAnswer;
    try {
      answer = await ask({ username: user, password });
    } catch (error) {
      if (error instanceof PveError && error.kind === 'unauthorised') refusal = { password, at: clock.now(), error };
      throw error;
    }
    if (answer.NeedTFA) answer = await answerChallenge(connection, user, secrets, answer.ticket, ask);
    logger.debug(`Logged in to ${connection.name} as ${user}.`);
    return take(answer);
  };

  /** A ticket that is still good stands in for the password, and for the second factor. */
  const renew = async (ticket: Ticket): Promise<Ticket> => {
    try {
      const answer = await ask({ username: user, password: ticket.ticket });
      if (!answer.NeedTFA) return take(answer);
    } catch (error) {
      if (!(error instanceof PveError) || error.kind !== 'unauthorised') throw error;
    }
    logger.info(`${connection.name} did not renew the ticket of ${user}; logging in again.`);
    return logIn();
  };

  const obtain = (): Promise<Ticket> => {
    const age = current === undefined ? Infinity : clock.now() - current.at;
    if (current !== undefined && age >= 0 && age < renewalAge) return Promise.resolve(current);
    underWay ??= (current !== undefined && age < lifetime ? renew(current) : logIn())
      .then((ticket) => (current = ticket))
      .finally(() => (underWay = undefined));
    return underWay;
  };

  return {
    proof: (signal) => untilAborted(obtain(), signal, 'POST /access/ticket'),
    refused(proof) {
      if (proof === current) current = undefined;
      return true;
    },
  };
}

/** Tickets are sent as everybody sends them; only what would end the cookie or be decoded is escaped (a user's name may have it). */
function asCookie(ticket: string): string {
  return ticket.replace(/[^\x21-\x7e]|[%;,"\\]/gu, encodeURIComponent);
}
