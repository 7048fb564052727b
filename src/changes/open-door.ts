import type { Clock, Logger } from '../base/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { type Connection, type NodeShell, type PveClient, PveError } from '../pve/index.ts';
import { AuditLog, redact, withoutCredentials } from './audit/index.ts';
import { type Approval, type Asking, type Door, Refusal, type Running, type StepSecrets, type Wish } from './door.ts';
import { catalogueWith, type Contribution } from './contribution.ts';
import { type ContributedOperation, operationByName, type OperationLookup, shellOperations } from './operations/index.ts';
import { decide, type Decision, type PolicySource } from './policy/index.ts';
import { gather, propose } from './propose/index.ts';
import { type Proposal, proposal as proposalSchema } from './proposal/proposal.ts';
import type { Step } from './proposal/step.ts';
import { apiDriver, type Backoff, type Drivers, isRollBack, type Journal, Runs, type RunsOptions, type SendFile, sshDriver, strangers, undoing, uploadDriver, withSafeguards } from './run/index.ts';

export interface DoorOptions {
  /** The connection with that id; undefined when it is not there any more. */
  readonly connection: (id: string) => Connection | undefined;
  readonly client: (connection: Connection) => Promise<PveClient>;
  /** Sends files of this machine; absent where there are none. */
  readonly sendFile?: (connection: Connection, ...sent: Parameters<SendFile>) => ReturnType<SendFile>;
  /** Runs commands on a connection's nodes; absent where nothing is done over SSH. */
  readonly shell?: (connection: Connection) => Promise<NodeShell>;
  readonly inventory: () => Promise<Inventory>;
  readonly policies: PolicySource;
  readonly secrets: StepSecrets;
  /** Absolute paths, shared by all windows. */
  readonly runsFolder: string;
  readonly auditFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff?: Backoff;
  /** Operations and drivers of rooms further up the line. */
  readonly contributions?: readonly Contribution[];
}

/** The one door. Nothing else in the house changes a cluster. */
export function openDoor(options: DoorOptions): Door & { readonly audit: AuditLog } {
  return new OpenDoor(options);
}

class OpenDoor implements Door {
  readonly audit: AuditLog;
  readonly #options: DoorOptions;
  readonly #runs: Runs;
  readonly #operationOf: OperationLookup;

