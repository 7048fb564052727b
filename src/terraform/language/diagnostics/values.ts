import { closest } from '../../../pve/config/language/index.ts';
import { type AttributeSchema, typeName, type TypeSchema } from '../../schema/index.ts';
import type { HclExpression } from '../../syntax/index.ts';
import { quote } from '../../hcl/index.ts';
import type { TerraformDiagnostic } from '../module.ts';

/** What is wrong with a value, by its type and the values allowed. Whatever has to be worked out is taken to be right. */
export function* checkValue(name: string, value: HclExpression, schema: AttributeSchema): Generator<TerraformDiagnostic> {
  yield* checkType(name, value, schema.type, schema);
}

function* checkType(name: string, value: HclExpression, type: TypeSchema, schema: AttributeSchema): Generator<TerraformDiagnostic> {
  const literal = literalOf(value);
  if (literal === undefined || type.kind === 'any' || type.kind === 'tuple') return;
  switch (type.kind) {
    case 'string':
      if (literal === 'list' || literal === 'object') yield wrongType(name, value, type);
      else yield* checkText(name, value, schema);
      return;
    case 'number':
      if (!isNumber(value)) yield wrongType(name, value, type);
      else yield* checkNumber(name, value, schema);
      return;
    case 'bool':
      if (!isBool(value)) yield wrongType(name, value, type);
      return;
    case 'list':
    case 'set':
      if (value.kind === 'list') for (const item of value.items) yield* checkType(name, item, type.element, schema);
      else yield wrongType(name, value, type);
      return;
    case 'map':
      if (value.kind === 'object') for (const member of value.members) yield* checkType(member.name ?? name, member.value, type.element, schema);
      else yield wrongType(name, value, type);
      return;
    case 'object':
      if (value.kind === 'object') yield* checkMembers(name, value, type.attributes);
      else yield wrongType(name, value, type);
  }
}

function* checkMembers(name: string, value: Extract<HclExpression, { kind: 'object' }>, attributes: ReadonlyMap<string, AttributeSchema>): Generator<TerraformDiagnostic> {
  const given = new Set<string>();
  for (const member of value.members) {
    if (member.name === undefined) return;
    given.add(member.name);
    const schema = attributes.get(member.name);
    if (schema !== undefined) yield* checkValue(member.name, member.value, schema);
    else yield unknownMember(name, member.name, member.key.range, attributes);
  }
  const missing = [...attributes].filter(([key, schema]) => schema.required && !given.has(key)).map(([key]) => key);
  if (missing.length > 0) {
    yield { range: value.range, severity: 'error', code: 'missing-attribute', message: `${name} needs ${missing.join(', ')}.`, fixes: [] };
  }
}

function unknownMember(parent: string, name: string, range: TerraformDiagnostic['range'], attributes: ReadonlyMap<string, AttributeSchema>): TerraformDiagnostic {
  const near = closest(name, attributes.keys());
  return {
    range, severity: 'error', code: 'unknown-attribute',
    message: `${parent} has no ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    fixes: near === undefined ? [] : [{ title: `Change to ${near}`, edits: [{ range, text: near }] }],
  };
}

/** What kind of literal it is; undefined for what has to be worked out, and for null, which every attribute may be. */
function literalOf(value: HclExpression): 'text' | 'number' | 'bool' | 'list' | 'object' | undefined {
  switch (value.kind) {
    case 'string':
      return 'text';
    case 'template':
      return value.value === undefined ? undefined : 'text';
    case 'number':
    case 'bool':
    case 'list':
    case 'object':
      return value.kind;
    default:
      return undefined;
  }
}

/** Terraform makes numbers and booleans of texts. @see https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion */
const isNumber = (value: HclExpression): boolean => value.kind === 'number' || (value.kind === 'string' && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value.value));
const isBool = (value: HclExpression): boolean => value.kind === 'bool' || (value.kind === 'string' && /^(true|false|0|1)$/.test(value.value));

const WANTED: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', bool: 'true or false', list: 'a list: [ … ]', set: 'a list: [ … ]', map: 'a map: { … }', object: 'an object: { … }' };

function wrongType(name: string, value: HclExpression, type: TypeSchema): TerraformDiagnostic {
  const fixes: TerraformDiagnostic['fixes'][number][] = [];
  const inList = (type.kind === 'list' || type.kind === 'set') && value.kind !== 'object' && value.kind !== 'template';
  if (inList) fixes.push({ title: 'Put into a list', edits: [{ range: { start: value.range.start, end: value.range.start }, text: '[' }, { range: { start: value.range.end, end: value.range.end }, text: ']' }] });
  if (type.kind === 'bool' && value.kind === 'string' && /^(yes|on|no|off)$/i.test(value.value)) {
    const text = String(/^(yes|on)$/i.test(value.value));
    fixes.push({ title: `Change to ${text}`, edits: [{ range: value.range, text }] });
  }
  return { range: value.range, severity: 'error', code: 'wrong-type', message: `${name} has to be ${WANTED[type.kind] ?? typeName(type)}.`, fixes };
}

/** Some of the provider's checks take upper and lower case for the same. */
function* checkText(name: string, value: HclExpression, { values }: AttributeSchema): Generator<TerraformDiagnostic> {
  if (values === undefined || value.kind !== 'string' || values.some((allowed) => allowed.toLowerCase() === value.value.toLowerCase())) return;
  const near = closest(value.value, values);
  const shown = values.filter((allowed) => allowed !== '');
  yield {
    range: value.range, severity: 'error', code: 'wrong-value',
    message: `${name} cannot be ${quote(value.value)}: it is one of ${shown.slice(0, 12).join(', ')}${shown.length > 12 ? ', …' : ''}.`,
    fixes: (near === undefined ? shown.length <= 4 ? shown : [] : [near]).map((text) => ({ title: `Change to ${text}`, edits: [{ range: value.range, text: quote(text) }] })),
  };
}

function* checkNumber(name: string, value: HclExpression, { minimum, maximum }: AttributeSchema): Generator<TerraformDiagnostic> {
  const number = value.kind === 'number' ? value.value : value.kind === 'string' ? Number(value.value) : undefined;
  if (number === undefined) return;
  const limit = minimum !== undefined && number < minimum ? minimum : maximum !== undefined && number > maximum ? maximum : undefined;
  if (limit === undefined) return;
  const allowed = minimum === undefined ? `at most ${String(maximum)}` : maximum === undefined ? `at least ${String(minimum)}` : `between ${String(minimum)} and ${String(maximum)}`;
  yield { range: value.range, severity: 'error', code: 'out-of-range', message: `${name} has to be ${allowed}.`, fixes: [{ title: `Change to ${String(limit)}`, edits: [{ range: value.range, text: String(limit) }] }] };
}
