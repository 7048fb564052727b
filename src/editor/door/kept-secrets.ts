import { randomUUID } from 'node:crypto';
import type { StepSecrets } from '../../changes/index.ts';

/** Values that no file may hold, in this window's memory only: a run that outlives the window asks anew. */
export class KeptSecrets implements StepSecrets {
  readonly #values = new Map<string, string>();

  /** @returns the reference that a proposal names it with */
  keep(value: string): string {
    const reference = randomUUID();
    this.#values.set(reference, value);
    return reference;
  }

  secret(reference: string): Promise<string | undefined> {
    return Promise.resolve(this.#values.get(reference));
  }
}
