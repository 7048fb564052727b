/** A node of Proxmox's own dialect of JSON schema (PVE::JSONSchema). */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: 0 | 1 | SchemaNode;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly optional?: 0 | 1;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string | Readonly<Record<string, PropertySchema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly requires?: string;
}

/** One key of a property string (`net0: model=virtio,bridge=vmbr0`). */
export interface PropertySchema extends SchemaNode {
  readonly default_key?: 0 | 1;
  readonly alias?: string;
  readonly keyAlias?: string;
}

/**
 * `parameter`: as Proxmox reads a request: everything is text, arrays may come as one value.
 * `answer`: as Proxmox writes JSON: numbers may be strings, booleans are 0/1 (sometimes '' or true/false).
 */
export type Direction = 'parameter' | 'answer';

/** What is wrong with a value, as sentences that begin with `at`; follows PVE::JSONSchema::validate, not the JSON Schema standard. */
export function checkValue(value: unknown, schema: SchemaNode, at: string, direction: Direction): string[] {
  if (schema.oneOf) {
    const alternatives = schema.oneOf.map((alternative) => checkValue(value, alternative, at, direction));
    return alternatives.find((problems) => problems.length === 0) ?? alternatives[0] ?? [];
  }
  switch (schema.type ?? (schema.properties ? 'object' : 'any')) {
    case 'object':
      return checkObject(value, schema, at, direction);
    case 'array':
      return checkArray(value, schema, at, direction);
    case 'null':
      return value === null || value === undefined || value === '' ? [] : [`${at}: null is expected, not ${show(value)}.`];
    case 'any':
      return [];
    case 'boolean':
      return isBoolean(value) ? [] : [`${at}: a boolean (0 or 1) is expected, not ${show(value)}.`];
    case 'integer':
      return checkNumber(value, schema, at, /^[+-]?\d+$/, 'an integer');
    case 'number':
      return checkNumber(value, schema, at, /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/, 'a number');
    default:
      return checkString(value, schema, at);
  }
}

