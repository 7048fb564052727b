import { PveError, type PveErrorDetails, type PveErrorKind } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Incoming } from './exchange.ts';

/** What is known of an error besides who said it about what. */
interface Meaning {
  readonly kind: PveErrorKind;
  readonly advice?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly missing?: NonNullable<PveErrorDetails['missing']>;
}

/**
 * The typed error for an answer that is not 2xx. Proxmox VE says what is wrong in words, in the status line's reason phrase and
 * (whole) in the body's `message`; most of them come with status 500, which is what Perl's `die` becomes.
 * @param body the parsed body, when there is one
 */
export function serverError(incoming: Pick<Incoming, 'endpoint' | 'request' | 'status' | 'reason'>, body: Readonly<Record<string, unknown>> | undefined): PveError {
  const { endpoint, request, status, reason } = incoming;
  const said = printable(typeof body?.['message'] === 'string' && body['message'].trim() !== '' ? body['message'] : reason);
  const fields = fieldsOf(body?.['errors']);
  const meaning = meaningOf(status, said, fields);
  const details = Object.entries(meaning.fields ?? {}).map(([name, text]) => `${name}: ${text}`).join('; ');
  const words = [said === '' ? `status ${status}` : said.replace(/[.!]$/, ''), details].filter(Boolean).join(' – ');
  return new PveError({
    ...meaning,
    message: `${endpoint} refused ${request}: ${words}.`,
    status,
    reason: printable(reason),
    request,
    endpoint,
  });
}

function fieldsOf(errors: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof errors !== 'object' || errors === null) return undefined;
  const entries = Object.entries(errors).map(([name, text]) => [printable(name), printable(typeof text === 'string' ? text : JSON.stringify(text))] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function meaningOf(status: number, said: string, fields: Readonly<Record<string, string>> | undefined): Meaning {
  // AnyEvent::HTTP's own codes, which pveproxy passes on when it asks another node in our name: 595 no connection, 596 TLS or
  // headers, 597 body, 599 anything else.
  if (status >= 595 && status <= 599) {
    return { kind: 'node-unreachable', advice: 'The endpoint answers, but the node that owns the object does not answer it. Check that node, its network and pveproxy on it.' };
  }
  // Before the words are looked at: `no such user` is a reason for it, too.
  if (status === 401) {
    return { kind: 'unauthorised', advice: 'Check the user with its realm (root@pam) or the token\'s name (user@realm!token) and the secret, and that neither is disabled or expired.' };
  }
  const known = meanings.find(({ pattern }) => pattern.test(said));
  if (known) return fields === undefined ? known.meaning : { ...known.meaning, fields };
  switch (status) {
    case 400:
      return { kind: 'bad-parameter', ...(fields === undefined ? {} : { fields }) };
    case 403:
      return forbidden(said);
    case 404:
      return { kind: 'not-found' };
    case 501:
      return { kind: 'server-error', advice: 'This Proxmox VE does not know the operation: its version may be older than the one that has it.' };
    case 502:
    case 503:
    case 504:
      return { kind: 'unreachable', advice: 'A proxy in front of the node gets no answer from it. Check the node and the service pveproxy.' };
    default:
      return { kind: 'server-error', ...(fields === undefined ? {} : { fields }) };
  }
}

const locked: Meaning = { kind: 'locked', advice: 'Another operation works on it. Wait until that has ended; its task is in the task list.' };
const notFound: Meaning = { kind: 'not-found', advice: 'It may have been removed or moved since it was listed; refresh.' };
const digestChanged: Meaning = { kind: 'digest-changed', advice: 'Somebody else changed the configuration since it was read. Read it again, then repeat the change.' };
const noQuorum: Meaning = { kind: 'no-quorum', advice: 'Too few nodes of the cluster see each other, so nothing can be written. Bring nodes back (pvecm status tells which are missing).' };

/**
 * Proxmox VE's words: AbstractConfig.pm (locked), Tools.pm lock_file and assert_if_modified, Cluster.pm check_cfs_quorum and
 * cfs_lock, API2/Qemu.pm (checksum mismatch), AbstractConfig.pm load_config and the storage and user plugins (does not exist).
 */
const meanings: readonly { readonly pattern: RegExp; readonly meaning: Meaning }[] = [
  { pattern: /\b(?:VM|CT) is locked(?: \(|$)/, meaning: locked },
  { pattern: /can't lock file '|cfs-lock '.*' error: got lock request timeout|(?:unable|can't) to? ?ac?quire (?:cfs )?lock/, meaning: locked },
  { pattern: /detected modified configuration - file changed by other user|checksum mismatch \(file change by other user/, meaning: digestChanged },
  { pattern: /\bno quorum\b|cluster not ready/, meaning: noQuorum },
  { pattern: /\bdoes not exist\b|\bno such (?:VM|CT|user|group|role|token|storage|cluster node|pool|volume|logical volume|job|rule|resource|file|snapshot)\b|hostname lookup '[^']*' failed/, meaning: notFound },
];

/** `Permission check failed (/vms/100, VM.Audit)`; several privileges are joined by `|` (any), `&&` or `,` (all). */
function forbidden(said: string): Meaning {
  if (/URI '.*' not available with API token/.test(said)) {
    return { kind: 'forbidden', advice: 'Proxmox VE does not offer this to API tokens; connect with user and password for it.' };
  }
  if (said.includes('user != root@pam')) return { kind: 'forbidden', advice: 'Only root@pam, logged in with its password, may do this.' };
  const [, path, rest = ''] = /^Permission check failed \((\/[^,]*), (.+)\)\.?$/.exec(said) ?? [];
  const privileges = rest.match(/\b[A-Z][A-Za-z]*(?:\.[A-Z][A-Za-z]*)+/g) ?? [];
  if (path === undefined || privileges.length === 0) {
    return { kind: 'forbidden', advice: 'Ask an administrator of the cluster for the permission (Datacenter › Permissions). A token with privilege separation has its own.' };
  }
  return {
    kind: 'forbidden',
    missing: { path, privileges },
    advice: `Give the user or token a role with ${privileges.join(rest.includes('|') ? ' or ' : ' and ')} on ${path} (Datacenter › Permissions). A token with privilege separation needs it itself.`,
  };
}
