import type { AttributeSchema, TypeSchema } from '../../schema/index.ts';
import type { HclExpression } from '../../syntax/index.ts';

const ANY: TypeSchema = { kind: 'any' };

/** The type that a type constraint says. @see https://developer.hashicorp.com/terraform/language/expressions/type-constraints */
export function typeOf(constraint: HclExpression | undefined): TypeSchema {
  if (constraint?.kind === 'traversal' && constraint.steps.length === 0) {
    const { root } = constraint;
    return root === 'string' || root === 'number' || root === 'bool' ? { kind: root } : ANY;
  }
  if (constraint?.kind !== 'call') return ANY;
  const [inner] = constraint.arguments;
  switch (constraint.name) {
    case 'list':
    case 'set':
    case 'map':
      return { kind: constraint.name, element: typeOf(inner) };
    case 'object':
      return inner?.kind === 'object' && inner.members.every(({ name }) => name !== undefined) ? { kind: 'object', attributes: new Map(inner.members.map(({ name, value }) => [name ?? '', member(value)])) } : ANY;
    default:
      return ANY;
  }
}

function member(constraint: HclExpression): AttributeSchema {
  const optional = constraint.kind === 'call' && constraint.name === 'optional';
  return {
    type: typeOf(optional ? constraint.arguments[0] : constraint), required: !optional, optional, computed: false, sensitive: false, deprecated: false,
    successor: undefined, description: undefined, values: undefined, minimum: undefined, maximum: undefined, asBlock: false,
  };
}
