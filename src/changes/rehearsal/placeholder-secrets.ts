import { randomBytes } from 'node:crypto';
import type { StepSecrets } from '../door.ts';
import type { Proposal } from '../proposal/proposal.ts';
import { isSecretReference } from '../proposal/step.ts';

/** The proposal's secrets where they are known, and something of the same shape where they are not: a rehearsal needs no real password. */
export function rehearsalSecrets({ steps }: Proposal, known: StepSecrets | undefined): StepSecrets {
  const names = new Map<string, string>();
  for (const step of steps) {
    for (const { parameters } of [step, ...(step.fallback === undefined ? [] : [step.fallback])]) {
      for (const [name, value] of Object.entries(parameters)) if (isSecretReference(value)) names.set(value.$secret, name);
    }
  }
  return { secret: async (reference) => (await known?.secret(reference)) ?? placeholder(names.get(reference) ?? '') };
}

/** Passwords are text of at least five characters; keys are told by what stands in front of them. */
function placeholder(name: string): string {
  const random = randomBytes(32);
  return /ssh-?(?:public-)?keys?$/.test(name) ? `ssh-ed25519 ${random.toString('base64')}` : random.toString('base64url');
}
