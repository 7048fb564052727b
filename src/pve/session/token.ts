import type { Authentication, Connection, Secrets } from '../connection.ts';
import { storedSecret } from './stored-secret.ts';
import type { Proof, Session } from './session.ts';

/** API tokens need no login and no CSRF prevention token: `Authorization: PVEAPIToken=user@realm!name=secret`. */
export function tokenSession(connection: Connection, { tokenId }: Extract<Authentication, { kind: 'token' }>, secrets: Secrets): Session {
  let current: Promise<Proof> | undefined;
  return {
    proof() {
      current ??= storedSecret(connection, secrets).then((secret) => ({ headers: { authorization: `PVEAPIToken=${tokenId}=${secret}` } }));
      const made = current;
      made.catch(() => {
        if (current === made) current = undefined;
      });
      return made;
    },
    refused() {
      // The same secret would be refused again; the next request looks whether another one has been stored.
      current = undefined;
      return false;
    },
  };
}
