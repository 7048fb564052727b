import type { ScalarFormatName } from './scalar-formats.ts';

/** How one value is declared; the words are those of PVE::JSONSchema. */
export interface Property {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  /** Absent: the key may be left out. */
  readonly required?: true;
  /** The key whose value may stand alone, without `key=`. */
  readonly defaultKey?: true;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Anchored at both ends. */
  readonly pattern?: RegExp;
  readonly format?: ScalarFormatName;
  /** Another key that must be given too. */
  readonly requires?: string;
  readonly default?: string | number;
  /** Between the items of a list; such a value is an array in the typed view. */
  readonly separator?: ';';
}

/** Another name of a key. With `keyAlias` the name itself is the value of that other key: `virtio=<macaddr>` says `model` is `virtio`. */
export interface Alias {
  readonly alias: string;
  readonly keyAlias?: string;
}

export type PropertyValue = string | number | boolean | readonly string[];
export type PropertyValues = Readonly<Record<string, PropertyValue>>;

/** The keys of a property string (`[key=]value[,key=value…]`), by name. */
export interface PropertyFormat {
  readonly keys: Readonly<Record<string, Property | Alias>>;
  /** A rule over several keys; returns what is wrong, in Proxmox's words. */
  readonly check?: (values: PropertyValues) => string | undefined;
  /** What Proxmox says for whatever is wrong, for the formats it parses without its common parser. */
  readonly complaint?: string;
}

export type Extra = Partial<Omit<Property, 'type' | 'enum' | 'required'>>;

export const flag = (extra: Extra = {}): Property => ({ type: 'boolean', ...extra });
export const integer = (extra: Extra = {}): Property => ({ type: 'integer', ...extra });
export const number = (extra: Extra = {}): Property => ({ type: 'number', ...extra });
export const text = (extra: Extra = {}): Property => ({ type: 'string', ...extra });
export const oneOf = (values: readonly string[], extra: Extra = {}): Property => ({ type: 'string', enum: values, ...extra });
export const required = (property: Property): Property => ({ ...property, required: true });
export const asDefaultKey = (property: Property): Property => ({ ...property, defaultKey: true });
export const aliasOf = (alias: string): Alias => ({ alias });

export function isAlias(key: Property | Alias): key is Alias {
  return 'alias' in key;
}

/** The key whose value may stand without its name, if the format has one. */
export function defaultKeyOf(format: PropertyFormat): string | undefined {
  for (const [name, key] of Object.entries(format.keys)) {
    if (!isAlias(key) && key.defaultKey) return name;
  }
  return undefined;
}
