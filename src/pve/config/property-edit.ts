import { printDiskSize } from './disk-size.ts';
import { defaultKeyOf, isAlias, type PropertyFormat, type PropertyValue, type PropertyValues } from './formats/format.ts';
import { type FormatOrName, formatOf, parsePropertyString, printPropertyString } from './property-string.ts';

type Piece = { readonly key: string | undefined; readonly name: string | undefined; readonly value: string };

function printValue(format: PropertyFormat, key: string, value: PropertyValue): string {
  const property = Object.hasOwn(format.keys, key) ? format.keys[key] : undefined;
  if (property === undefined || isAlias(property)) throw new RangeError(`invalid key '${key}'`);
  const text =
    typeof value === 'boolean' ? (value ? '1' : '0')
    : typeof value === 'number' ? (property.format === 'disk-size' ? printDiskSize(value) : String(value))
    : typeof value === 'string' ? value
    : value.join(property.separator);
  if (text.includes(',')) throw new RangeError(`illegal value with commas for ${key}`);
  return text;
}

/** A default key stands alone, unless its value would then be taken for a key. */
function piece(format: PropertyFormat, key: string, value: string): Piece {
  return { key, name: key === defaultKeyOf(format) && !value.includes('=') ? undefined : key, value };
}

/** The name that gives both keys at once (`virtio=…` gives `model` and `macaddr`), if the format has one for the value. */
function combination(format: PropertyFormat, key: string, value: string): string | undefined {
  const alias = Object.hasOwn(format.keys, value) ? format.keys[value] : undefined;
  return alias !== undefined && isAlias(alias) && alias.keyAlias === key ? alias.alias : undefined;
}

/**
 * Prints values as Proxmox writes them (PVE::JSONSchema::print_property_string): the default key first and without its name,
 * then the keys that must be given, then the others, by name. Disk sizes are bytes.
 * @throws RangeError for a key that is not in the format or a value with a comma
 */
export function buildPropertyString(format: FormatOrName, values: PropertyValues): string {
  const declared = formatOf(format);
  const texts = new Map(Object.entries(values).map(([key, value]) => [key, printValue(declared, key, value)]));
  const rank = (key: string): number => {
    const property = declared.keys[key];
    if (property === undefined || isAlias(property)) return 2;
    return property.defaultKey ? 0 : property.required ? 1 : 2;
  };
  const keys = [...texts.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const pieces: Piece[] = [];
  for (const key of keys) {
    const value = texts.get(key);
    if (value === undefined) continue;
    const combined = combination(declared, key, value);
    const other = combined === undefined ? undefined : texts.get(combined);
    if (combined === undefined || other === undefined) pieces.push(piece(declared, key, value));
    else {
      pieces.push({ key: combined, name: value, value: other });
      texts.delete(combined);
    }
  }
  return print(pieces);
}

function print(pieces: readonly Piece[]): string {
  return printPropertyString({ parts: pieces.map((one) => ({ ...one, start: 0, valueStart: 0, end: 0 })) });
}

/**
 * The text with one key set to another value, or removed (`undefined`); all else stays as written. A new key goes to the end,
 * a default key to the front.
 * @throws RangeError for a key that is not in the format or a value with a comma
 */
export function withProperty(format: FormatOrName, text: string, key: string, value: PropertyValue | undefined): string {
  const declared = formatOf(format);
  const printed = value === undefined ? undefined : printValue(declared, key, value);
  const pieces: Piece[] = text === '' ? [] : [...parsePropertyString(declared, text).parts];
  const at = pieces.findIndex((one) => one.key === key);
  // `virtio=…` says two keys; the one said by the name is changed or kept there.
  const named = pieces.findIndex((one) => one.name !== undefined && combination(declared, key, one.name) !== undefined);
  const current = pieces[at >= 0 ? at : named];
  if (current === undefined) {
    if (printed === undefined) return text;
    const added = piece(declared, key, printed);
    return print(added.name === undefined ? [added, ...pieces] : [...pieces, added]);
  }
  const declaration = current.name === undefined ? undefined : declared.keys[current.name];
  const keyAlias = declaration !== undefined && isAlias(declaration) ? declaration.keyAlias : undefined;
  const replacement = at >= 0 ? changeValue(declared, current, printed, keyAlias) : changeName(declared, current, key, printed);
  pieces.splice(at >= 0 ? at : named, 1, ...replacement);
  return print(pieces);
}

function changeValue(format: PropertyFormat, current: Piece, value: string | undefined, keyAlias: string | undefined): Piece[] {
  if (value !== undefined) {
    // Standing alone it would read as `key=value`.
    return [current.name === undefined && value.includes('=') ? { ...current, name: current.key, value } : { ...current, value }];
  }
  return keyAlias === undefined || current.name === undefined ? [] : [piece(format, keyAlias, current.name)];
}

function changeName(format: PropertyFormat, current: Piece, key: string, value: string | undefined): Piece[] {
  const rest = { key: current.key, name: current.key, value: current.value };
  if (value === undefined) return [rest];
  return combination(format, key, value) === undefined ? [piece(format, key, value), rest] : [{ ...current, name: value }];
}
