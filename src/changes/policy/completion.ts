import { policyJsonSchema } from './schema.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly type?: string;
}

/** Something that may stand in a policy file. */
export interface PolicyCompletion {
  readonly label: string;
  readonly kind: 'key' | 'value';
  /** What is written. */
  readonly insert: string;
  readonly description?: string;
}

/** What may stand at the end of the text, which is `.proxmox/policy.yaml` up to the cursor. Follows the indentation; knows no flow style. */
export function policyCompletions(textBefore: string): readonly PolicyCompletion[] {
  const lines = textBefore.split('\n');
  const line = lines.pop() ?? '';
  const { column, key, value } = read(line);
  const ancestors: string[] = [];
  let inner = column;
  const siblings = new Set<string>();
  let sameItem = !line.trimStart().startsWith('- ');
  for (const above of lines.toReversed()) {
    if (above.trim() === '' || above.trimStart().startsWith('#')) continue;
    const parsed = read(above);
    if (parsed.key === undefined) continue;
    if (parsed.column === column && ancestors.length === 0 && sameItem) {
      siblings.add(parsed.key);
      if (above.trimStart().startsWith('- ')) sameItem = false;
    }
    if (parsed.column >= inner) continue;
    ancestors.unshift(parsed.key);
    inner = parsed.column;
  }
  const here = ancestors.reduce<Schema | undefined>((schema, name) => inside(schema)?.properties?.[name], policyJsonSchema() as Schema);
  if (key !== undefined && value !== undefined) return values(inside(here)?.properties?.[key]);
  const { properties } = inside(here) ?? {};
  if (properties === undefined) return values(here);
  return Object.entries(properties).filter(([name]) => !siblings.has(name)).map(([name, schema]): PolicyCompletion => ({
    label: name, kind: 'key', insert: `${name}:${schema.properties === undefined && schema.items === undefined ? ' ' : ''}`,
    ...(schema.description === undefined ? {} : { description: schema.description }),
  }));
}

/** A line's key and where it begins, behind the dash of a list; with `value` when it has a colon. */
function read(line: string): { readonly column: number; readonly key?: string; readonly value?: string } {
  const [, lead = '', rest = ''] = /^(\s*(?:- *)?)(.*)$/.exec(line) ?? [];
  const [, key, value] = /^([A-Za-z]+):(.*)$/.exec(rest) ?? [];
  return { column: lead.length, ...(key === undefined ? {} : { key, value: value ?? '' }) };
}

/** What stands below something: an entry of a list, or the thing itself. */
function inside(schema: Schema | undefined): Schema | undefined {
  return schema?.type === 'array' ? schema.items : schema;
}

function values(schema: Schema | undefined): readonly PolicyCompletion[] {
  const all = inside(schema)?.enum ?? [];
  return all.map((value): PolicyCompletion => ({ label: String(value), kind: 'value', insert: String(value) }));
}
