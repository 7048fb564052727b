import type { Connection, Secrets } from '../connection.ts';
import { PveError } from '../errors.ts';

/**
 * The token's secret or the password.
 * @throws PveError of kind `unauthorised` when there is none, or it (or the token's name) cannot stand in a header.
 */
export async function storedSecret(connection: Connection, secrets: Secrets): Promise<string> {
  const { authentication, name } = connection;
  const isToken = authentication.kind === 'token';
  const what = isToken ? `secret of the token ${authentication.tokenId}` : `password of ${authentication.user}`;
  let secret: string | undefined;
  try {
    secret = await secrets.secret(connection);
  } catch (cause) {
    throw new PveError({ kind: 'unauthorised', message: `The ${what} for ${name} could not be read.`, advice: 'Enter it again.', cause });
  }
  if (secret === undefined || secret === '') {
    throw new PveError({ kind: 'unauthorised', message: `There is no ${what} for ${name} on this machine.`, advice: 'Enter it again.' });
  }
  if (!isToken) return secret;
  const trimmed = secret.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed) || !/^[\x21-\x7e]+$/.test(authentication.tokenId)) {
    throw new PveError({ kind: 'unauthorised', message: `The ${what} for ${name} cannot be one: it has spaces or characters beyond ASCII.`, advice: 'Enter it again; it is shown once, when the token is created.' });
  }
  return trimmed;
}
