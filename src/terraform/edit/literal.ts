import type { HclDocument, HclExpression } from '../syntax/index.ts';
import { find } from './path.ts';

export type Literal = string | number | boolean | null | readonly Literal[];

/** What an expression says by itself; undefined for what is worked out from something else, and for nothing. */
export function literalOf(value: HclExpression): Literal | undefined {
  switch (value.kind) {
    case 'string': case 'number': case 'bool': return value.value;
    case 'null': return null;
    case 'template': return value.value;
    case 'list': {
      const items = value.items.map(literalOf);
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    default: return undefined;
  }
}

/** What the code says at a path. */
export type CodeValue =
  | { readonly kind: 'literal'; readonly value: Literal }
  /** Worked out from something else, such as `var.memory`. */
  | { readonly kind: 'expression'; readonly text: string }
  /** The code says nothing there. */
  | { readonly kind: 'absent' };

/** What a resource's code says at a path as `memory[0].dedicated`; undefined when the resource is not in this file. */
export function codeValue(document: HclDocument, address: string, path: string): CodeValue | undefined {
  const found = find(document, address, path);
  if (found.kind === 'elsewhere') return undefined;
  if (found.kind === 'obstacle') return found.from === undefined ? { kind: 'absent' } : { kind: 'expression', text: found.from };
  if (found.attribute === undefined) return { kind: 'absent' };
  const { value, valueRange } = found.attribute;
  const literal = literalOf(value);
  const { lines, text } = document;
  return literal === undefined ? { kind: 'expression', text: text.slice(lines.offsetAt(valueRange.start), lines.offsetAt(valueRange.end)) } : { kind: 'literal', value: literal };
}
