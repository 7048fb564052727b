import type { Parameters } from '../client.ts';
import type { Connection, Secrets } from '../connection.ts';
import { PveError } from '../errors.ts';
import type { TicketAnswer } from '../wire/ticket.ts';

/**
 * Answers the challenge that comes instead of a ticket when the user has a second factor: the code goes in `password`, after its
 * kind, with the challenge beside it (API2/AccessControl.pm, create_ticket_do). What does not look like a TOTP code is taken as
 * a recovery key.
 * @throws PveError of kind `second-factor` when no code was given, it was wrong, or the user has only factors that need a browser.
 */
export async function answerChallenge(connection: Connection, user: string, secrets: Secrets, challenge: string, ask: (parameters: Parameters) => Promise<TicketAnswer>): Promise<TicketAnswer> {
  if (!takesCodes(challenge)) {
    throw new PveError({
      kind: 'second-factor',
      message: `${user} has a second factor on ${connection.name} that works in a browser only.`,
      advice: 'Add a TOTP to the user, or connect with an API token.',
    });
  }
  const code = (await secrets.totp?.(connection))?.replace(/\s/g, '');
  if (code === undefined || code === '') {
    throw new PveError({
      kind: 'second-factor',
      message: `${connection.name} wants a one-time code for ${user}, and none was given.`,
      advice: 'Connect again and enter the code of your authenticator app, or use an API token, which needs none.',
    });
  }
  const kind = /^\d{6,10}$/.test(code) ? 'totp' : 'recovery';
  try {
    return await ask({ username: user, password: `${kind}:${code}`, 'tfa-challenge': challenge });
  } catch (error) {
    if (!(error instanceof PveError) || error.kind !== 'unauthorised') throw error;
    throw new PveError({
      ...error.details,
      kind: 'second-factor',
      message: `${connection.name} did not accept the one-time code for ${user}.`,
      advice: 'A code is accepted only once: wait for the next one and try again. If that is refused too, check that the clocks of your device and of the node are right.',
      cause: error,
    });
  }
}

/** The challenge is a signed ticket `PVE:!tfa!<escaped JSON>:<time>::<signature>`; one that cannot be read gets a try. */
function takesCodes(challenge: string): boolean {
  try {
    const [, json = ''] = /!tfa!(.*?)(?::[0-9A-F]{8}::.*)?$/s.exec(challenge) ?? [];
    const factors = JSON.parse(decodeURIComponent(json)) as { readonly totp?: unknown; readonly recovery?: unknown };
    return factors.totp === true || (factors.recovery !== undefined && factors.recovery !== 'unavailable');
  } catch {
    return true;
  }
}
