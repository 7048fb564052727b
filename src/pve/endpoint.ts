import { PveError } from './errors.ts';

/** The port pveproxy listens on. */
const defaultPort = 8006;

/**
 * Makes an endpoint of what a person types: `pve1`, `10.0.0.5:8443`, `[2001:db8::1]` or a URL copied from the browser
 * (`https://pve1:8006/#v1:0:=node`). The result is `https://host:port` without path; the port is 8006 unless given.
 * @throws PveError of kind `bad-parameter` (field `endpoints`) when it is not a host or not HTTPS.
 */
export function parseEndpoint(text: string): string {
  const typed = text.trim();
  const bare = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  const url = URL.canParse(bare) ? new URL(bare) : undefined;
  if (!url || url.hostname === '' || /\s/.test(typed)) throw badEndpoint(typed, 'is not a URL or host name');
  if (url.protocol !== 'https:') throw badEndpoint(typed, 'is not HTTPS, and Proxmox VE offers its API over HTTPS only');
  if (url.username !== '' || url.password !== '') throw badEndpoint(`https://${url.host}`, 'must be given without a user or password');
  return `https://${url.hostname}:${url.port || explicitPort(bare) || defaultPort}`;
}

/** `URL` drops the port 443 because it is HTTPS's own; a person who typed it meant it. */
function explicitPort(url: string): string | undefined {
  return /^https:\/\/[^/?#]*:(443)(?=[/?#]|$)/i.exec(url)?.[1];
}

function badEndpoint(shown: string, why: string): PveError {
  return new PveError({
    kind: 'bad-parameter',
    message: `“${shown}” ${why}.`,
    advice: 'Give the address as https://host:8006.',
    fields: { endpoints: why },
  });
}
