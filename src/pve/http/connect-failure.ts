import { PveError } from '../errors.ts';

/** Why no connection came about, in a few words and with what to do. */
interface Reason {
  readonly words: string;
  readonly advice: string;
}

const reasons: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { words: 'its name could not be found', advice: 'Check the host name in the connection\'s URL, the name server and the VPN.' },
  EAI_AGAIN: { words: 'its name could not be looked up', advice: 'Check this machine\'s name server and network.' },
  ECONNREFUSED: { words: 'the connection was refused', advice: 'Check the port (Proxmox VE listens on 8006) and that the service pveproxy runs on the node.' },
  ETIMEDOUT: { words: 'it did not answer in time', advice: 'Check that the node is up and that no firewall is in between.' },
  UND_ERR_CONNECT_TIMEOUT: { words: 'it did not answer in time', advice: 'Check that the node is up and that no firewall is in between.' },
  EHOSTUNREACH: { words: 'there is no route to it', advice: 'Check that the node is up and the network or VPN that leads to it.' },
  ENETUNREACH: { words: 'its network cannot be reached', advice: 'Check this machine\'s network or VPN.' },
  ECONNRESET: { words: 'it closed the connection during the handshake', advice: 'Check that the URL points to Proxmox VE (port 8006) and what stands in between.' },
};

const otherReason: Reason = { words: 'no connection came about', advice: 'Check the connection\'s URL and the network.' };

/**
 * The error for a connection that never came about: certainly nothing was sent. A `PveError` passes as it is.
 * Something that answers the handshake with anything but TLS is `not-proxmox`.
 */
export function connectFailure(endpoint: string, error: unknown): PveError {
  if (error instanceof PveError) return error;
  const code = codeOf(error);
  if (isNotTls(code)) {
    return new PveError({
      kind: 'not-proxmox',
      message: `What listens on ${endpoint} does not speak TLS, so it is not a Proxmox VE API.`,
      advice: 'Check the port; Proxmox VE listens on 8006.',
      endpoint,
      cause: error,
    });
  }
  const reason = reasons[code ?? ''] ?? otherReason;
  const detail = code === undefined || reason !== otherReason ? '' : ` (${code})`;
  return new PveError({
    kind: 'unreachable',
    message: `${endpoint} cannot be reached: ${reason.words}${detail}.`,
    advice: reason.advice,
    endpoint,
    cause: error,
  });
}

/** Plain HTTP, SSH and the like fail OpenSSL's record layer; a TLS server that refuses us sends an alert instead. */
function isNotTls(code: string | undefined): boolean {
  return code !== undefined && /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|RECORD_LAYER|UNEXPECTED_MESSAGE|NO_PROTOCOLS))/.test(code);
}

/** Node tries all addresses of a name and reports them together; their code is that of the first. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
}
