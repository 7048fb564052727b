import type { AttributeSchema, NestedBlockSchema, TypeSchema } from '../../schema/index.ts';

/** What to write for an attribute before its value is known. */
export function emptyValue({ type, values }: AttributeSchema): string {
  const [first] = values ?? [];
  return type.kind === 'string' && first !== undefined ? `"${first}"` : emptyOf(type);
}

function emptyOf(type: TypeSchema): string {
  switch (type.kind) {
    case 'number':
      return '0';
    case 'bool':
      return 'false';
    case 'list':
    case 'set':
      return '[]';
    case 'map':
    case 'object':
      return '{}';
    default:
      return '""';
  }
}

/** A block with what it needs, one line each, without a line break at its end. */
export function blockText(name: string, { block }: NestedBlockSchema, indent: string): string {
  const inner = `${indent}  `;
  const attributes = [...block.attributes].filter(([, { required }]) => required).map(([key, schema]) => `${inner}${key} = ${emptyValue(schema)}`);
  const blocks = [...block.blocks].filter(([, { min }]) => min > 0).map(([key, nested]) => `${inner}${blockText(key, nested, inner)}`);
  const lines = [...attributes, ...blocks];
  return lines.length === 0 ? `${name} {\n${indent}}` : `${name} {\n${lines.join('\n')}\n${indent}}`;
}
