import type { Terraform } from './find-terraform.ts';
import type { Diagnostic } from './messages.ts';
import { type LockHolder, lockHolder } from './state-lock.ts';

/** Why Terraform did not do it, told apart by what a person can do about it. */
export type FailureKind =
  /** The program cannot be started. */
  | 'not-started'
  /** `terraform init` has to be run: never done, or the backend, a module or a provider came since. */
  | 'init-needed'
  /** A provider is not installed, or not in the version wanted. */
  | 'provider-missing'
  /** Somebody else works on the state; see {@link TerraformFailed.lock}. */
  | 'state-locked'
  /** An earlier apply could not save its state; without it, what it made would be made once more. */
  | 'unsaved-state'
  /** The state has changed since the plan was made. */
  | 'stale-plan'
  /** The cluster was not told, or not who asks. */
  | 'credentials'
  /** Where the state is kept does not answer, or is not set up. */
  | 'backend'
  /** The workspace does not exist. */
  | 'workspace'
  | 'other';

const SIGNS: readonly (readonly [FailureKind, RegExp])[] = [
  ['state-locked', /Error acquiring the state lock/i],
  ['stale-plan', /Saved plan is stale/i],
  ['provider-missing', /Missing required provider(?! configuration)|Required plugins are not installed|Inconsistent dependency lock file|Failed to query available provider packages|Provider requirements cannot be satisfied|could not find executable|no package for .* cached in/i],
  ['init-needed', /Backend initialization required|Module not installed|run "?(?:terraform|tofu) init|please run "?(?:terraform|tofu) init|Backend configuration changed|Initialization required|Module source has changed/i],
  ['workspace', /workspace ".*" doesn'?t exist|currently selected workspace .* does not exist|Currently selected workspace/i],
  ['backend', /Failed to get existing workspaces|Error loading state|Failed to load state|Failed to save state|Error (?:configuring|creating) .* backend|error connecting to the database|pq: |dial tcp .*:\d+: connect: connection refused/i],
  ['credentials', /(?:Missing|Unknown) Proxmox VE API Endpoint|must provide either user|you must specify a secure endpoint|must be in the format 'USER@REALM!TOKENID=UUID'|the username must end with|no (?:API token|username and password) provided|no username configured|must specify (?:api_token|username)|no endpoint|Unable to create Proxmox VE API credentials|Unable to create Proxmox VE client|credentials are not set|invalid API token|authentication failed|HTTP 401 response|401 (?:no ticket|authentication|permission|unauthorized)/i],
];

/** What is to be done, by the kind. */
const ADVICE: Readonly<Partial<Record<FailureKind, string>>> = {
  'init-needed': 'Run “terraform init” in the folder, then plan again.',
  'provider-missing': 'Run “terraform init” in the folder to install it, then plan again.',
  'unsaved-state': 'Run “terraform state push errored.tfstate” in the folder, then plan again.',
  'stale-plan': 'Plan again, and review what is different.',
  credentials: 'Choose the connection that the folder belongs to, so that its endpoint and credentials reach the provider.',
  backend: 'See that the place where the state is kept can be reached and is set up, then run “terraform init”.',
  workspace: 'Choose a workspace that exists, or make it.',
};

/** A command ended otherwise than it should; the message is Terraform's own, and what to do. */
export class TerraformFailed extends Error {
  override readonly name = 'TerraformFailed';
  readonly diagnostics: readonly Diagnostic[];
  readonly kind: FailureKind;
  /** Who holds the state's lock, for kind `state-locked`. */
  readonly lock: LockHolder | undefined;

  /** @param product whose command the advice is to name; where it is not given, the one that the message speaks of */
  constructor(message: string, diagnostics: readonly Diagnostic[] = [], kind: FailureKind = kindIn(message), product: Terraform['product'] = /\b(?:OpenTofu|tofu)\b/.test(message) ? 'tofu' : 'terraform') {
    const lock = kind === 'state-locked' ? lockHolder(message) : undefined;
    const ours = lock === undefined ? ADVICE[kind] : lockedWords(lock);
    const named = product === 'tofu' ? ours?.replaceAll('“terraform ', '“tofu ').replaceAll('Terraform', 'OpenTofu') : ours;
    super([...(lock === undefined ? [message] : []), ...(named === undefined ? [] : [named])].join('\n'));
    this.diagnostics = diagnostics;
    this.kind = kind;
    this.lock = lock;
  }
}

function kindIn(message: string): FailureKind {
  return SIGNS.find(([, sign]) => sign.test(message.replaceAll(/\s+/g, ' ')))?.[0] ?? 'other';
}

/** Who holds an advisory lock: Terraform's for a state are the only ones in a database that is kept for states. */
const HOLDERS = "select usename, client_addr, backend_start from pg_stat_activity join pg_locks using (pid) where locktype = 'advisory'";

function lockedWords({ who, created, operation, id, untilProcessEnds }: LockHolder): string {
  const since = created === undefined ? '' : ` since ${created.toISOString()}`;
  const what = operation === undefined ? '' : ` (${operation.replace(/^OperationType/, '').toLowerCase()})`;
  const held = `The state is locked by ${who ?? 'somebody'}${since}${what}.`;
  // Only in PostgreSQL is a lock of that kind not told whose it is.
  const asked = who === undefined ? ` Whose it is, and since when, the database tells: ${HOLDERS}` : '';
  if (untilProcessEnds) return `${held} The lock is that Terraform’s own, and nobody can take it away: wait until it is done, or end it.${asked}`;
  return `${held} Wait until they are done, or ask them. Only when you know that nobody works on it: “terraform force-unlock ${id}”.`;
}

/** All errors in words, with where they are. */
export function told(diagnostics: readonly Diagnostic[]): string {
  const words = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ summary, detail, address, range }) => [range === undefined ? address : `${range.file}:${range.line}${address === undefined ? '' : ` (${address})`}`, summary, detail].filter((part) => part !== undefined && part !== '').join(': '));
  return [...new Set(words)].join('\n');
}
