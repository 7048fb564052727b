import type { HclExpression } from '../../syntax/index.ts';

/** What an expression comes to; `undefined` in place of one, and of a part of one, is what cannot be told from the code. */
export type Value = string | number | boolean | null | readonly (Value | undefined)[] | ReadonlyMap<string, Value | undefined>;

/** What names mean where an expression stands. */
export interface Scope {
  /** What `var.x` and `local.x` come to. */
  named(address: string): Value | undefined;
  /** Of the instance of a `for_each`. */
  readonly each?: { readonly key: string; readonly value: Value | undefined } | undefined;
  /** Of the instance of a `count`. */
  readonly count?: number | undefined;
}

/** What an expression comes to, as far as literals, variables, locals, templates, sums and products go. */
export function evaluate(expression: HclExpression, scope: Scope): Value | undefined {
  switch (expression.kind) {
    case 'string':
    case 'number':
    case 'bool':
      return expression.value;
    case 'null':
      return null;
    case 'list':
      return expression.items.map((item) => evaluate(item, scope));
    case 'object':
      return object(expression, scope);
    case 'traversal':
      return traversal(expression, scope);
    case 'template':
      return expression.value ?? (expression.pieces === undefined ? undefined : text(expression.pieces, scope));
    case 'call': {
      // A set or a list of what is in a list is the same to who goes through it.
      const [only, more] = expression.arguments;
      return only !== undefined && more === undefined && /^to(?:set|list|map)$/.test(expression.name) ? evaluate(only, scope) : undefined;
    }
    case 'other':
      return operation(expression, scope);
    default:
      return undefined;
  }
}

function object({ members }: Extract<HclExpression, { kind: 'object' }>, scope: Scope): Value | undefined {
  const entries: [string, Value | undefined][] = [];
  for (const { key, name, value } of members) {
    const known = name ?? evaluate(key, scope);
    if (typeof known !== 'string' && typeof known !== 'number') return undefined;
    entries.push([String(known), evaluate(value, scope)]);
  }
  return new Map(entries);
}

function traversal({ root, steps }: Extract<HclExpression, { kind: 'traversal' }>, scope: Scope): Value | undefined {
  const [first, ...more] = steps;
  if (first?.kind !== 'attribute') return undefined;
  let value: Value | undefined;
  if (root === 'var' || root === 'local') value = scope.named(`${root}.${first.name}`);
  else if (root === 'count' && first.name === 'index') value = scope.count;
  else if (root === 'each' && scope.each !== undefined) value = first.name === 'key' ? scope.each.key : first.name === 'value' ? scope.each.value : undefined;
  for (const step of more) {
    if (step.kind === 'splat' || value === undefined || value === null) return undefined;
    const key = step.kind === 'attribute' ? step.name : evaluate(step.index, scope);
    if (isList(value)) value = typeof key === 'number' ? value[key] : undefined;
    else value = value instanceof Map && (typeof key === 'string' || typeof key === 'number') ? (value as ReadonlyMap<string, Value | undefined>).get(String(key)) : undefined;
  }
  return value;
}

function text(pieces: readonly (string | HclExpression)[], scope: Scope): Value | undefined {
  const values = pieces.map((piece) => (typeof piece === 'string' ? piece : evaluate(piece, scope)));
  // A template of one piece is what the piece is.
  if (values.length === 1) return values[0];
  return values.every((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') ? values.map(String).join('') : undefined;
}

function operation({ parts, operator }: Extract<HclExpression, { kind: 'other' }>, scope: Scope): Value | undefined {
  const [left, right] = parts.map((part) => evaluate(part, scope));
  if (typeof left !== 'number' || typeof right !== 'number' || parts.length !== 2) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return undefined;
  }
}

export function isList(value: Value | undefined): value is readonly (Value | undefined)[] {
  return Array.isArray(value);
}

export function isMap(value: Value | undefined): value is ReadonlyMap<string, Value | undefined> {
  return value instanceof Map;
}
