import type { Property } from './formats/format.ts';
import { checkScalarFormat } from './formats/scalar-formats.ts';

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.\d+|\d+\.|\.\d+|\d+)(?:[eE][+-]?\d+)?$/;

/** 1 and 0 as Proxmox's files and property strings may spell them; undefined for anything else (PVE::JSONSchema::parse_boolean). */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:1|on|yes|true)$/i.test(text)) return true;
  return /^(?:0|off|no|false)$/i.test(text) ? false : undefined;
}

function checkType({ type }: Property, value: string): string | undefined {
  const good = type === 'string' || (type === 'boolean' ? value === '0' || value === '1' : (type === 'integer' ? INTEGER : NUMBER).test(value));
  return good ? undefined : `type check ('${type}') failed - got '${value}'`;
}

/** In characters, as Perl counts them. */
function lengthOf(value: string): number {
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function checkLength({ minLength, maxLength }: Property, value: string): string | undefined {
  if (maxLength !== undefined && value.length > maxLength && lengthOf(value) > maxLength) return `value may only be ${maxLength} characters long`;
  return minLength !== undefined && lengthOf(value) < minLength ? `value must be at least ${minLength} characters long` : undefined;
}

function checkRange({ minimum, maximum }: Property, value: string): string | undefined {
  if (!NUMBER.test(value)) return undefined;
  if (maximum !== undefined && Number(value) > maximum) return `value must have a maximum value of ${maximum}`;
  return minimum !== undefined && Number(value) < minimum ? `value must have a minimum value of ${minimum}` : undefined;
}

function checkEnum(property: Property, value: string): string | undefined {
  if (property.enum === undefined || property.enum.includes(value)) return undefined;
  return `value '${value}' does not have a value in the enumeration '${property.enum.join(', ')}'`;
}

/**
 * What is wrong with a single value, in Proxmox's words and found in Proxmox's order (PVE::JSONSchema::check_prop); undefined when
 * nothing is. Booleans are `1` or `0` here.
 */
export function checkValue(property: Property, value: string): string | undefined {
  const type = checkType(property, value);
  if (type !== undefined) return type;
  const format = property.format === undefined ? undefined : checkScalarFormat(property.format, value);
  if (format !== undefined) return `invalid format - ${format}\n`;
  if (property.pattern?.test(value) === false) return 'value does not match the regex pattern';
  return checkLength(property, value) ?? checkRange(property, value) ?? checkEnum(property, value);
}
