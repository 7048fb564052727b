import type { StepParameters } from '../proposal/step.ts';
import type { Target } from '../proposal/target.ts';
import { type Circumstances, type ProposableOperation, type Requirement, takes } from '../operations/index.ts';

/** Whether an operation can be offered, and if not, why: it is not about such things, a privilege is missing, or the state forbids it. */
export type Offer =
  | { readonly possible: true }
  | { readonly possible: false; readonly because: 'kind' | 'privilege' | 'state'; readonly text: string };

/** For menus: whether the operation can be offered for the target as it is now. */
export function offered(operation: ProposableOperation, target: Target, circumstances: Circumstances, parameters: StepParameters = {}): Offer {
  if (!takes(operation, target)) return { possible: false, because: 'kind', text: `“${operation.title}” is not for a ${target.kind}.` };
  const missing = missingPrivileges(operation.privileges(target, parameters, circumstances), circumstances);
  if (missing.length > 0) return { possible: false, because: 'privilege', text: needs(missing) };
  const refusal = operation.refusal(target, parameters, circumstances);
  return refusal === undefined ? { possible: true } : { possible: false, because: 'state', text: refusal };
}

/** The requirements that the user does not meet, with only the privileges that are missing. */
export function missingPrivileges(requirements: readonly Requirement[], { may }: Circumstances): readonly Requirement[] {
  return requirements.flatMap((requirement): Requirement[] => {
    const { path, privileges, any = false } = requirement;
    if (any) return privileges.some((privilege) => may(path, [privilege])) ? [] : [requirement];
    const lacking = privileges.filter((privilege) => !may(path, [privilege]));
    return lacking.length === 0 ? [] : [{ path, privileges: lacking }];
  });
}

/** `The privilege VM.PowerMgmt on /vms/100 is missing.` */
export function needs(missing: readonly Requirement[]): string {
  const parts = missing.map(({ path, privileges, any }) => `${privileges.join(any === true ? ' or ' : ' and ')} on ${path}`);
  return `${missing.length === 1 && (missing[0]?.privileges.length === 1 || missing[0]?.any === true) ? 'The privilege' : 'The privileges'} ${parts.join(', ')} ${missing.length === 1 && (missing[0]?.privileges.length === 1 || missing[0]?.any === true) ? 'is' : 'are'} missing.`;
}
