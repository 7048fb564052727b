import type { Logger } from '../../base/index.ts';
import type { Policies } from './decide.ts';
import { parsePolicy, readPolicySetting } from './parse.ts';
import { type Policy, policySchema } from './schema.ts';

/** In force when a policy is there that cannot be read and no good one was read before: everything asks for the name. */
export const strictest: Policy = policySchema.parse({ rules: [{ demand: 'type-the-name', reason: 'The policy cannot be read, so the strictest rule is in force.' }] });

/** What is wrong with a policy, for the problems panel or a notification. */
export interface PolicyTrouble {
  readonly source: 'user' | 'folder';
  readonly messages: readonly string[];
}

/** Keeps the last good policies: a typo never loosens anything. */
export class PolicySource {
  readonly #logger: Logger;
  readonly #good: { user: Policy | undefined; folder: Policy | undefined } = { user: undefined, folder: undefined };
  readonly #trouble = new Map<PolicyTrouble['source'], readonly string[]>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Takes the value of the setting `proxmox.policy`; undefined when it is not set. */
  takeSetting(value: unknown): void {
    if (value === undefined) return this.#take('user', undefined);
    const read = readPolicySetting(value);
    if (read.ok) this.#take('user', read.policy);
    else this.#refuse('user', read.problems);
  }

  /** Takes the text of `.proxmox/policy.yaml`; undefined when there is no such file. */
  takeFile(text: string | undefined): void {
    if (text === undefined) return this.#take('folder', undefined);
    const parsed = parsePolicy(text);
    if (parsed.ok) this.#take('folder', parsed.policy);
    else this.#refuse('folder', parsed.problems.map(({ line, column, message }) => `.proxmox/policy.yaml, line ${line}, column ${column}: ${message}`));
  }

  get policies(): Policies {
    return { ...this.#good };
  }

  get trouble(): readonly PolicyTrouble[] {
    return [...this.#trouble].map(([source, messages]) => ({ source, messages }));
  }

  #take(source: PolicyTrouble['source'], policy: Policy | undefined): void {
    this.#good[source] = policy;
    this.#trouble.delete(source);
  }

  #refuse(source: PolicyTrouble['source'], messages: readonly string[]): void {
    this.#good[source] ??= strictest;
    this.#trouble.set(source, messages);
    for (const message of messages) this.#logger.warn(message);
  }
}
