import type { HclAttribute, HclBody, HclExpression, HclTraversal } from './model.ts';

/** The expressions that an expression is made of, in the order of the text. */
export function childrenOf(expression: HclExpression): readonly HclExpression[] {
  switch (expression.kind) {
    case 'list':
      return expression.items;
    case 'object':
      return expression.members.flatMap(({ key, value }) => [key, value]);
    case 'traversal':
      return expression.steps.flatMap((step) => (step.kind === 'index' ? [step.index] : []));
    case 'template':
    case 'for':
    case 'other':
      return expression.parts;
    case 'call':
      return expression.arguments;
    default:
      return [];
  }
}

/** Every attribute of a body and of the blocks in it. */
export function* attributesWithin(body: HclBody): Generator<HclAttribute> {
  yield* body.attributes;
  for (const block of body.blocks) yield* attributesWithin(block.body);
}

/**
 * Every reference in an expression, without the names that a `for` brings along, and without the bare words that are keys of an
 * object.
 */
export function* traversalsIn(expression: HclExpression, known: ReadonlySet<string> = new Set()): Generator<HclTraversal> {
  if (expression.kind === 'traversal' && !known.has(expression.root)) yield expression;
  const names = expression.kind === 'for' ? new Set([...known, ...expression.names]) : known;
  if (expression.kind === 'object') {
    for (const { key, name, value } of expression.members) {
      if (name === undefined) yield* traversalsIn(key, names);
      yield* traversalsIn(value, names);
    }
  } else for (const child of childrenOf(expression)) yield* traversalsIn(child, names);
}