  constructor(options: DoorOptions) {
    this.#options = options;
    const { auditFolder, runsFolder, clock, logger, secrets, backoff } = options;
    const contributions = [...overSsh(options), ...(options.contributions ?? [])];
    this.#operationOf = catalogueWith(contributions);
    this.audit = new AuditLog({ folder: auditFolder, clock, logger });
    this.#runs = new Runs({
      folder: runsFolder, clock, logger, secrets,
      driversOf: async (id) => {
        const connection = this.#connection(id);
        // One that cannot even be made begins no run.
        await options.client(connection);
        const api = apiDriver(async () => options.client(connectionNow(options, connection)), operationByName);
        const { sendFile } = options;
        const contributed = Object.assign({}, ...contributions.map(({ drivers }) => drivers(connection))) as Drivers;
        return { ...contributed, api, ...(sendFile === undefined ? {} : { upload: uploadDriver(api, async (...sent) => sendFile(connectionNow(options, connection), ...sent), operationByName) }) };
      },
      audit: (journal, event) => this.#auditRun(journal, event),
      ...(backoff === undefined ? {} : { backoff }),
    });
  }

  async propose(asking: Asking, wishes: readonly Wish[], signal?: AbortSignal): Promise<Proposal> {
    const { client, inventory, clock, policies } = this.#options;
    const circumstances = await gather({ client: await client(asking.connection), inventory: await inventory(), now: clock.now(), operationOf: this.#operationOf, ...(signal === undefined ? {} : { signal }) }, wishes);
    const { user, folder } = policies.policies;
    const made = propose(asking, wishes, circumstances, user?.prices ?? folder?.prices, undefined, this.#operationOf);
    await this.audit.append({
      event: 'proposed', ...this.#who(made), origin: made.origin, surface: made.surface, summary: made.summary, risk: made.risk.level,
      steps: made.steps.map(({ id, driver, operation, target, parameters, description, parts }) => ({
        id, driver, operation, target: JSON.stringify(target), parameters: redact(parameters), description,
        ...(parts === undefined ? {} : { parts: parts.map(({ id: of, action, description: what }) => ({ id: of, action, description: what })) }),
      })),
    });
    return made;
  }

  async decide(proposal: Proposal): Promise<Decision> {
    const inventory = await this.#options.inventory();
    const rows = inventory.rows(proposal.connection);
    const { id, name } = this.#connection(proposal.connection);
    const guest = (vmid: number): ReturnType<Parameters<typeof decide>[2]['guest']> => {
      const row = rows.get(`qemu/${vmid}`) ?? rows.get(`lxc/${vmid}`);
      return row?.kind === 'qemu' || row?.kind === 'lxc' ? row : undefined;
    };
    return decide(proposal, this.#options.policies.policies, { connection: { id, name }, rows, guest, now: new Date(this.#options.clock.now()) });
  }

  async run(given: Proposal, approval: Approval): Promise<Running> {
    const proposal = proposalSchema.parse(given);
    const decision = await this.decide(proposal);
    const objection = objectionTo(decision, approval);
    const decided = { event: 'decided', ...this.#who(proposal), demand: decision.demand, reasons: decision.reasons, safeguards: approval.safeguards } as const;
    if (objection !== undefined) {
      await this.audit.append({ ...decided, decision: 'refused', by: 'policy' });
      throw new Refusal(objection);
    }
    // What cannot be written down is not done.
    await this.audit.append({ ...decided, decision: 'approved', by: decision.demand === 'allow' ? 'policy' : 'person' });
    return this.#runs.start(withSafeguards(proposal, approval.safeguards));
  }

  async decline(proposal: Proposal): Promise<void> {
    const { demand, reasons } = await this.decide(proposal);
    const decision = demand === 'refuse' ? ({ decision: 'refused', by: 'policy' } as const) : ({ decision: 'cancelled', by: 'person' } as const);
    await this.audit.append({ event: 'decided', ...this.#who(proposal), ...decision, demand, reasons, safeguards: [] });
    for (const { declined } of this.#options.contributions ?? []) await declined?.(proposal);
  }

  unfinished(): Promise<readonly Journal[]> {
    return this.#runs.unfinished();
  }

  async resume(id: string): Promise<Running> {
    const journal = await this.#runs.read(id);
    await this.#knowAgain(journal, isRollBack(journal) ? undoing(journal) : journal.proposal.steps);
    await this.#decideAgain(journal.proposal, 'resumed');
    return this.#runs.resume(id);
  }

  async rollBack(id: string): Promise<Running> {
    const journal = await this.#runs.read(id);
    const inverses = undoing(journal);
    await this.#knowAgain(journal, inverses);
    await this.#decideAgain({ ...journal.proposal, steps: [...inverses], risk: { level: 'low', reasons: [] }, effect: { interruptions: [], losses: [], nodes: [], storages: [] } }, 'rolled-back');
    return this.#runs.rollBack(id);
  }

  leave(id: string): Promise<void> {
    return this.#runs.leave(id);
  }

  dispose(): void {
    this.#runs.dispose();
  }

  /** What was agreed once needs no second review; but what the policy forbids by now is not done, and who went on is written down. */
  async #decideAgain(proposal: Proposal, decision: 'resumed' | 'rolled-back'): Promise<void> {
    const { demand, reasons } = await this.decide(proposal);
    const decided = { event: 'decided', ...this.#who(proposal), demand, reasons, safeguards: [] } as const;
    if (demand === 'refuse') {
      await this.audit.append({ ...decided, decision: 'refused', by: 'policy' });
      throw new Refusal(reasons);
    }
    await this.audit.append({ ...decided, decision, by: 'person' });
  }

  /** A run may have waited for weeks: what it would go on with shall not happen to a guest that nobody has reviewed. */
  async #knowAgain(journal: Journal, steps: readonly Step[]): Promise<void> {
    const found = await strangers(await this.#options.client(this.#connection(journal.proposal.connection)), journal, steps);
    if (found.length > 0) throw new Refusal([...found, 'Leave the run, and propose anew what is still wanted.']);
  }

  #connection(id: string): Connection {
    const found = this.#options.connection(id);
    if (found === undefined) throw new Refusal([`The connection “${id}” is not there any more.`]);
    return found;
  }

  #who({ connection, id }: Proposal): { readonly user: string; readonly connection: string; readonly proposal: string } {
    const authentication = this.#options.connection(connection)?.authentication;
    return { user: authentication === undefined ? 'unknown' : authentication.kind === 'token' ? authentication.tokenId : authentication.user, connection, proposal: id };
  }

  async #auditRun({ proposal }: Journal, event: Parameters<RunsOptions['audit']>[1]): Promise<void> {
    const who = this.#who(proposal);
    if ('ended' in event) return this.audit.append({ event: 'ended', ...who, state: event.ended });
    const { state, upid, error, parts } = event.record;
    await this.audit.append({
      event: 'step', ...who, step: event.step, state, ...(upid === undefined ? {} : { upid }), ...(error === undefined ? {} : { error: withoutCredentials(error.message) }),
      ...(parts === undefined ? {} : { parts: Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, part.state])) }),
    });
  }
}

/** As it is by now, long after a run began. @throws PveError when it was removed; what runs on the cluster goes on without us. */
function connectionNow({ connection }: DoorOptions, { id, name }: Connection): Connection {
  const now = connection(id);
  if (now === undefined) throw new PveError({ kind: 'unauthorised', message: `The connection “${name}” is not there any more.`, advice: 'Add it again and resume the run.' });
  return now;
}

function overSsh(options: DoorOptions): Contribution[] {
  const { shell, client } = options;
  if (shell === undefined) return [];
  return [{ operations: shellOperations as readonly unknown[] as readonly ContributedOperation[], drivers: (connection) => ({ ssh: sshDriver(async () => shell(connectionNow(options, connection)), async () => client(connectionNow(options, connection)), shellOperations) }) }];
}

/** Why an approval is not enough; undefined when it is. */
function objectionTo({ demand, reasons, required, confirmation }: Decision, { safeguards, typed }: Approval): readonly string[] | undefined {
  if (demand === 'refuse') return reasons;
  const missing = required.filter((id) => !safeguards.includes(id));
  if (missing.length > 0) return ['The policy requires safeguards that are not ticked.'];
  if (demand === 'type-the-name' && typed !== confirmation) return [`To go on, “${confirmation ?? ''}” has to be typed.`];
  return undefined;
}
