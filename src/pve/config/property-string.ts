import { checkValue, parseBoolean } from './check-value.ts';
import { parseDiskSize } from './disk-size.ts';
import { defaultKeyOf, isAlias, type Property, type PropertyFormat, type PropertyValue, type PropertyValues } from './formats/format.ts';
import { PROPERTY_FORMATS, type PropertyFormatName } from './formats/index.ts';

/** What stands between two commas. Offsets count UTF-16 units from the start of the property string. */
export interface PropertyPart {
  /** The format's own name of the key, aliases and shorthand resolved; undefined for blank parts and unknown keys. */
  readonly key: string | undefined;
  /** The key as written; undefined when the value stands alone. */
  readonly name: string | undefined;
  readonly value: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Something Proxmox would refuse, and where. */
export interface PropertyProblem {
  /** The key it is about; undefined when no key can be made out. */
  readonly key: string | undefined;
  /** In Proxmox's words. */
  readonly message: string;
  /** `syntax`: the string cannot be read (Proxmox then reports nothing else); `value`: a value or a missing key; `rule`: several keys together. */
  readonly kind: 'syntax' | 'value' | 'rule';
  readonly start: number;
  readonly end: number;
}

/** A property string taken apart. Everything of the text is in `parts`: {@link printPropertyString} gives it back unchanged. */
export interface PropertyString {
  readonly parts: readonly PropertyPart[];
  /**
   * The values by key in their own types: booleans, numbers, bytes for disk sizes, arrays for `;` lists, else strings.
   * Keys with a faulty value are left out.
   */
  readonly values: PropertyValues;
  /** By position. */
  readonly problems: readonly PropertyProblem[];
}

/** A format itself or the name of one. */
export type FormatOrName = PropertyFormat | PropertyFormatName;

export function formatOf(format: FormatOrName): PropertyFormat {
  return typeof format === 'string' ? PROPERTY_FORMATS[format] : format;
}

interface Finding {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const isBlank = (text: string): boolean => !/\S/.test(text);


/** Takes the text apart at its commas and resolves keys; the first pass of PVE::JSONSchema::parse_property_string. */
function readParts(format: PropertyFormat, text: string): { parts: PropertyPart[]; found: Map<string, Finding>; problems: PropertyProblem[] } {
  const defaultKey = defaultKeyOf(format);
  const parts: PropertyPart[] = [];
  const found = new Map<string, Finding>();
  const problems: PropertyProblem[] = [];
  let start = 0;
  for (const piece of text.split(',')) {
    const end = start + piece.length;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? undefined : piece.slice(0, equals);
    const value = piece.slice(equals + 1);
    const valueStart = start + equals + 1;
    const fail = (message: string, key?: string): void => void problems.push({ key, message, kind: 'syntax', start, end });
    const take = (key: string, duplicate: string): void => {
      if (found.has(key)) fail(duplicate, key);
      else found.set(key, { text: value, start: valueStart, end });
    };

    let key: string | undefined;
    if (isBlank(piece)) key = undefined;
    else if (name === undefined) {
      key = defaultKey;
      if (key === undefined) fail('value without key, but schema does not define a default key');
      else take(key, `duplicate key in comma-separated list property: ${key}`);
    } else if (name === '' || value === '') {
      fail('missing key in comma-separated list property');
    } else {
      const declared = Object.hasOwn(format.keys, name) ? format.keys[name] : undefined;
      if (declared === undefined) fail(`invalid key in comma-separated list property: ${name}`, name);
      else if (isAlias(declared)) {
        key = declared.alias;
        if (declared.keyAlias !== undefined) {
          if (found.has(declared.keyAlias)) fail(`key alias '${declared.keyAlias}' is already defined`, declared.keyAlias);
          else found.set(declared.keyAlias, { text: name, start, end: start + equals });
        }
        take(key, `key '${key}' is already defined (via alias)`);
      } else {
        key = name;
        take(key, `duplicate key in comma-separated list property: ${key}`);
      }
    }
    parts.push({ key, name, value, start, valueStart, end });
    start = end + 1;
  }
  return { parts, found, problems };
}

function typed(property: Property, text: string): PropertyValue {
  if (property.type === 'boolean') return text === '1';
  if (property.type !== 'string') return Number(text);
  if (property.format === 'disk-size') return parseDiskSize(text) ?? text;
  return property.separator === undefined ? text : text.split(property.separator);
}

/** Checks what was found against the declarations; the second pass, PVE::JSONSchema::check_object. */
function readValues(format: PropertyFormat, found: ReadonlyMap<string, Finding>, length: number): { values: PropertyValues; problems: PropertyProblem[] } {
  const values: Record<string, PropertyValue> = {};
  const problems: PropertyProblem[] = [];
  const report = (key: string, message: string, { start, end }: { start: number; end: number }): void => void problems.push({ key, message, kind: 'value', start, end });
  for (const [key, property] of Object.entries(format.keys)) {
    if (isAlias(property)) continue;
    const finding = found.get(key);
    if (finding === undefined) {
      if (property.required) report(key, 'property is missing and it is not optional', { start: 0, end: length });
      continue;
    }
    const boolean = property.type === 'boolean' ? parseBoolean(finding.text) : undefined;
    const text = boolean === undefined ? finding.text : boolean ? '1' : '0';
    const message = checkValue(property, text);
    if (message !== undefined) report(key, message, finding);
    else values[key] = typed(property, text);
    if (property.requires !== undefined && !found.has(property.requires)) report(property.requires, `missing property required by '${key}'`, finding);
  }
  return { values, problems };
}

/**
 * Takes a property string apart: `virtio=BC:24:11:2E:C5:01,bridge=vmbr0`. Never throws: what Proxmox would refuse is in `problems`,
 * the rest is read all the same.
 */
export function parsePropertyString(format: FormatOrName, text: string): PropertyString {
  const declared = formatOf(format);
  const { parts, found, problems } = readParts(declared, text);
  const checked = readValues(declared, found, text.length);
  problems.push(...checked.problems);
  if (problems.length === 0) {
    const message = declared.check?.(checked.values);
    if (message !== undefined) problems.push({ key: undefined, message, kind: 'rule', start: 0, end: text.length });
  }
  return { parts, values: checked.values, problems: problems.sort((a, b) => a.start - b.start) };
}

/** The text a property string was parsed from, to the letter. */
export function printPropertyString({ parts }: Pick<PropertyString, 'parts'>): string {
  return parts.map(({ name, value }) => (name === undefined ? value : `${name}=${value}`)).join(',');
}

/**
 * What Proxmox answers for a parameter with such a property string: `invalid format - …`, ending in a line feed as there;
 * undefined when the string is good.
 * @param path the parameter's name, put before the key of each problem
 */
export function checkPropertyString(format: FormatOrName, text: string, path: string): string | undefined {
  const { problems } = parsePropertyString(format, text);
  if (problems.length === 0) return undefined;
  const { complaint } = formatOf(format);
  if (complaint !== undefined) return `invalid format - ${complaint}\n`;
  const fatal = problems.find((problem) => problem.kind !== 'value');
  if (fatal !== undefined) return `invalid format - ${fatal.message}\n`;
  const messages = new Map<string, string>();
  for (const { key = '', message } of problems) {
    const earlier = messages.get(key);
    messages.set(key, earlier === undefined ? message : `${earlier}\\n${message}`);
  }
  return `invalid format - format error\n${[...messages].map(([key, message]) => `${path}.${key}: ${message}\n`).join('')}`;
}
