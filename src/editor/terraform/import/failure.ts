import { PveError } from '../../../pve/index.ts';
import { TerraformFailed, UnknownPlanFormat } from '../../../terraform/index.ts';
import { TerraformTrouble } from '../projects/trouble.ts';
import { editConnection, howToInstall, type Offer, offersFor, openSettings, reconnect, reviewCertificate, type Way } from '../trouble-offers.ts';
import type { Proof } from './outcome.ts';

/** Where it was planned. */
interface Place {
  readonly folder: string;
  /** The id of the project's connection. */
  readonly connection: string | undefined;
}

/** What Terraform says when it cannot plan, and what to do about it where that is known. */
export function failure(error: unknown, { folder, connection }: Place): Extract<Proof, { readonly kind: 'failed' }> {
  if (error instanceof TerraformTrouble) return { kind: 'failed', reasons: [error.message], offers: offersFor(error.kind, error.about) };
  if (error instanceof UnknownPlanFormat) return { kind: 'failed', reasons: [error.message, 'Use a version of Terraform that is known here, or a newer version of this extension.'], offers: [openSettings] };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof TerraformFailed && error.kind === 'credentials') return { kind: 'failed', reasons: [message], offers: [...offersFor('not-connected', folder), editConnection(connection)] };
  const known = error instanceof TerraformFailed ? ADVICE.find(({ pattern }) => pattern.test(message)) : undefined;
  return { kind: 'failed', reasons: [message, ...(known === undefined ? [] : [known.advice])], offers: known?.offers(connection) ?? [] };
}

interface Advice {
  readonly pattern: RegExp;
  readonly advice: string;
  readonly offers: (connection: string | undefined) => readonly Offer[];
}

const mirror: Offer = { title: 'How to Use a Mirror', command: 'vscode.open', arguments: ['https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation'] };
const problems: Offer = { title: 'Show Problems', command: 'workbench.actions.view.problems' };

/** Beyond what the failure says by itself. */
const ADVICE: readonly Advice[] = [
  {
    pattern: /Unsupported Terraform Core version|required_version/i,
    advice: 'The project wants another version of Terraform than this one.',
    offers: () => [howToInstall, openSettings],
  },
  {
    pattern: /Failed to (query available provider packages|install provider|download)|Could not retrieve the list of available versions|could not connect to registry/i,
    advice: 'The provider bpg/proxmox could not be fetched. With a network, plan again; without one, put it into a filesystem mirror (provider_installation in Terraform’s CLI configuration).',
    offers: () => [mirror],
  },
  {
    pattern: /\b403\b|permission check failed/i,
    advice: 'The connection’s user may not read all of this. It needs VM.Audit on the guests, Datastore.Audit on their storages and Pool.Audit on their pools.',
    offers: (connection) => [editConnection(connection)],
  },
  {
    pattern: /Cannot import non-existent remote object/i,
    advice: 'A guest is not there any more, or no longer on the node that the code says. Remove its resource and its import block, or import it anew where it is now; then plan again.',
    offers: () => [],
  },
  {
    pattern: /x509/i,
    advice: 'Terraform does not trust the cluster’s certificate. Review the certificate of the connection.',
    offers: (connection) => [reviewCertificate(connection)],
  },
  {
    pattern: /connection refused|no such host|i\/o timeout|no route to host/i,
    advice: 'The cluster cannot be reached. Plan again when it can.',
    offers: (connection) => [editConnection(connection)],
  },
  {
    pattern: /undeclared|Unsupported argument|Unsupported block|Missing required argument|Duplicate|No value for required variable/i,
    advice: 'The project’s own code has to be put right first; it says where.',
    offers: () => [problems],
  },
];

/** What keeps an import from being written at all: what is said, and what can be done. @param again begins the import anew */
export function importError(error: unknown, connection: string, again: Way): { readonly reason: string; readonly offers: readonly (Offer | Way)[] } {
  if (error instanceof TerraformTrouble) return { reason: error.message, offers: offersFor(error.kind, error.about) };
  if (!(error instanceof PveError)) return { reason: error instanceof Error ? error.message : String(error), offers: [] };
  return { reason: [error.message, error.details.advice ?? ''].filter(Boolean).join(' '), offers: offersOf(error, connection, again) };
}

function offersOf({ kind }: PveError, connection: string, again: Way): readonly (Offer | Way)[] {
  switch (kind) {
    case 'untrusted-certificate': return [reviewCertificate(connection)];
    case 'unauthorised':
    case 'forbidden':
    case 'not-proxmox': return [editConnection(connection), again];
    case 'second-factor': return [reconnect(connection)];
    case 'unreachable': return [again, editConnection(connection)];
    case 'cancelled': return [];
    default: return [again];
  }
}