function checkObject(value: unknown, schema: SchemaNode, at: string, direction: Direction): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: an object is expected, not ${show(value)}.`];
  const properties = schema.properties ?? {};
  const given = value as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  for (const [name, member] of Object.entries(given)) {
    const known = propertySchema(properties, name);
    if (known) {
      if (member === undefined || (member === null && (known.optional ?? 0))) continue;
      problems.push(...checkValue(member, known, `${at}.${name}`, direction));
      if (known.requires !== undefined && given[known.requires] === undefined) problems.push(`${at}.${name}: wants '${known.requires}' too.`);
    } else if (schema.additionalProperties === 0) {
      problems.push(`${at}.${name}: there is no such ${direction === 'parameter' ? 'parameter' : 'member'}.`);
    } else if (typeof schema.additionalProperties === 'object') {
      problems.push(...checkValue(member, schema.additionalProperties, `${at}.${name}`, direction));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (!property.optional && !name.endsWith('[n]') && (given[name] === undefined || given[name] === null) && property.type !== 'null') problems.push(`${at}.${name}: is missing.`);
  }
  return problems;
}

/** The schema lists `net[n]` for `net0`, `net1`, …. */
function propertySchema(properties: Readonly<Record<string, SchemaNode>>, name: string): SchemaNode | undefined {
  if (Object.hasOwn(properties, name)) return properties[name];
  const family = name.replace(/\d+$/, '[n]');
  return family !== name && Object.hasOwn(properties, family) ? properties[family] : undefined;
}

function checkArray(value: unknown, schema: SchemaNode, at: string, direction: Direction): string[] {
  const items = Array.isArray(value) ? (value as unknown[]) : direction === 'parameter' ? [value] : undefined;
  if (!items) return [`${at}: an array is expected, not ${show(value)}.`];
  const item = schema.items;
  return item ? items.flatMap((member, index) => checkValue(member, item, `${at}[${index}]`, direction)) : [];
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean' || (['string', 'number'].includes(typeof value) && /^(0|1|on|off|yes|no|true|false|)$/i.test(String(value)));
}

function checkNumber(value: unknown, schema: SchemaNode, at: string, shape: RegExp, what: string): string[] {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !shape.test(text)) return [`${at}: ${what} is expected, not ${show(value)}.`];
  const number = Number(text);
  if (schema.minimum !== undefined && number < schema.minimum) return [`${at}: ${number} is below ${schema.minimum}.`];
  if (schema.maximum !== undefined && number > schema.maximum) return [`${at}: ${number} is above ${schema.maximum}.`];
  return schema.enum && !schema.enum.map(Number).includes(number) ? [`${at}: ${number} is none of ${schema.enum.join(', ')}.`] : [];
}

function checkString(value: unknown, schema: SchemaNode, at: string): string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [`${at}: a string is expected, not ${show(value)}.`];
  const text = String(value);
  if (schema.enum) return schema.enum.map(String).includes(text) ? [] : [`${at}: ${show(text)} is none of ${schema.enum.join(', ')}.`];
  if (schema.maxLength !== undefined && text.length > schema.maxLength) return [`${at}: is longer than ${schema.maxLength}.`];
  if (schema.minLength !== undefined && text.length < schema.minLength) return [`${at}: is shorter than ${schema.minLength}.`];
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(text)) return [`${at}: ${show(text)} does not match ${schema.pattern}.`];
  if (typeof schema.format === 'string') return checkFormat(text, schema.format, at);
  return schema.format ? checkPropertyString(text, schema.format, at) : [];
}

/** Perl writes flags into groups (`(?^i:…)`), has atomic groups and `{,n}`; the pattern must match the whole value. */
function patternOf(pattern: string): RegExp {
  const insensitive = pattern.includes('(?^i:');
  const plain = pattern.replace(/\(\?\^[a-z]*:/g, '(?:').replaceAll('(?>', '(?:').replaceAll('{,', '{0,');
  return new RegExp(`^(?:${plain})$`, insensitive ? 'i' : '');
}

const formats: Readonly<Record<string, RegExp>> = {
  'pve-node': /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  'pve-vmid': /^[1-9][0-9]{2,8}$/,
  'pve-configid': /^[a-z][a-z0-9_-]+$/i,
  'pve-storage-id': /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i,
  'pve-storage-content': /^[a-z-]+$/,
  'pve-poolid': /^[^:~][A-Za-z0-9._/-]*$/,
  'pve-userid': /^[^\s:/]{1,60}@[A-Za-z][A-Za-z0-9.\-_]+$/,
  'pve-realm': /^[A-Za-z][A-Za-z0-9.\-_]+$/,
  'pve-roleid': /^[A-Za-z0-9.\-_]+$/,
  'pve-groupid': /^[A-Za-z0-9.\-_]+$/,
  'pve-volume-id': /^[^:/]+:.+$/,
  'pve-tag': /^[a-z0-9_][a-z0-9_\-+.]*$/i,
  'mac-addr': /^[a-f0-9][02468ace](:[a-f0-9]{2}){5}$/i,
  'disk-size': /^\d+(\.\d+)?[KMGT]?$/,
  'pve-task-status-type': /^(ok|error|warning|unknown)$/i,
};

/** Formats whose rule is a short expression; `-list` forms are split at comma, semicolon, white space and NUL as Proxmox does. */
function checkFormat(text: string, format: string, at: string): string[] {
  const single = formats[format];
  if (single) return single.test(text) ? [] : [`${at}: ${show(text)} is not a ${format}.`];
  const item = format.endsWith('-list') ? formats[format.slice(0, -'-list'.length)] : undefined;
  if (!item) return [];
  return text.split(/[,;\s\0]+/).filter((part) => part !== '' && !item.test(part)).map((part) => `${at}: ${show(part)} is not valid in a ${format}.`);
}

function checkPropertyString(text: string, keys: Readonly<Record<string, PropertySchema>>, at: string): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const part of text.split(',').filter((entry) => entry.trim() !== '')) {
    const pair = /^([^=]+)=(.*)$/s.exec(part.trim());
    const name = pair?.[1] ?? Object.entries(keys).find(([, key]) => key.default_key)?.[0];
    const key = name === undefined ? undefined : keys[name];
    if (name === undefined || key === undefined) {
      problems.push(`${at}: the property string has no key for ${show(part)}.`);
      continue;
    }
    const target = key.alias ?? name;
    const schema = keys[target] ?? key;
    seen.add(target);
    if (key.keyAlias !== undefined) seen.add(key.keyAlias);
    problems.push(...checkValue(pair?.[2] ?? part.trim(), schema, `${at}/${target}`, 'parameter'));
  }
  for (const [name, key] of Object.entries(keys)) {
    if (!key.optional && key.alias === undefined && !seen.has(name)) problems.push(`${at}/${name}: is missing in the property string.`);
  }
  return problems;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
