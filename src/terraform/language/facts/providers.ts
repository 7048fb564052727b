import type { HclBlock, HclBody, HclExpression } from '../../syntax/index.ts';
import { valueOf } from './claims.ts';

/** How the module that is planned calls a configuration that a module calls by some name; undefined when it cannot be told. */
export type Providers = (name: string) => string | undefined;

/** What a resource of the provider has that names none. */
export const USUAL_PROVIDER = 'proxmox';

/** The configuration that a resource names: `proxmox.other`. */
export function providerOf(body: HclBody): string | undefined {
  const named = valueOf(body, 'provider');
  return named === undefined ? USUAL_PROVIDER : nameOf(named);
}

/** https://developer.hashicorp.com/terraform/language/modules/develop/providers#passing-providers-explicitly */
export function providersOf({ body }: HclBlock, outside: Providers): Providers {
  const passed = valueOf(body, 'providers');
  // Only the one without an alias is there by itself.
  if (passed === undefined) return (name) => (name === USUAL_PROVIDER ? outside(name) : undefined);
  return (wanted) => {
    const member = passed.kind === 'object' ? passed.members.find(({ key, name }) => (name ?? nameOf(key)) === wanted) : undefined;
    const name = member === undefined ? undefined : nameOf(member.value);
    return name === undefined ? undefined : outside(name);
  };
}

function nameOf(expression: HclExpression): string | undefined {
  if (expression.kind !== 'traversal') return undefined;
  const steps = expression.steps.map((step) => (step.kind === 'attribute' ? step.name : undefined));
  return steps.every((step) => step !== undefined) ? [expression.root, ...steps].join('.') : undefined;
}
